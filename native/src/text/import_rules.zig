//! What an import stands for, language by language: pure functions of paths, so that a whole tree
//! is resolved without reading a file (but go.mod). Where the true rule needs a build system, the
//! end of the path and closeness decide.
const std = @import("std");
const types = @import("../base/types.zig");
const path_index = @import("path_index.zig");

const Allocator = std.mem.Allocator;
const Paths = path_index.Paths;
const Numbers = std.ArrayList(path_index.FileNumber);
const Error = Allocator.Error;

/// A package of a language without file names in its imports has at most so many files here.
const max_package_files = 32;

pub const Question = struct {
    paths: *const Paths,
    modules: []const GoModule = &.{},
    /// The path of the file that asks.
    from: []const u8,
    language: types.Language,
    /// The import as it is written.
    text: []const u8,

    fn folder(question: *const Question) []const u8 {
        return path_index.folderOf(question.from);
    }
};

/// A go.mod: what the imports of the packages below `folder` begin with.
pub const GoModule = struct { folder: []const u8, name: []const u8 };

/// Both parts of the module point into what was given.
pub fn moduleOf(path: []const u8, text: []const u8) ?GoModule {
    var lines = std.mem.tokenizeScalar(u8, text, '\n');
    while (lines.next()) |line| {
        const rest = std.mem.trim(u8, line, " \t\r");
        if (!std.mem.startsWith(u8, rest, "module ")) continue;
        const name = std.mem.trim(u8, rest["module ".len..], " \t\"`");
        if (name.len == 0) return null;
        return .{ .folder = path_index.folderOf(path), .name = name };
    }
    return null;
}

/// Adds the files an import stands for. `arena` is for scratch.
pub fn resolve(arena: Allocator, asked: *const Question, out: *Numbers) Error!void {
    var question = asked.*;
    question.text = std.mem.trim(u8, asked.text, " \t\r\n\"'`<>;");
    const text = question.text;
    if (text.len == 0 or text.len > 512 or std.mem.indexOfScalar(u8, text, 0) != null) return;
    const rule: Rule = .{ .arena = arena, .question = &question, .out = out };
    switch (question.language) {
        .typescript, .tsx, .javascript => try rule.javascript(),
        .python => try rule.python(),
        .go => try rule.go(),
        .rust => try rule.rust(),
        .zig => _ = try rule.relative(text, &.{""}),
        .c, .cpp => try rule.include(),
        .java, .kotlin => try rule.dotted(&.{ ".java", ".kt" }, &.{}),
        .csharp => try rule.dotted(&.{".cs"}, &.{}),
        .php => try rule.php(),
        .ruby => try rule.pathLike(&.{ ".rb", "" }),
        .lua => try rule.dotted(&.{".lua"}, &.{"/init.lua"}),
        .shell => try rule.shell(),
        .swift => try rule.swift(),
        .markdown, .generic, .prose, .data => try rule.pathLike(&.{""}),
    }
}

