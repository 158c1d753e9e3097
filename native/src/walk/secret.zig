//! Which files hold secrets by their very name. They are never listed, searched or read.
//! The same rules as src/platform/walk/secret-files.ts; a test compares the two.
const std = @import("std");

/// Folders that hold keys and tokens.
const folders = [_][]const u8{ ".ssh", ".aws", ".gnupg", ".kube", ".azure", ".password-store" };

const names = std.StaticStringMap(void).initComptime(.{
    .{".npmrc"},           .{".yarnrc"},      .{".netrc"},
    .{"_netrc"},           .{".pypirc"},      .{".pgpass"},
    .{".htpasswd"},        .{".dockercfg"},   .{".dockerconfigjson"},
    .{".git-credentials"}, .{".vault-token"}, .{".terraformrc"},
    .{".s3cfg"},           .{".boto"},        .{".my.cnf"},
    .{"kubeconfig"},
});

const extensions = std.StaticStringMap(void).initComptime(.{
    .{"env"}, .{"pem"},      .{"key"},  .{"p12"},    .{"pfx"},        .{"pkcs12"},
    .{"jks"}, .{"keystore"}, .{"kdb"},  .{"kdbx"},   .{"ppk"},        .{"asc"},
    .{"gpg"}, .{"tfstate"},  .{"ovpn"}, .{"tfvars"}, .{"kubeconfig"},
});

/// `.env.example` and its like are made to be shared.
const shared_endings = [_][]const u8{ "example", "sample", "template", "dist" };

/// What the name of a private key of SSH may end in.
const key_extensions = [_][]const u8{ "", ".bak", ".old", ".key", ".pem", ".ppk" };

/// No name of the lists is longer; of a longer name only the extension matters.
const longest = 255;

/// True for a path (relative, with `/`) whose name says that it holds secrets.
pub fn isSecretPath(path: []const u8) bool {
    const slash = std.mem.findScalarLast(u8, path, '/') orelse return isSecretName("", path);
    const folder = path[0..slash];
    if (isSecretName(folder, path[slash + 1 ..])) return true;
    var parts = std.mem.splitScalar(u8, folder, '/');
    while (parts.next()) |part| if (isSecretFolder(part)) return true;
    return false;
}

/// True for a folder of this name, with everything in it.
pub fn isSecretFolder(name: []const u8) bool {
    if (name.len == 0 or name[0] != '.') return false;
    for (folders) |folder| if (std.ascii.eqlIgnoreCase(folder, name)) return true;
    return false;
}

/// True for a file of this name in this folder, wherever that is.
pub fn isSecretName(folder: []const u8, name: []const u8) bool {
    var buffer: [longest]u8 = undefined;
    const tail = name[name.len - @min(name.len, longest) ..];
    const lower = std.ascii.lowerString(&buffer, tail);
    if (lower.len == 0) return false;
    if (std.mem.findScalarLast(u8, lower, '.')) |dot| {
        if (extensions.has(lower[dot + 1 ..])) return true;
    }
    return switch (lower[0]) {
        '.' => names.has(lower) or isEnvironment(lower),
        '_', 'k' => names.has(lower),
        'i' => isPrivateKey(lower),
        'c' => std.mem.eql(u8, lower, "config.json") and isDockerFolder(folder),
        else => false,
    };
}

fn isEnvironment(name: []const u8) bool {
    if (!std.mem.startsWith(u8, name, ".env")) return false;
    for (shared_endings) |ending| {
        const start = std.mem.findLast(u8, name, ending) orelse continue;
        if (start < ".env".len or start + ending.len != name.len) continue;
        // A line break in a name is no way to hide what it begins with.
        return std.mem.findAny(u8, name[0..start], "\r\n") != null;
    }
    return true;
}

fn isPrivateKey(name: []const u8) bool {
    if (!std.mem.startsWith(u8, name, "id_")) return false;
    const rest = name["id_".len..];
    for (rest, 0..) |byte, at| {
        if (std.ascii.isLower(byte) or std.ascii.isDigit(byte) or byte == '_') continue;
        if (at == 0) return false;
        for (key_extensions) |extension| if (std.mem.eql(u8, rest[at..], extension)) return true;
        return false;
    }
    return rest.len > 0;
}

fn isDockerFolder(folder: []const u8) bool {
    const slash = std.mem.findScalarLast(u8, folder, '/');
    const last = if (slash) |at| folder[at + 1 ..] else folder;
    return std.ascii.eqlIgnoreCase(last, ".docker");
}

test "names and folders that hold secrets" {
    const secret = [_][]const u8{
        ".env",         "a/.env.local",      "prod.env",            "id_rsa",
        "k.kdbx",       "a/server.PEM",      ".ssh/config",         "a/.aws/x/y",
        ".npmrc",       "kubeconfig",        "_netrc",              ".envrc",
        "x/ID_DSA.bak", "terraform.tfstate", ".docker/config.json", "a/.Docker/config.json",
    };
    for (secret) |path| try std.testing.expect(isSecretPath(path));
    const plain = [_][]const u8{
        ".env.example",       ".env.sample", "src/env.ts", "id_rsa.pub", "id_",       "identity.ts",
        "docker/config.json", "config.json", "ssh/config", "key.ts",     "a.pem.txt", "",
        ".envexample",
    };
    for (plain) |path| try std.testing.expect(!isSecretPath(path));
}
