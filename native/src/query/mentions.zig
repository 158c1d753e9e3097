//! Files that a question names outright: paths, file names, and dotted modules as in `a.b.c`.
const std = @import("std");

const Allocator = std.mem.Allocator;

const max_mentions = 48;

/// One place that a question names.
const Mention = struct {
    /// With `/`, without leading dots: `src/a.py`, `a.py`; of a module with `/` for the dots.
    text: []const u8,
    kind: Kind,

    const Kind = enum { path, module, frame };

    fn means(mention: Mention, path: []const u8) bool {
        return switch (mention.kind) {
            .path, .frame => isSameFile(path, mention.text),
            .module => isModule(path, mention.text),
        };
    }
};

/// Which call a trace names last: Python's is the innermost, JavaScript's the outermost.
const Order = enum { innermost_last, innermost_first };

pub const Mentions = struct {
    /// Paths and modules in the order of the text, then the frames of traces, innermost first.
    all: []const Mention,

    pub fn isEmpty(mentions: *const Mentions) bool {
        return mentions.all.len == 0;
    }

    /// How surely each file is meant, from 0 to 1. Only what names one of them counts: a trace goes
    /// through other people's code too, and a question shows its author's files.
    pub fn strengths(
        mentions: *const Mentions,
        arena: Allocator,
        paths: []const []const u8,
    ) Allocator.Error![]const f32 {
        const strengths_of = try arena.alloc(f32, paths.len);
        @memset(strengths_of, 0);
        var plain: f32 = 0;
        for (mentions.all) |mention| {
            if (mention.kind == .frame) continue;
            for (paths) |path| if (mention.means(path)) {
                plain += 1;
                break;
            };
        }
        var depth: f32 = 0;
        for (mentions.all) |mention| {
            // Of many files each is less surely meant; of a trace the innermost is.
            const strength = if (mention.kind == .frame)
                1 / (1 + depth)
            else
                1 / @sqrt(@max(plain, 1));
            var is_new = false;
            for (paths, strengths_of) |path, *known| {
                if (strength <= known.* or !mention.means(path)) continue;
                known.* = strength;
                is_new = true;
            }
            if (is_new and mention.kind == .frame) depth += 1;
        }
        return strengths_of;
    }
};

pub fn find(arena: Allocator, text: []const u8) Allocator.Error!Mentions {
    var plain: std.ArrayList(Mention) = .empty;
    var frames: std.ArrayList(Mention) = .empty;
    var order: Order = .innermost_last;
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
            if (isFrame(text[at..])) {
                if (isCallLine(text[0..start])) order = .innermost_first;
                try frames.append(arena, .{ .text = piece, .kind = .frame });
            } else {
                try addOnce(arena, &plain, .{ .text = piece, .kind = .path });
            }
        } else if (std.mem.indexOfScalar(u8, piece, '.') != null) {
            const module = try arena.dupe(u8, piece);
            std.mem.replaceScalar(u8, module, '.', '/');
            try addOnce(arena, &plain, .{ .text = module, .kind = .module });
        }
    }
    if (order == .innermost_last) std.mem.reverse(Mention, frames.items);
    for (frames.items) |frame| try addOnce(arena, &plain, frame);
    return .{ .all = plain.items };
}

/// Whether a line number follows, as in `a.py:12: in call`, `File "a.py", line 12` or `a.ts:12:5`.
fn isFrame(rest: []const u8) bool {
    const line_word = "\", line ";
    if (std.mem.startsWith(u8, rest, line_word)) return true;
    return rest.len > 1 and rest[0] == ':' and std.ascii.isDigit(rest[1]);
}

/// Whether a path stands in a line like `    at call (a.ts:12:5)`.
fn isCallLine(before: []const u8) bool {
    const line_at = if (std.mem.lastIndexOfScalar(u8, before, '\n')) |end| end + 1 else 0;
    return std.mem.startsWith(u8, std.mem.trimStart(u8, before[line_at..], " \t"), "at ");
}

fn addOnce(
    arena: Allocator,
    list: *std.ArrayList(Mention),
    mention: Mention,
) Allocator.Error!void {
    if (mention.text.len < 3 or list.items.len >= max_mentions) return;
    for (list.items) |known| {
        if (known.kind == mention.kind and std.mem.eql(u8, known.text, mention.text)) return;
    }
    try list.append(arena, mention);
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

fn expectStrengths(text: []const u8, paths: []const []const u8, wanted: []const f32) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const mentions = try find(arena.allocator(), text);
    const strengths = try mentions.strengths(arena.allocator(), paths);
    try std.testing.expectEqualSlices(f32, wanted, strengths);
}

test "paths, file names and modules are found" {
    const text =
        \\In ./src/http/client.ts (see backoff.ts) and requests.packages.urllib3.DecodeError, e.g.
        \\in mine/own.py with np.array, version 3.8.1
    ;
    const each: f32 = 1 / @sqrt(@as(f32, 3));
    try expectStrengths(text, &.{
        "src/http/client.ts",                    "src/http/backoff.ts",
        "requests/packages/urllib3/__init__.py", "src/other/client.tsx",
        "src/other/domain.py",
    }, &.{ each, each, each, 0, 0 });
    try expectStrengths("no files here. None", &.{"src/a.py"}, &.{0});
}

test "the innermost frame of the project is meant most" {
    const paths = [_][]const u8{ "src/_pytest/main.py", "src/_pytest/runner.py", "src/x.py" };
    try expectStrengths(
        \\  File "/usr/site-packages/_pytest/main.py", line 191, in wrap
        \\  File "/usr/site-packages/_pytest/runner.py", line 12, in call
        \\  File "/usr/site-packages/pluggy/manager.py", line 9, in go
    , &paths, &.{ 0.5, 1, 0 });
    try expectStrengths(
        \\    at call (/home/me/node_modules/_pytest/main.py:12:5)
        \\    at run (/home/me/node_modules/_pytest/runner.py:3:1)
    , &paths, &.{ 1, 0.5, 0 });
}