const Rule = struct {
    arena: Allocator,
    question: *const Question,
    out: *Numbers,

    fn add(rule: Rule, number: path_index.FileNumber) Error!bool {
        for (rule.out.items) |known| if (known == number) return true;
        try rule.out.append(rule.arena, number);
        return true;
    }

    fn paths(rule: Rule) *const Paths {
        return rule.question.paths;
    }

    fn print(rule: Rule, comptime format: []const u8, arguments: anytype) Error![]const u8 {
        return std.fmt.allocPrint(rule.arena, format, arguments);
    }

    /// The first of `path` with one of the endings that is a file.
    fn exact(rule: Rule, path: []const u8, endings: []const []const u8) Error!bool {
        for (endings) |ending| {
            const whole = try rule.print("{s}{s}", .{ path, ending });
            if (rule.paths().find(whole)) |number| return rule.add(number);
        }
        return false;
    }

    fn below(
        rule: Rule,
        folder: []const u8,
        path: []const u8,
        endings: []const []const u8,
    ) Error!bool {
        const joined = try path_index.join(rule.arena, folder, path) orelse return false;
        return rule.exact(joined, endings);
    }

    fn relative(rule: Rule, path: []const u8, endings: []const []const u8) Error!bool {
        return rule.below(rule.question.folder(), path, endings);
    }

    fn suffix(rule: Rule, path: []const u8, endings: []const []const u8) Error!bool {
        for (endings) |ending| {
            const whole = try rule.print("{s}{s}", .{ path, ending });
            const number = rule.paths().closest(whole, rule.question.from) orelse continue;
            return rule.add(number);
        }
        return false;
    }

    /// All files of a folder that have one of the endings.
    fn package(rule: Rule, folder: []const u8, endings: []const []const u8) Error!bool {
        var files = rule.paths().filesIn(folder);
        var count: usize = 0;
        while (files.next()) |number| {
            const path = rule.paths().pathOf(number);
            // Nothing that is imported lies in the tests beside it.
            if (std.mem.endsWith(u8, path, "_test.go")) continue;
            if (!endsInOneOf(path, endings)) continue;
            if (count == max_package_files) break;
            _ = try rule.add(number);
            count += 1;
        }
        return count > 0;
    }

    const script_endings = [_][]const u8{
        "",           ".ts",        ".tsx",       ".d.ts",       ".js",        ".jsx",
        ".mjs",       ".cjs",       ".mts",       ".cts",        ".vue",       ".svelte",
        ".json",      "/index.ts",  "/index.tsx", "/index.js",   "/index.jsx", "/index.vue",
        "/index.mts", "/index.mjs", "/index.cjs", "/index.d.ts",
    };

    /// Imports name the file a compiler writes: `./a.js` is `./a.ts` in the tree.
    const script_sources = [_][2][]const u8{
        .{ ".js", ".ts" },   .{ ".js", ".tsx" },  .{ ".jsx", ".tsx" },
        .{ ".mjs", ".mts" }, .{ ".cjs", ".cts" }, .{ ".js", ".d.ts" },
    };

    fn javascript(rule: Rule) Error!void {
        const end = std.mem.indexOfAny(u8, rule.question.text, "?#") orelse rule.question.text.len;
        const text = rule.question.text[0..@max(end, 1)];
        if (text[0] == '.') {
            if (try rule.relative(text, &script_endings)) return;
            for (script_sources) |pair| {
                if (!std.mem.endsWith(u8, text, pair[0])) continue;
                const stem = text[0 .. text.len - pair[0].len];
                if (try rule.relative(stem, &.{pair[1]})) return;
            }
            return;
        }
        if (std.mem.startsWith(u8, text, "@/") or std.mem.startsWith(u8, text, "~/")) {
            return rule.fromSource(text[2..]);
        }
        if (text[0] == '@' and try rule.scopedPackage(text)) return;
        if (std.mem.indexOfScalar(u8, text, '/') != null) return rule.fromSource(text);
    }

    /// Below the nearest `src` above the file, the nearest folder above it, or the root.
    fn fromSource(rule: Rule, path: []const u8) Error!void {
        var folder = rule.question.folder();
        while (true) {
            const source = try rule.print("{s}/src", .{folder});
            if (try rule.below(source, path, &script_endings)) return;
            if (try rule.below(folder, path, &script_endings)) return;
            if (folder.len == 0) return;
            folder = path_index.folderOf(folder);
        }
    }

    /// `@scope/name/rest` in a repository of several packages: the folder `name` with a
    /// package.json.
    fn scopedPackage(rule: Rule, text: []const u8) Error!bool {
        const slash = std.mem.indexOfScalar(u8, text, '/') orelse return false;
        const parts = text[slash + 1 ..];
        const end = std.mem.indexOfScalar(u8, parts, '/') orelse parts.len;
        const manifest = try rule.print("{s}/package.json", .{parts[0..end]});
        const number = rule.paths().closest(manifest, rule.question.from) orelse return false;
        const folder = path_index.folderOf(rule.paths().pathOf(number));
        const rest = std.mem.trim(u8, parts[end..], "/");
        if (rest.len > 0 and try rule.below(folder, rest, &script_endings)) return true;
        const source = try rule.print("{s}/src", .{folder});
        if (rest.len > 0) return rule.below(source, rest, &script_endings);
        if (try rule.below(source, "index", script_endings[1..9])) return true;
        return rule.below(folder, "index", script_endings[1..9]);
    }

    const python_endings = [_][]const u8{ ".py", "/__init__.py", ".pyi", "/__init__.pyi" };

    fn python(rule: Rule) Error!void {
        const text = rule.question.text;
        const dots = text.len - std.mem.trimStart(u8, text, ".").len;
        const path = try rule.slashed(text[dots..], ".");
        if (dots > 0) {
            var folder = rule.question.folder();
            for (1..dots) |_| folder = path_index.folderOf(folder);
            if (path.len == 0) {
                _ = try rule.below(folder, "__init__", &.{ ".py", ".pyi" });
                return;
            }
            if (try rule.below(folder, path, &python_endings)) return;
            // The last part may be a name of the module before it.
            const shorter = path_index.folderOf(path);
            if (shorter.len > 0) {
                _ = try rule.below(folder, shorter, &python_endings);
            } else _ = try rule.below(folder, "__init__", &.{ ".py", ".pyi" });
            return;
        }
        var module: []const u8 = path;
        while (module.len > 0) : (module = path_index.folderOf(module)) {
            if (try rule.pythonModule(module)) return;
        }
    }

    fn pythonModule(rule: Rule, module: []const u8) Error!bool {
        for ([_][]const u8{ "", "src", "lib" }) |folder| {
            if (try rule.below(folder, module, &python_endings)) return true;
        }
        var folder = rule.question.folder();
        while (folder.len > 0) : (folder = path_index.folderOf(folder)) {
            if (try rule.below(folder, module, &python_endings)) return true;
        }
        if (std.mem.indexOfScalar(u8, module, '/') == null) return false;
        return rule.suffix(module, &python_endings);
    }

    /// `a.b.c` as `a/b/c`.
    fn slashed(rule: Rule, text: []const u8, separator: []const u8) Error![]const u8 {
        const path = try std.mem.replaceOwned(u8, rule.arena, text, separator, "/");
        return std.mem.trim(u8, path, "/");
    }

    fn go(rule: Rule) Error!void {
        const text = rule.question.text;
        for (rule.question.modules) |module| {
            if (!std.mem.startsWith(u8, text, module.name)) continue;
            const rest = text[module.name.len..];
            if (rest.len > 0 and rest[0] != '/') continue;
            const folder = try path_index.join(rule.arena, module.folder, rest) orelse continue;
            if (try rule.package(folder, &.{".go"})) return;
        }
        if (rule.question.modules.len > 0) return;
        // Without a go.mod: the longest end of the path that is a folder with sources.
        var path = text;
        while (std.mem.indexOfScalar(u8, path, '/')) |slash| {
            if (try rule.package(path, &.{".go"})) return;
            path = path[slash + 1 ..];
        }
    }

    const rust_endings = [_][]const u8{ ".rs", "/mod.rs" };

    fn rust(rule: Rule) Error!void {
        var text = rule.question.text;
        if (std.mem.endsWith(u8, text, ".rs")) {
            _ = try rule.relative(text, &.{""});
            return;
        }
        if (std.mem.startsWith(u8, text, "mod ")) text = text["mod ".len..];
        text = text[0 .. std.mem.indexOfAny(u8, text, "{* ") orelse text.len];
        const path = try rule.slashed(text, "::");
        var parts = std.mem.splitScalar(u8, path, '/');
        const first = parts.first();
        const rest = parts.rest();
        var folder = rule.rustModuleFolder() catch return;
        if (std.mem.eql(u8, first, "crate")) {
            const root = rule.rustCrate(folder) orelse return;
            return rule.rustPath(root, rest);
        }
        if (std.mem.eql(u8, first, "self")) return rule.rustPath(folder, rest);
        if (std.mem.eql(u8, first, "super")) {
            folder = path_index.folderOf(folder);
            var left = rest;
            while (std.mem.startsWith(u8, left, "super")) {
                folder = path_index.folderOf(folder);
                left = std.mem.trimStart(u8, left["super".len..], "/");
            }
            return rule.rustPath(folder, left);
        }
        if (rest.len == 0 and try rule.below(folder, first, &rust_endings)) return;
        try rule.rustWorkspace(first, rest);
    }

    /// Where the modules inside the file's own lie: `a/b.rs` and `a/b/mod.rs` have theirs in `a/b`.
    fn rustModuleFolder(rule: Rule) Error![]const u8 {
        const from = rule.question.from;
        const name = path_index.nameOf(from);
        for ([_][]const u8{ "mod.rs", "lib.rs", "main.rs", "build.rs" }) |own| {
            if (std.mem.eql(u8, name, own)) return rule.question.folder();
        }
        return if (std.mem.endsWith(u8, from, ".rs")) from[0 .. from.len - 3] else from;
    }

    fn rustCrate(rule: Rule, start: []const u8) ?[]const u8 {
        var folder = start;
        while (true) {
            for ([_][]const u8{ "lib.rs", "main.rs" }) |name| {
                const path = rule.print("{s}{s}{s}", .{
                    folder, if (folder.len == 0) "" else "/", name,
                }) catch return null;
                if (rule.paths().find(path) != null) return folder;
            }
            if (folder.len == 0) return null;
            folder = path_index.folderOf(folder);
        }
    }

    /// The longest beginning of `path` that is a module: what follows are names in it.
    fn rustPath(rule: Rule, folder: []const u8, path: []const u8) Error!void {
        var module = path;
        while (module.len > 0) : (module = path_index.folderOf(module)) {
            if (try rule.below(folder, module, &rust_endings)) return;
        }
        if (try rule.below(folder, "", &.{"/mod.rs"})) return;
        _ = try rule.below(folder, "", &.{ ".rs", "/lib.rs", "/main.rs" });
    }

    fn rustWorkspace(rule: Rule, name: []const u8, rest: []const u8) Error!void {
        const dashed = try std.mem.replaceOwned(u8, rule.arena, name, "_", "-");
        for ([_][]const u8{ dashed, name }) |folder_name| {
            const manifest = try rule.print("{s}/Cargo.toml", .{folder_name});
            const number = rule.paths().closest(manifest, rule.question.from) orelse continue;
            const folder = path_index.folderOf(rule.paths().pathOf(number));
            return rule.rustPath(try rule.print("{s}/src", .{folder}), rest);
        }
    }

    fn include(rule: Rule) Error!void {
        const text = rule.question.text;
        if (try rule.relative(text, &.{""})) return;
        if (try rule.below("include", text, &.{""})) return;
        const path = std.mem.trimStart(u8, text, "./");
        _ = try rule.suffix(path, &.{""});
    }

    /// `a.b.C`: the longest end of it that is a file, or a folder of sources for `a.b.*`. One part
    /// alone says too little, unless it is all there is.
    fn dotted(rule: Rule, files: []const []const u8, folders: []const []const u8) Error!void {
        var text = rule.question.text;
        for ([_][]const u8{ "static ", ".*", "._" }) |mark| {
            if (std.mem.startsWith(u8, text, mark)) text = text[mark.len..];
            if (std.mem.endsWith(u8, text, mark)) text = text[0 .. text.len - mark.len];
        }
        const separator = if (std.mem.indexOfScalar(u8, text, '/') == null) "." else "/";
        var path = try rule.slashed(text, separator);
        for (0..2) |_| {
            if (path.len == 0) return;
            if (try rule.longestSuffix(path, files)) return;
            if (try rule.longestSuffix(path, folders)) return;
            if (try rule.folderSuffix(path, files)) return;
            // A member of a class, or an alias after the module.
            path = path_index.folderOf(path);
        }
    }

    fn longestSuffix(rule: Rule, path: []const u8, endings: []const []const u8) Error!bool {
        if (try rule.suffix(path, endings)) return true;
        var rest = path;
        while (std.mem.indexOfScalar(u8, rest, '/')) |slash| {
            rest = rest[slash + 1 ..];
            if (std.mem.indexOfScalar(u8, rest, '/') == null) return false;
            if (try rule.suffix(rest, endings)) return true;
        }
        return false;
    }

    fn folderSuffix(rule: Rule, path: []const u8, endings: []const []const u8) Error!bool {
        if (std.mem.indexOfScalar(u8, path, '/') == null) return false;
        const folder = rule.paths().closestFolder(path, rule.question.from) orelse return false;
        return rule.package(folder, endings);
    }

    fn php(rule: Rule) Error!void {
        const text = rule.question.text;
        if (std.mem.endsWith(u8, text, ".php")) return rule.pathLike(&.{""});
        const end = std.mem.indexOf(u8, text, " as ") orelse text.len;
        const path = try rule.slashed(text[0..end], "\\");
        if (path.len > 0) _ = try rule.longestSuffix(path, &.{".php"});
    }

    /// A path, maybe without its ending, from the file's folder or from one that is not known.
    fn pathLike(rule: Rule, endings: []const []const u8) Error!void {
        const text = rule.question.text;
        if (try rule.relative(text, endings)) return;
        if (text[0] == '.' or std.mem.indexOf(u8, text, "://") != null) return;
        const path = std.mem.trim(u8, text, "/");
        if (path.len > 0) _ = try rule.suffix(path, endings);
    }

    /// `"$DIR/lib/x.sh"`: what comes after the variable is a path.
    fn shell(rule: Rule) Error!void {
        var path = rule.question.text;
        if (std.mem.lastIndexOfAny(u8, path, "$})")) |mark| {
            const slash = std.mem.indexOfScalarPos(u8, path, mark, '/') orelse return;
            path = std.mem.trim(u8, path[slash..], "/\"'");
        }
        if (path.len == 0) return;
        if (try rule.relative(path, &.{ "", ".sh" })) return;
        _ = try rule.suffix(std.mem.trimStart(u8, path, "./"), &.{ "", ".sh" });
    }

    /// A module is the folder of its name below `Sources`.
    fn swift(rule: Rule) Error!void {
        const last = std.mem.lastIndexOfScalar(u8, rule.question.text, ' ');
        const whole = rule.question.text[if (last) |space| space + 1 else 0..];
        const name = whole[0 .. std.mem.indexOfScalar(u8, whole, '.') orelse whole.len];
        const path = try rule.print("Sources/{s}", .{name});
        const folder = rule.paths().closestFolder(path, rule.question.from) orelse return;
        _ = try rule.package(folder, &.{".swift"});
    }
};

