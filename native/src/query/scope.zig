//! The part of a project that a first line names before its colon: `fix(compiler-core): …`,
//! `autodoc: …`, `mm/oom: …`. Commit messages are written so, and titles of issues often are.
const std = @import("std");

const separators = "/,| ";

/// The words before the colon, or null where none of them can be a part of a project.
pub fn find(title: []const u8) ?[]const u8 {
    const colon = std.mem.indexOf(u8, title, ": ") orelse return null;
    const head = std.mem.trimEnd(u8, title[0..colon], "!");
    if (std.mem.indexOfScalar(u8, head, '(')) |open| {
        const kind = head[0..open];
        const is_closed = std.mem.endsWith(u8, head, ")");
        if (!is_closed or std.mem.indexOfScalar(u8, kind, ' ') != null) return null;
        return notEmpty(head[open + 1 .. head.len - 1]);
    }
    // A sentence with a colon in it names no part.
    if (std.mem.indexOfScalar(u8, head, ' ') != null) return null;
    return notEmpty(head);
}

fn notEmpty(scope: []const u8) ?[]const u8 {
    return if (scope.len < 2) null else scope;
}

/// How many of the scope's words are a folder of the path or its file's own name, as a share.
pub fn shareIn(scope: []const u8, path: []const u8) f32 {
    var asked: f32 = 0;
    var found: f32 = 0;
    var words = std.mem.tokenizeAny(u8, scope, separators);
    while (words.next()) |word| {
        asked += 1;
        if (isPart(word, path)) found += 1;
    }
    return found / @max(1, asked);
}

fn isPart(word: []const u8, path: []const u8) bool {
    var parts = std.mem.splitScalar(u8, path, '/');
    while (parts.next()) |part| {
        const is_file = parts.peek() == null;
        const dot = if (is_file) std.mem.indexOfScalarPos(u8, part, @min(1, part.len), '.') else null;
        if (std.ascii.eqlIgnoreCase(part[0 .. dot orelse part.len], word)) return true;
    }
    return false;
}

test "what stands before the colon" {
    const cases = [_]struct { []const u8, ?[]const u8 }{
        .{ "fix(compiler-core): keep the key", "compiler-core" },
        .{ "feat(a, b)!: more", "a, b" },
        .{ "autodoc: no overloads", "autodoc" },
        .{ "mm/oom: count again", "mm/oom" },
        .{ "A sentence: with a colon", null },
        .{ "call(x) fails: why", null },
        .{ "fix(: x", null },
        .{ "fix(): x", null },
        .{ ": x", null },
        .{ "no colon", null },
    };
    for (cases) |case| {
        if (case[1]) |wanted| {
            try std.testing.expectEqualStrings(wanted, find(case[0]).?);
        } else try std.testing.expectEqual(null, find(case[0]));
    }
}

test "a scope is a folder or a file of the path" {
    try std.testing.expectEqual(1, shareIn("Compiler-core", "packages/compiler-core/src/a.ts"));
    try std.testing.expectEqual(1, shareIn("autodoc", "sphinx/ext/autodoc.py"));
    try std.testing.expectEqual(0, shareIn("auto", "sphinx/ext/autodoc.py"));
    try std.testing.expectEqual(0.5, shareIn("mm/oom", "mm/oom_kill.c"));
    try std.testing.expectEqual(0, shareIn("", ""));
}
