//! Reads a pattern into a tree. What cannot be searched in linear time (look-around,
//! back-references) is refused by name, and so is what would make a giant program.
const std = @import("std");
const unicode = @import("unicode.zig");

const Allocator = std.mem.Allocator;
pub const Range = unicode.Range;

pub const Index = u32;

/// A condition on a place between two bytes. A word byte is a letter, a digit, `_` or any byte of
/// a character outside ASCII: what the index takes for a part of a name.
pub const Look = enum {
    line_start,
    line_end,
    word_border,
    no_word_border,
    word_start,
    word_end,
    /// No word byte before; nothing is said of the byte after.
    no_word_before,
    /// No word byte after.
    no_word_after,
};

pub const Repeat = struct {
    child: Index,
    min: u16,
    /// Null: without an upper bound.
    max: ?u16,
    is_lazy: bool,
};

pub const Node = union(enum) {
    empty,
    char: u21,
    /// An ASCII letter in lower case that stands for itself and for its upper case.
    folded: u8,
    /// Any one of these code points: sorted, apart from each other. None at all never matches.
    set: []const Range,
    look: Look,
    concat: []const Index,
    alternate: []const Index,
    repeat: Repeat,
};

pub const Tree = struct {
    nodes: []const Node,
    root: Index,

    pub fn at(tree: Tree, index: Index) Node {
        return tree.nodes[index];
    }
};

pub const Options = struct {
    is_case_sensitive: bool = true,
    /// A match has no word byte before it and none after it.
    is_word: bool = false,
};

/// Why a pattern is refused, for people.
pub const Failure = struct {
    message: []const u8 = "",
    /// The byte of the pattern at which it was seen.
    offset: usize = 0,
};

pub const Error = error{ OutOfMemory, BadPattern };

/// Longer ones are pasted by mistake.
pub const max_pattern_bytes = 4096;
/// Walks over the tree may recurse: they never go deeper than this.
pub const max_depth = 200;
const max_count = 1000;

/// Everything of the tree lives in `arena`.
pub fn parse(
    arena: Allocator,
    pattern: []const u8,
    options: Options,
    failure: *Failure,
) Error!Tree {
    var parser: Parser = .{
        .arena = arena,
        .pattern = pattern,
        .failure = failure,
        .is_folded = !options.is_case_sensitive,
    };
    if (pattern.len > max_pattern_bytes) return parser.fail("the pattern is too long");
    if (!std.unicode.utf8ValidateSlice(pattern)) return parser.fail("the pattern is no UTF-8");
    var root = try parser.parseAll();
    if (options.is_word) {
        const before = try parser.add(.{ .look = .no_word_before }, 0);
        const after = try parser.add(.{ .look = .no_word_after }, 0);
        const whole = try arena.dupe(Index, &.{ before, root, after });
        root = try parser.add(.{ .concat = whole }, parser.depths.items[root]);
    }
    return .{ .nodes = parser.nodes.items, .root = root };
}

/// A group that is open: where its pieces begin on the shared stacks.
const Frame = struct {
    pieces: usize,
    branches: usize,
    is_folded: bool,
    offset: usize,
};