fn endsInOneOf(path: []const u8, endings: []const []const u8) bool {
    for (endings) |ending| if (std.mem.endsWith(u8, path, ending)) return true;
    return false;
}

const Case = struct { types.Language, []const u8, []const u8, []const u8 };

const tree = [_][]const u8{
    "src/a.ts",                     "src/lib/index.ts",             "src/lib/b.tsx",
    "packages/shared/package.json", "packages/shared/src/index.ts", "packages/core/src/x.ts",
    "pkg/__init__.py",              "pkg/mod.py",                   "pkg/sub/__init__.py",
    "pkg/sub/deep.py",              "tests/helper.py",              "go/util/u.go",
    "go/util/v.go",                 "go/main.go",                   "rs/src/lib.rs",
    "rs/src/net/mod.rs",            "rs/src/net/tcp.rs",            "rs/src/io.rs",
    "rs-tools/Cargo.toml",          "rs-tools/src/lib.rs",          "include/linux/sched.h",
    "tools/include/linux/sched.h",  "kernel/sched/sched.h",         "kernel/sched/core.c",
    "j/org/acme/Shop.java",         "j/org/acme/Cart.java",         "rb/lib/shop/cart.rb",
    "rb/bin/run.rb",                "lua/zeke/init.lua",            "lua/zeke/view.lua",
    "sh/lib/common.sh",             "sh/run.sh",                    "app/Http/Kernel.php",
    "Sources/Net/Client.swift",     "zig/src/main.zig",             "zig/src/base/types.zig",
};

