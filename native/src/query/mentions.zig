//! Files that a question names outright: paths, file names, and dotted modules as in `a.b.c`.
const std = @import("std");

const Allocator = std.mem.Allocator;

const max_mentions = 24;

pub const Mentions = struct {
    /// With `/`, without leading dots: `src/a.py`, `a.py`.
    paths: []const []const u8,
    /// Modules with `/` for the dots: `requests/adapters`.
    modules: []const []const u8,

    pub fn isEmpty(mentions: *const Mentions) bool {
        return mentions.paths.len == 0 and mentions.modules.len == 0;
    }

    /// From 0 to 1: how surely a mention means this file. A question that names many files (the
    /// frames of a trace) says little about each.
    pub fn strength(mentions: *const Mentions, path: []const u8) f32 {
        const count: f32 = @floatFromInt(mentions.paths.len + mentions.modules.len);
        const each = 1 / @sqrt(@max(count, 1));
        for (mentions.paths) |mentioned| if (isSameFile(path, mentioned)) return each;
        for (mentions.modules) |module| if (isModule(path, module)) return each;
        return 0;
    }
};

pub fn find(arena: Allocator, text: []const u8) Allocator.Error!Mentions {
    var paths: std.ArrayList([]const u8) = .empty;
    var modules: std.ArrayList([]const u8) = .empty;
    var at: usize = 0;
    while (at < text.len) {
        if (!isPathByte(text[at])) {
            at += 1;
            continue;
        }
        const start = at;
        while (at < text.len and isPathByte(text[at])) at += 1;
        const piece = std.mem.trim(u8, text[start..at], "./:-");
        if (std.mem.indexOfScalar(u8, piece, '/') != null or isFileName(piece)) {
            try addOnce(arena, &paths, piece);
        } else if (std.mem.indexOfScalar(u8, piece, '.') != null) {
            const module = try arena.dupe(u8, piece);
            std.mem.replaceScalar(u8, module, '.', '/');
            try addOnce(arena, &modules, module);
        }
    }
    return .{ .paths = paths.items, .modules = modules.items };
}

fn addOnce(
    arena: Allocator,
    list: *std.ArrayList([]const u8),
    piece: []const u8,
) Allocator.Error!void {
    if (piece.len < 3 or list.items.len >= max_mentions) return;
    for (list.items) |known| if (std.mem.eql(u8, known, piece)) return;
    try list.append(arena, piece);
}

fn isPathByte(byte: u8) bool {
    return switch (byte) {
        'a'...'z', 'A'...'Z', '0'...'9', '_', '-', '.', '/', '@', 0x80...0xff => true,
        else => false,
    };
}

/// Ends like a file: a word, a dot, and an ending that files have.
fn isFileName(piece: []const u8) bool {
    const dot = std.mem.lastIndexOfScalar(u8, piece, '.') orelse return false;
    const ending = piece[dot + 1 ..];
    if (dot == 0 or ending.len == 0 or ending.len > 5) return false;
    for (file_endings) |known| if (std.mem.eql(u8, ending, known)) return true;
    return false;
}

const file_endings = [_][]const u8{
    "c",    "cc",  "cfg",  "conf",  "cpp",  "cs",  "css", "go",  "h",   "hpp", "html", "ini",
    "java", "js",  "json", "jsx",   "kt",   "lua", "md",  "mjs", "php", "py",  "pyi",  "rb",
    "rs",   "rst", "sh",   "swift", "toml", "ts",  "tsx", "txt", "vue", "xml", "yaml", "yml",
    "zig",
};

/// The same path, or the same last two parts of one that is rooted elsewhere.
fn isSameFile(path: []const u8, mentioned: []const u8) bool {
    if (endsAtPart(path, mentioned)) return true;
    const name_at = std.mem.lastIndexOfScalar(u8, mentioned, '/') orelse return false;
    const folder_at = std.mem.lastIndexOfScalar(u8, mentioned[0..name_at], '/') orelse return false;
    return endsAtPart(path, mentioned[folder_at + 1 ..]);
}

fn endsAtPart(path: []const u8, ending: []const u8) bool {
    if (!std.mem.endsWith(u8, path, ending)) return false;
    return path.len == ending.len or path[path.len - ending.len - 1] == '/';
}

/// `a/b/c` means `a/b/c.py`, `a/b/c/__init__.py`, or `a/b.py` with `c` in it.
fn isModule(path: []const u8, module: []const u8) bool {
    const dot = std.mem.lastIndexOfScalar(u8, path, '.') orelse return false;
    var stem = path[0..dot];
    for ([_][]const u8{ "/__init__", "/index", "/mod" }) |own| {
        if (std.mem.endsWith(u8, stem, own)) stem = stem[0 .. stem.len - own.len];
    }
    var wanted = module;
    while (std.mem.indexOfScalar(u8, wanted, '/') != null) {
        if (endsAtPart(stem, wanted)) return true;
        wanted = wanted[0..std.mem.lastIndexOfScalar(u8, wanted, '/').?];
    }
    return false;
}

test "paths, file names and modules are found" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const mentions = try find(arena.allocator(),
        \\In ./src/http/client.ts (see backoff.ts:12) and requests.packages.urllib3.DecodeError, e.g.
        \\File "/usr/lib/python3/site-packages/_pytest/main.py", line 191. Version 3.8.1
    );
    const full = 1 / @sqrt(@as(f32, @floatFromInt(mentions.paths.len + mentions.modules.len)));
    try std.testing.expectEqual(full, mentions.strength("src/http/client.ts"));
    try std.testing.expectEqual(full, mentions.strength("src/http/backoff.ts"));
    try std.testing.expectEqual(full, mentions.strength("requests/packages/urllib3/__init__.py"));
    try std.testing.expectEqual(full, mentions.strength("src/_pytest/main.py"));
    try std.testing.expectEqual(0, mentions.strength("src/other/client.tsx"));
    try std.testing.expectEqual(0, mentions.strength("src/other/domain.py"));
    try std.testing.expect((try find(arena.allocator(), "no files here. None")).isEmpty());
}
