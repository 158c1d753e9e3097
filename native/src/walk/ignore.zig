//! The rules of one ignore file, with git's meaning: the last pattern that matches decides.
//!
//! Most patterns are names or endings of names. Names are found by hash, endings by their last
//! byte, so that a path is compared with the few patterns that could match it, however many there
//! are.
const std = @import("std");
const glob = @import("glob.zig");

const Allocator = std.mem.Allocator;

pub const Verdict = enum { ignored, kept };

/// What the rules are asked about.
pub const Name = struct {
    /// Relative to the folder that all rules of a walk are below, with `/`; in lower case when the
    /// rules ignore case. A folder's has no slash at its end.
    path: []const u8,
    /// Where its last part begins.
    start: usize,
    is_folder: bool,
    hash: u32,

    pub fn init(path: []const u8, start: usize, is_folder: bool) Name {
        return .{
            .path = path,
            .start = start,
            .is_folder = is_folder,
            .hash = hashOf(path[start..]),
        };
    }
};

pub const Options = struct {
    /// How long the path of the file's own folder is, its slash included; 0 at the top.
    base: usize = 0,
    ignores_case: bool = false,
};

/// No pattern: the end of a chain.
const none: u32 = std.math.maxInt(u32);

const Pattern = struct {
    is_negated: bool,
    only_folders: bool,
    what: union(enum) {
        /// The name is this.
        name: []const u8,
        /// The name ends so.
        suffix: []const u8,
        name_glob: glob.Glob,
        /// The path below the folder of the file is this.
        path: []const u8,
        path_glob: glob.Glob,
    },
    /// The pattern before this one in its chain; it stands further up in the file.
    next: u32 = none,
};

/// The newest pattern whose last name has this hash.
const Slot = struct { hash: u32, first: u32 };

pub const Rules = struct {
    base: usize,
    patterns: []Pattern,
    /// A hash table, open addressing; as long as a power of two.
    slots: []const Slot,
    /// By the last byte of the name, or empty when there are no endings.
    suffixes: []const u32,
    /// The newest of the patterns that are compared with every name.
    others: u32,

    /// The rules of an ignore file's text. Null when it holds no pattern.
    pub fn parse(arena: Allocator, text: []const u8, options: Options) error{OutOfMemory}!?Rules {
        var parser: Parser = .{ .arena = arena, .options = options };
        const without_mark = if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) text[3..] else text;
        var lines = std.mem.splitScalar(u8, without_mark, '\n');
        while (lines.next()) |line| try parser.addLine(line);
        return parser.finish();
    }

    /// What the rules say of a name in the folder of their file or below; null when nothing.
    pub fn match(rules: *const Rules, name: *const Name) ?Verdict {
        var found = rules.newest(rules.named(name.hash), name, none);
        if (rules.suffixes.len > 0 and name.path.len > 0) {
            found = rules.newest(rules.suffixes[name.path[name.path.len - 1]], name, found);
        }
        found = rules.newest(rules.others, name, found);
        if (found == none) return null;
        return if (rules.patterns[found].is_negated) .kept else .ignored;
    }

    /// The newest pattern of a chain that matches, when it is newer than `known`; else `known`.
    fn newest(rules: *const Rules, first: u32, name: *const Name, known: u32) u32 {
        var number = first;
        while (number != none and (known == none or number > known)) {
            const pattern = &rules.patterns[number];
            if (rules.matches(pattern, name)) return number;
            number = pattern.next;
        }
        return known;
    }

    fn matches(rules: *const Rules, pattern: *const Pattern, name: *const Name) bool {
        if (pattern.only_folders and !name.is_folder) return false;
        const last = name.path[name.start..];
        return switch (pattern.what) {
            .name => |text| std.mem.eql(u8, text, last),
            .suffix => |text| std.mem.endsWith(u8, last, text),
            .name_glob => |compiled| compiled.matches(last),
            .path => |text| std.mem.eql(u8, text, name.path[rules.base..]),
            .path_glob => |compiled| compiled.matches(name.path[rules.base..]),
        };
    }

    fn named(rules: *const Rules, hash: u32) u32 {
        const mask = rules.slots.len -% 1;
        if (rules.slots.len == 0) return none;
        var at = hash & mask;
        while (rules.slots[at].first != none) : (at = (at + 1) & mask) {
            if (rules.slots[at].hash == hash) return rules.slots[at].first;
        }
        return none;
    }
};

fn hashOf(name: []const u8) u32 {
    return @truncate(std.hash.Wyhash.hash(0, name));
}

/// By what a pattern is found.
const Key = union(enum) { name: []const u8, last_byte: u8, none };