const cases = [_]Case{
    .{ .typescript, "src/lib/b.tsx", "../a", "src/a.ts" },
    .{ .typescript, "src/lib/b.tsx", "../a.js", "src/a.ts" },
    .{ .typescript, "src/lib/b.tsx", "'../a.ts'", "src/a.ts" },
    .{ .typescript, "src/a.ts", "./lib", "src/lib/index.ts" },
    .{ .tsx, "src/a.ts", "@/lib/b", "src/lib/b.tsx" },
    .{ .typescript, "packages/core/src/x.ts", "@vue/shared", "packages/shared/src/index.ts" },
    .{ .typescript, "src/a.ts", "node:fs", "" },
    .{ .typescript, "src/a.ts", "../../../x", "" },
    .{ .python, "pkg/mod.py", "pkg.sub.deep", "pkg/sub/deep.py" },
    .{ .python, "pkg/mod.py", "pkg.sub.deep.name", "pkg/sub/deep.py" },
    .{ .python, "pkg/sub/deep.py", "..mod", "pkg/mod.py" },
    .{ .python, "pkg/sub/deep.py", ".", "pkg/sub/__init__.py" },
    .{ .python, "pkg/mod.py", ".sub", "pkg/sub/__init__.py" },
    .{ .python, "tests/test_x.py", "helper", "tests/helper.py" },
    .{ .python, "pkg/mod.py", "os.path", "" },
    .{ .go, "go/main.go", "example.org/m/util", "go/util/u.go go/util/v.go" },
    .{ .go, "go/main.go", "fmt", "" },
    .{ .rust, "rs/src/io.rs", "crate::net::tcp::Stream", "rs/src/net/tcp.rs" },
    .{ .rust, "rs/src/net/tcp.rs", "super::Socket", "rs/src/net/mod.rs" },
    .{ .rust, "rs/src/net/mod.rs", "tcp", "rs/src/net/tcp.rs" },
    .{ .rust, "rs/src/lib.rs", "rs_tools::x", "rs-tools/src/lib.rs" },
    .{ .rust, "rs/src/lib.rs", "std::io::Read", "" },
    .{ .c, "kernel/sched/core.c", "sched.h", "kernel/sched/sched.h" },
    .{ .c, "kernel/sched/core.c", "<linux/sched.h>", "include/linux/sched.h" },
    .{ .c, "tools/x.c", "../tools/include/linux/sched.h", "tools/include/linux/sched.h" },
    .{ .java, "j/org/acme/Cart.java", "org.acme.Shop", "j/org/acme/Shop.java" },
    .{ .java, "j/x/Y.java", "static org.acme.Shop.open", "j/org/acme/Shop.java" },
    .{ .kotlin, "j/x/Y.kt", "org.acme.*", "j/org/acme/Shop.java j/org/acme/Cart.java" },
    .{ .ruby, "rb/bin/run.rb", "shop/cart", "rb/lib/shop/cart.rb" },
    .{ .lua, "lua/zeke/view.lua", "zeke", "lua/zeke/init.lua" },
    .{ .lua, "x.lua", "zeke.view", "lua/zeke/view.lua" },
    .{ .shell, "sh/run.sh", "\"$(dirname \"$0\")/lib/common.sh\"", "sh/lib/common.sh" },
    .{ .php, "x.php", "App\\Http\\Kernel", "app/Http/Kernel.php" },
    .{ .swift, "x.swift", "Net", "Sources/Net/Client.swift" },
    .{ .zig, "zig/src/main.zig", "base/types.zig", "zig/src/base/types.zig" },
    .{ .zig, "zig/src/base/types.zig", "../main.zig", "zig/src/main.zig" },
    .{ .zig, "zig/src/main.zig", "std", "" },
};