const Parser = struct {
    arena: Allocator,
    pattern: []const u8,
    failure: *Failure,
    is_folded: bool,
    at: usize = 0,
    nodes: std.ArrayList(Node) = .empty,
    /// How deep the tree below each node is.
    depths: std.ArrayList(u16) = .empty,
    /// Parts of the branches that are being read, of all open groups.
    pieces: std.ArrayList(Index) = .empty,
    /// Whole branches left of a `|`, of all open groups.
    branches: std.ArrayList(Index) = .empty,
    frames: std.ArrayList(Frame) = .empty,

    fn fail(parser: *Parser, message: []const u8) error{BadPattern} {
        parser.failure.* = .{ .message = message, .offset = parser.at };
        return error.BadPattern;
    }

    fn add(parser: *Parser, node: Node, depth_of_children: u16) Error!Index {
        if (depth_of_children >= max_depth) return parser.fail("the pattern is nested too deep");
        try parser.nodes.append(parser.arena, node);
        try parser.depths.append(parser.arena, depth_of_children + 1);
        return @intCast(parser.nodes.items.len - 1);
    }

    fn peek(parser: *const Parser) ?u8 {
        return if (parser.at < parser.pattern.len) parser.pattern[parser.at] else null;
    }

    /// Steps over `text` when it stands here.
    fn skip(parser: *Parser, text: []const u8) bool {
        if (!std.mem.startsWith(u8, parser.pattern[parser.at..], text)) return false;
        parser.at += text.len;
        return true;
    }

    fn takeCodePoint(parser: *Parser) u21 {
        const first = parser.pattern[parser.at];
        const length = std.unicode.utf8ByteSequenceLength(first) catch 1;
        const bytes = parser.pattern[parser.at..][0..length];
        parser.at += length;
        return std.unicode.utf8Decode(bytes) catch first;
    }

    fn parseAll(parser: *Parser) Error!Index {
        try parser.open();
        while (parser.peek()) |byte| {
            switch (byte) {
                '(' => try parser.openGroup(),
                ')' => {
                    if (parser.frames.items.len < 2) return parser.fail("unopened )");
                    parser.at += 1;
                    const group = try parser.close();
                    try parser.pieces.append(parser.arena, group);
                },
                '|' => {
                    parser.at += 1;
                    const branch = try parser.closeBranch();
                    try parser.branches.append(parser.arena, branch);
                },
                '*', '+', '?' => try parser.parseRepeat(),
                '{' => if (!try parser.parseCount()) {
                    parser.at += 1;
                    try parser.addChar('{');
                },
                else => try parser.parsePiece(),
            }
        }
        if (parser.frames.items.len > 1) {
            parser.at = parser.frames.items[parser.frames.items.len - 1].offset;
            return parser.fail("unclosed (");
        }
        return parser.close();
    }

    fn open(parser: *Parser) Error!void {
        try parser.frames.append(parser.arena, .{
            .pieces = parser.pieces.items.len,
            .branches = parser.branches.items.len,
            .is_folded = parser.is_folded,
            .offset = parser.at,
        });
    }

    fn openGroup(parser: *Parser) Error!void {
        const rest = parser.pattern[parser.at..];
        for ([_][]const u8{ "(?=", "(?!", "(?<=", "(?<!" }) |look| {
            if (std.mem.startsWith(u8, rest, look)) {
                return parser.fail("look-around is not supported: it cannot be searched fast");
            }
        }
        if (parser.skip("(?i)")) {
            parser.is_folded = true;
            return;
        }
        if (parser.skip("(?-i)")) {
            parser.is_folded = false;
            return;
        }
        try parser.open();
        if (parser.skip("(?:")) return;
        if (parser.skip("(?i:")) {
            parser.is_folded = true;
        } else if (parser.skip("(?P<") or parser.skip("(?<")) {
            const end = std.mem.indexOfScalarPos(u8, parser.pattern, parser.at, '>') orelse
                return parser.fail("unclosed name of a group");
            parser.at = end + 1;
        } else if (std.mem.startsWith(u8, rest, "(?")) {
            return parser.fail("unknown kind of group");
        } else parser.at += 1;
    }

    /// Ends the innermost group: one node for all of it.
    fn close(parser: *Parser) Error!Index {
        const last = try parser.closeBranch();
        const frame = parser.frames.pop().?;
        parser.is_folded = frame.is_folded;
        if (parser.branches.items.len == frame.branches) return last;
        try parser.branches.append(parser.arena, last);
        const branches = parser.branches.items[frame.branches..];
        const node = try parser.arena.dupe(Index, branches);
        parser.branches.shrinkRetainingCapacity(frame.branches);
        return parser.add(.{ .alternate = node }, parser.deepest(node));
    }

    /// Everything read since the group or the branch began, as one node.
    fn closeBranch(parser: *Parser) Error!Index {
        const from = parser.frames.items[parser.frames.items.len - 1].pieces;
        const pieces = parser.pieces.items[from..];
        defer parser.pieces.shrinkRetainingCapacity(from);
        if (pieces.len == 0) return parser.add(.empty, 0);
        if (pieces.len == 1) return pieces[0];
        const node = try parser.arena.dupe(Index, pieces);
        return parser.add(.{ .concat = node }, parser.deepest(node));
    }

    fn deepest(parser: *const Parser, children: []const Index) u16 {
        var depth: u16 = 0;
        for (children) |child| depth = @max(depth, parser.depths.items[child]);
        return depth;
    }

    fn parseRepeat(parser: *Parser) Error!void {
        const mark = parser.pattern[parser.at];
        if (parser.pieceToRepeat() == null) return parser.fail("nothing to repeat");
        parser.at += 1;
        try parser.repeat(if (mark == '+') 1 else 0, if (mark == '?') 1 else null);
    }

    fn pieceToRepeat(parser: *const Parser) ?Index {
        const from = parser.frames.items[parser.frames.items.len - 1].pieces;
        const pieces = parser.pieces.items;
        return if (pieces.len > from) pieces[pieces.len - 1] else null;
    }

    fn repeat(parser: *Parser, min: u16, max: ?u16) Error!void {
        const is_lazy = parser.skip("?");
        const child = parser.pieces.pop().?;
        const node: Node = .{
            .repeat = .{ .child = child, .min = min, .max = max, .is_lazy = is_lazy },
        };
        const index = try parser.add(node, parser.depths.items[child]);
        try parser.pieces.append(parser.arena, index);
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else after a brace is a brace, as it stands in code.
    fn parseCount(parser: *Parser) Error!bool {
        const start = parser.at;
        parser.at += 1;
        const min = parser.takeNumber() orelse {
            parser.at = start;
            return false;
        };
        var max: ?u32 = min;
        if (parser.skip(",")) max = parser.takeNumber();
        if (!parser.skip("}")) {
            parser.at = start;
            return false;
        }
        if (parser.pieceToRepeat() == null) return parser.fail("nothing to repeat");
        if (min > max_count or (max orelse 0) > max_count) {
            return parser.fail("a count is above 1000");
        }
        if (max) |bound| if (bound < min) return parser.fail("the counts are in the wrong order");
        try parser.repeat(@intCast(min), if (max) |bound| @intCast(bound) else null);
        return true;
    }

    fn takeNumber(parser: *Parser) ?u32 {
        const start = parser.at;
        var value: u32 = 0;
        while (parser.peek()) |byte| {
            if (!std.ascii.isDigit(byte)) break;
            value = @min(value * 10 + (byte - '0'), 100_000);
            parser.at += 1;
        }
        return if (parser.at > start) value else null;
    }

    fn parsePiece(parser: *Parser) Error!void {
        switch (parser.pattern[parser.at]) {
            '.' => {
                parser.at += 1;
                try parser.addSet(&unicode.any_but_newline);
            },
            '^' => try parser.addLook(.line_start),
            '$' => try parser.addLook(.line_end),
            '[' => try parser.parseClass(),
            '\\' => try parser.parseEscape(),
            else => try parser.addChar(parser.takeCodePoint()),
        }
    }

    fn addNode(parser: *Parser, node: Node) Error!void {
        const index = try parser.add(node, 0);
        try parser.pieces.append(parser.arena, index);
    }

    fn addLook(parser: *Parser, look: Look) Error!void {
        parser.at += 1;
        try parser.addNode(.{ .look = look });
    }

    fn addSet(parser: *Parser, ranges: []const Range) Error!void {
        try parser.addNode(.{ .set = ranges });
    }

    fn addChar(parser: *Parser, char: u21) Error!void {
        if (char == '\n') return parser.fail("a match stands within one line");
        if (!parser.is_folded) return parser.addNode(.{ .char = char });
        if (char < 0x80) {
            const byte: u8 = @intCast(char);
            if (!std.ascii.isAlphabetic(byte)) return parser.addNode(.{ .char = char });
            return parser.addNode(.{ .folded = std.ascii.toLower(byte) });
        }
        const other = unicode.otherCase(char) orelse return parser.addNode(.{ .char = char });
        var set: std.ArrayList(Range) = .empty;
        try set.append(parser.arena, .one(char));
        try set.append(parser.arena, .one(other));
        try parser.addSet(try unicode.normalize(parser.arena, &set));
    }

    fn parseEscape(parser: *Parser) Error!void {
        if (parser.at + 1 >= parser.pattern.len) return parser.fail("a \\ at the end");
        const letter = parser.pattern[parser.at + 1];
        const look: ?Look = switch (letter) {
            'b' => .word_border,
            'B' => .no_word_border,
            '<' => .word_start,
            '>' => .word_end,
            'A' => .line_start,
            'z', 'Z' => .line_end,
            else => null,
        };
        if (look) |found| {
            parser.at += 1;
            return parser.addLook(found);
        }
        if (unicode.classOf(letter)) |ranges| {
            parser.at += 2;
            return parser.addSet(ranges);
        }
        try parser.addChar(try parser.takeEscapedChar());
    }

    /// The character that an escape stands for, inside brackets and outside.
    fn takeEscapedChar(parser: *Parser) Error!u21 {
        parser.at += 1;
        const letter = parser.peek() orelse return parser.fail("a \\ at the end");
        switch (letter) {
            't' => parser.at += 1,
            'n', 'r', 'f', 'v', 'a', 'e', '0' => parser.at += 1,
            'x', 'u' => {
                parser.at += 1;
                return parser.takeHex(if (letter == 'x') 2 else 4);
            },
            '1'...'9' => return parser.fail("back-references are not supported"),
            'p', 'P' => return parser.fail("Unicode properties are not supported"),
            'k' => return parser.fail("back-references are not supported"),
            else => {
                if (std.ascii.isAlphabetic(letter)) return parser.fail("unknown escape");
                return parser.takeCodePoint();
            },
        }
        return switch (letter) {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => 0x0c,
            'v' => 0x0b,
            'a' => 0x07,
            'e' => 0x1b,
            else => 0,
        };
    }

    fn takeHex(parser: *Parser, digits: usize) Error!u21 {
        const rest = parser.pattern[parser.at..];
        var text: []const u8 = rest[0..@min(digits, rest.len)];
        var used = text.len;
        if (std.mem.startsWith(u8, rest, "{")) {
            const end = std.mem.indexOfScalar(u8, rest, '}') orelse
                return parser.fail("bad hexadecimal number");
            text = rest[1..end];
            used = end + 1;
        } else if (text.len < digits) return parser.fail("bad hexadecimal number");
        if (text.len == 0 or text.len > 6) return parser.fail("bad hexadecimal number");
        var value: u32 = 0;
        for (text) |byte| {
            const digit = std.fmt.charToDigit(byte, 16) catch
                return parser.fail("bad hexadecimal number");
            value = value * 16 + digit;
        }
        if (value > 0x10ffff or (value >= 0xd800 and value <= 0xdfff)) {
            return parser.fail("no such character");
        }
        parser.at += used;
        return @intCast(value);
    }

    /// `[a-z_]`, `[^"\\]`, `[[:alpha:]]`.
    fn parseClass(parser: *Parser) Error!void {
        const start = parser.at;
        parser.at += 1;
        const is_negated = parser.skip("^");
        var set: std.ArrayList(Range) = .empty;
        var is_first = true;
        while (true) : (is_first = false) {
            const byte = parser.peek() orelse {
                parser.at = start;
                return parser.fail("unclosed [");
            };
            if (byte == ']' and !is_first) break;
            try parser.parseClassItem(&set);
        }
        parser.at += 1;
        if (parser.is_folded) try unicode.addOtherCases(parser.arena, &set);
        var ranges = try unicode.normalize(parser.arena, &set);
        if (is_negated) ranges = try unicode.negate(parser.arena, ranges);
        try parser.addSet(try unicode.withoutNewline(parser.arena, ranges));
    }

    fn parseClassItem(parser: *Parser, set: *std.ArrayList(Range)) Error!void {
        if (parser.skip("[:")) {
            const end = std.mem.indexOfPos(u8, parser.pattern, parser.at, ":]") orelse
                return parser.fail("unclosed [:");
            const name = parser.pattern[parser.at..end];
            const ranges = unicode.namedClass(name) orelse return parser.fail("unknown [:class:]");
            parser.at = end + 2;
            return set.appendSlice(parser.arena, ranges);
        }
        if (parser.pattern[parser.at] == '\\' and parser.at + 1 < parser.pattern.len) {
            if (unicode.classOf(parser.pattern[parser.at + 1])) |ranges| {
                parser.at += 2;
                return set.appendSlice(parser.arena, ranges);
            }
        }
        const low = try parser.takeClassChar();
        const rest = parser.pattern[parser.at..];
        if (rest.len < 2 or rest[0] != '-' or rest[1] == ']') {
            return set.append(parser.arena, .one(low));
        }
        parser.at += 1;
        const high = try parser.takeClassChar();
        if (high < low) return parser.fail("a range in [] is in the wrong order");
        try set.append(parser.arena, .{ .low = low, .high = high });
    }

    fn takeClassChar(parser: *Parser) Error!u21 {
        if (parser.peek() != '\\') return parser.takeCodePoint();
        if (parser.at + 1 < parser.pattern.len and parser.pattern[parser.at + 1] == 'b') {
            parser.at += 2;
            return 0x08;
        }
        return parser.takeEscapedChar();
    }
};

fn expectRefused(pattern: []const u8, message: []const u8) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    try std.testing.expectError(error.BadPattern, parse(arena.allocator(), pattern, .{}, &failure));
    try std.testing.expect(std.mem.indexOf(u8, failure.message, message) != null);
}