const Parser = struct {
    arena: Allocator,
    options: Options,
    patterns: std.ArrayList(Pattern) = .empty,
    keys: std.ArrayList(Key) = .empty,

    fn addLine(parser: *Parser, raw: []const u8) error{OutOfMemory}!void {
        if (raw.len == 0 or raw[0] == '#') return;
        var line = if (raw[raw.len - 1] == '\r') raw[0 .. raw.len - 1] else raw;
        if (std.mem.findScalar(u8, line, 0)) |end| line = line[0..end];
        line = withoutTrailingSpaces(line);
        const is_negated = line.len > 0 and line[0] == '!';
        if (is_negated) line = line[1..];
        const only_folders = line.len > 0 and line[line.len - 1] == '/';
        if (only_folders) line = line[0 .. line.len - 1];
        if (line.len == 0) return;
        const is_path = std.mem.findScalar(u8, line, '/') != null;
        if (line[0] == '/') line = line[1..];
        const compiled = try glob.Glob.compile(parser.arena, line, .{
            .is_path = is_path,
            .ignores_case = parser.options.ignores_case,
        }) orelse return;
        var pattern: Pattern = .{
            .is_negated = is_negated,
            .only_folders = only_folders,
            .what = undefined,
        };
        const key = try parser.simplify(compiled, is_path, &pattern);
        try parser.patterns.append(parser.arena, pattern);
        try parser.keys.append(parser.arena, key);
    }

    /// Keeps a pattern in the plainest form that says the same.
    fn simplify(
        parser: *Parser,
        compiled: glob.Glob,
        is_path: bool,
        pattern: *Pattern,
    ) error{OutOfMemory}!Key {
        const tokens = compiled.tokens;
        if (try parser.literal(tokens)) |text| {
            pattern.what = if (is_path) .{ .path = text } else .{ .name = text };
            const slash = std.mem.findScalarLast(u8, text, '/');
            return .{ .name = if (slash) |at| text[at + 1 ..] else text };
        }
        const last = tokens[lastPart(tokens)..];
        if (try parser.literal(last)) |name| {
            pattern.what = .{ .path_glob = compiled };
            return .{ .name = name };
        }
        pattern.what = if (is_path) .{ .path_glob = compiled } else .{ .name_glob = compiled };
        if (last.len < 2 or last[0] != .star) return .none;
        const suffix = try parser.literal(last[1..]) orelse return .none;
        if (!is_path) pattern.what = .{ .suffix = suffix };
        return .{ .last_byte = suffix[suffix.len - 1] };
    }

    /// The text that the tokens spell, null when they are more than bytes.
    fn literal(parser: *Parser, tokens: []const glob.Token) error{OutOfMemory}!?[]const u8 {
        for (tokens) |token| if (!token.isLiteral()) return null;
        const text = try parser.arena.alloc(u8, tokens.len);
        for (text, tokens) |*byte, token| byte.* = @intCast(@intFromEnum(token));
        return text;
    }

    fn finish(parser: *Parser) error{OutOfMemory}!?Rules {
        const patterns = parser.patterns.items;
        if (patterns.len == 0) return null;
        var names: usize = 0;
        var has_suffix = false;
        for (parser.keys.items) |key| switch (key) {
            .name => names += 1,
            .last_byte => has_suffix = true,
            .none => {},
        };
        const slot_count = if (names == 0) 0 else std.math.ceilPowerOfTwoAssert(usize, names * 2);
        const slots = try parser.arena.alloc(Slot, slot_count);
        @memset(slots, .{ .hash = 0, .first = none });
        const suffixes = try parser.arena.alloc(u32, if (has_suffix) 256 else 0);
        @memset(suffixes, none);
        var others = none;
        for (patterns, parser.keys.items, 0..) |*pattern, key, number| {
            const first: *u32 = switch (key) {
                .name => |name| slotFor(slots, hashOf(name)),
                .last_byte => |byte| &suffixes[byte],
                .none => &others,
            };
            pattern.next = first.*;
            first.* = @intCast(number);
        }
        return .{
            .base = parser.options.base,
            .patterns = patterns,
            .slots = slots,
            .suffixes = suffixes,
            .others = others,
        };
    }

    fn slotFor(slots: []Slot, hash: u32) *u32 {
        var at = hash & (slots.len - 1);
        while (slots[at].first != none and slots[at].hash != hash) at = (at + 1) & (slots.len - 1);
        slots[at].hash = hash;
        return &slots[at].first;
    }
};

/// Where the tokens begin that match the last name of a path and nothing else.
fn lastPart(tokens: []const glob.Token) usize {
    var at = tokens.len;
    while (at > 0) : (at -= 1) switch (tokens[at - 1]) {
        .folders, glob.Token.slash => return at,
        else => {},
    };
    return 0;
}