test "an import leads to its files" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    const index: path_index.PathIndex = try .init(gpa, &tree);
    const live = [_]u64{std.math.maxInt(u64)};
    const layers = [_]path_index.Layer{.{ .index = &index, .live = &live, .offset = 0 }};
    const paths: Paths = .{ .layers = &layers };
    const modules = [_]GoModule{.{ .folder = "go", .name = "example.org/m" }};
    for (cases) |case| {
        var out: Numbers = .empty;
        const question: Question = .{
            .paths = &paths,
            .modules = &modules,
            .language = case[0],
            .from = case[1],
            .text = case[2],
        };
        try resolve(gpa, &question, &out);
        var found: std.ArrayList(u8) = .empty;
        for (out.items, 0..) |number, place| {
            if (place > 0) try found.append(gpa, ' ');
            try found.appendSlice(gpa, paths.pathOf(number));
        }
        std.testing.expectEqualStrings(case[3], found.items) catch |err| {
            std.debug.print("{s} asked for {s}\n", .{ case[1], case[2] });
            return err;
        };
    }
}

test "no text of an import does harm" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    const index: path_index.PathIndex = try .init(gpa, &tree);
    const live = [_]u64{std.math.maxInt(u64)};
    const layers = [_]path_index.Layer{.{ .index = &index, .live = &live, .offset = 0 }};
    const paths: Paths = .{ .layers = &layers };
    const marks = " . .. ... / // @ @/ ~/ ? # $ $/ :: \\ a:: super * .* ./ { _ ' \x00 \xff";
    const phrases = [_][]const u8{
        "  ",
        "mod ",
        "static ",
        "import x.y",
        "super::super::super",
        "../" ** 40,
        "x/" ** 200,
    };
    var texts: std.ArrayList([]const u8) = .empty;
    try texts.appendSlice(gpa, &phrases);
    var each = std.mem.splitScalar(u8, marks, ' ');
    while (each.next()) |mark| try texts.append(gpa, mark);
    for (texts.items) |text| for (std.enums.values(types.Language)) |language| {
        for ([_][]const u8{ "rs/src/io.rs", "x", "" }) |from| {
            var out: Numbers = .empty;
            const question: Question = .{
                .paths = &paths,
                .language = language,
                .from = from,
                .text = text,
            };
            try resolve(gpa, &question, &out);
        }
    };
}

test "the module of a go.mod" {
    const module = moduleOf("a/go.mod", "// x\r\nmodule example.org/m \r\n\ngo 1.22\n").?;
    try std.testing.expectEqualStrings("example.org/m", module.name);
    try std.testing.expectEqualStrings("a", module.folder);
    try std.testing.expectEqual(@as(?GoModule, null), moduleOf("go.mod", "modules x\n"));
}