test "what cannot be searched is refused with its reason" {
    try expectRefused("a(?=b)", "look-around");
    try expectRefused("(?<!x)a", "look-around");
    try expectRefused("(a)\\1", "back-reference");
    try expectRefused("(a", "unclosed (");
    try expectRefused("a)", "unopened )");
    try expectRefused("[a", "unclosed [");
    try expectRefused("*a", "nothing to repeat");
    try expectRefused("a{1001}", "above 1000");
    try expectRefused("a{3,2}", "wrong order");
    try expectRefused("[z-a]", "wrong order");
    try expectRefused("a\\nb", "one line");
    try expectRefused("\\", "at the end");
    try expectRefused("\\pL", "properties");
    try expectRefused("\\y", "unknown escape");
    try expectRefused("\\x{110000}", "no such character");
    try expectRefused("(" ** 300 ++ "a" ++ ")?" ** 300, "too deep");
    try expectRefused("a" ++ "*" ** 300, "too deep");
    try expectRefused("\xff", "UTF-8");
    try expectRefused("a" ** 5000, "too long");
}

test "braces that count nothing are braces" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    for ([_][]const u8{ "{", "a{", "a{b}", "a{,3}", "f() {$", "a{1" }) |pattern| {
        _ = try parse(arena.allocator(), pattern, .{}, &failure);
    }
}