/// Spaces at the end count only after a backslash.
fn withoutTrailingSpaces(line: []const u8) []const u8 {
    var end: usize = 0;
    var at: usize = 0;
    while (at < line.len) : (at += 1) {
        if (line[at] == ' ') continue;
        if (line[at] == '\\') at += 1;
        end = at + 1;
    }
    return line[0..@min(end, line.len)];
}

const testing = std.testing;

/// Checks `path` (a folder's ends in `/`) against the rules of one file.
fn expectVerdict(text: []const u8, path: []const u8, expected: ?Verdict) !void {
    return expectVerdictBelow(text, path, expected, .{});
}

fn expectVerdictBelow(
    text: []const u8,
    path: []const u8,
    expected: ?Verdict,
    options: Options,
) !void {
    var arena: std.heap.ArenaAllocator = .init(testing.allocator);
    defer arena.deinit();
    const is_folder = path[path.len - 1] == '/';
    const plain = if (is_folder) path[0 .. path.len - 1] else path;
    const start = if (std.mem.findScalarLast(u8, plain, '/')) |at| at + 1 else 0;
    const rules = try Rules.parse(arena.allocator(), text, options);
    const name: Name = .init(plain, start, is_folder);
    const verdict = if (rules) |*some| some.match(&name) else null;
    testing.expectEqual(expected, verdict) catch |err| {
        std.debug.print("rules {s}, path {s}\n", .{ text, path });
        return err;
    };
}

test "names match at any depth, paths from the folder of the file" {
    try expectVerdict("a\n", "a", .ignored);
    try expectVerdict("a\n", "x/y/a", .ignored);
    try expectVerdict("/a\n", "x/a", null);
    try expectVerdict("x/a\n", "x/a", .ignored);
    try expectVerdict("x/a\n", "y/x/a", null);
    try expectVerdict("**/x/a\n", "y/x/a", .ignored);
    try expectVerdict("x/*.o\n", "x/a.o", .ignored);
    try expectVerdict("x/*.o\n", "x/y/a.o", null);
    try expectVerdictBelow("/a\n", "x/a", .ignored, .{ .base = 2 });
    try expectVerdictBelow("b/c\n", "x/b/c", .ignored, .{ .base = 2 });
}

test "the last pattern that matches decides, whatever its form" {
    try expectVerdict("*.o\n!a.o\n", "a.o", .kept);
    try expectVerdict("!a.o\n*.o\n", "a.o", .ignored);
    try expectVerdict("a.o\n!*.o\n[a].o\n", "a.o", .ignored);
    try expectVerdict("[a].o\n!*.o\n", "a.o", .kept);
    try expectVerdict("a\n!a\na\n", "a", .ignored);
    try expectVerdict("a\n!a/\n", "a", .ignored);
    try expectVerdict("a\n!a/\n", "a/", .kept);
}

test "a slash at the end means folders only" {
    try expectVerdict("a/\n", "a", null);
    try expectVerdict("a/\n", "a/", .ignored);
    try expectVerdict("a/\n", "x/a/", .ignored);
    try expectVerdict("**/\n", "x/", .ignored);
    try expectVerdict("/\n", "x/", null);
    try expectVerdict("a/**/\n", "a/b/", .ignored);
}

test "comments, escapes, spaces, line ends, and a byte order mark" {
    try expectVerdict("#a\n", "#a", null);
    try expectVerdict("\\#a\n", "#a", .ignored);
    try expectVerdict("\\!a\n", "!a", .ignored);
    try expectVerdict("a  \n", "a", .ignored);
    try expectVerdict("a\\ \n", "a ", .ignored);
    try expectVerdict("a\\  \n", "a ", .ignored);
    try expectVerdict("a\t\n", "a", null);
    try expectVerdict("a\r\nb\r\n", "b", .ignored);
    try expectVerdict("a\r", "a", .ignored);
    try expectVerdict("\xef\xbb\xbfa\n", "a", .ignored);
    try expectVerdict("!\n\r\n \n", "a", null);
    try expectVerdict("a\x00b\n", "a", .ignored);
    try expectVerdict("no newline", "no newline", .ignored);
    try expectVerdict("a \\", "a \\", null);
}

test "case" {
    try expectVerdict("README\n", "readme", null);
    try expectVerdictBelow("README\n", "readme", .ignored, .{ .ignores_case = true });
}

test "many patterns with the same name or ending" {
    var text: std.Io.Writer.Allocating = .init(testing.allocator);
    defer text.deinit();
    for (0..2000) |number| try text.writer.print("n{d}\n*.x{d}\nd{d}/n1\n", .{number} ** 3);
    try expectVerdict(text.written(), "q/n1999", .ignored);
    try expectVerdict(text.written(), "d77/n1", .ignored);
    try expectVerdict(text.written(), "a.x1234", .ignored);
    try expectVerdict(text.written(), "a.x2000", null);
}
