//! What every scanner reads texts with: jumps to the next byte of interest 64 bytes at a time,
//! identifiers, keywords, lines, quotes, comments and balanced brackets. Positions are offsets into
//! the text; every function takes any position up to the text's length, gives one in the same range,
//! and goes forward only, so that whatever is built of them is linear.
const std = @import("std");
const scan = @import("../scan.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;

const lane = 64;
const Lane = @Vector(lane, u8);

const short_lane = 16;
const ShortLane = @Vector(short_lane, u8);

fn isBetween(bytes: ShortLane, comptime first: u8, comptime last: u8) u16 {
    const offset = bytes -% @as(ShortLane, @splat(first));
    return @bitCast(offset <= @as(ShortLane, @splat(last - first)));
}

/// Finds bytes of `set`. It keeps which of the current 64 bytes are hits, so that asking again from
/// a little further costs a shift instead of another look at the text.
pub fn Finder(comptime set: []const u8) type {
    return struct {
        text: []const u8,
        base: usize = 0,
        hits: u64 = 0,

        const Self = @This();

        pub fn init(text: []const u8) Self {
            var finder: Self = .{ .text = text };
            finder.look(0);
            return finder;
        }

        /// The first hit at or after `from`; the text's length if there is none.
        pub fn next(finder: *Self, from: usize) usize {
            if (from >= finder.text.len) return finder.text.len;
            if (from < finder.base or from - finder.base >= lane) finder.look(from);
            var hits = finder.hits >> @intCast(from - finder.base);
            if (hits != 0) return from + @ctz(hits);
            while (true) {
                const base = finder.base + lane;
                if (base >= finder.text.len) return finder.text.len;
                finder.look(base);
                hits = finder.hits;
                if (hits != 0) return base + @ctz(hits);
            }
        }

        fn look(finder: *Self, base: usize) void {
            finder.base = base;
            const rest = finder.text[@min(base, finder.text.len)..];
            if (rest.len >= lane) {
                finder.hits = mask(set, rest[0..lane].*);
            } else {
                var padded: [lane]u8 = @splat(0);
                @memcpy(padded[0..rest.len], rest);
                const valid = (@as(u64, 1) << @intCast(rest.len)) - 1;
                finder.hits = mask(set, padded) & valid;
            }
        }
    };
}

fn mask(comptime set: []const u8, bytes: Lane) u64 {
    var hits: u64 = 0;
    inline for (set) |byte| {
        const equal: u64 = @bitCast(bytes == @as(Lane, @splat(byte)));
        hits |= equal;
    }
    return hits;
}

/// The first byte of `set` at or after `from`; the text's length if there is none. For single jumps;
/// a `Finder` is cheaper where jumps are short and many.
pub fn find(comptime set: []const u8, text: []const u8, from: usize) usize {
    var at = from;
    while (text.len - @min(at, text.len) >= short_lane) : (at += short_lane) {
        const bytes: ShortLane = text[at..][0..short_lane].*;
        var hits: u16 = 0;
        inline for (set) |byte| {
            const equal: u16 = @bitCast(bytes == @as(ShortLane, @splat(byte)));
            hits |= equal;
        }
        if (hits != 0) return at + @ctz(hits);
    }
    while (at < text.len) : (at += 1) {
        inline for (set) |byte| if (text[at] == byte) return at;
    }
    return text.len;
}

/// Identifiers of ASCII letters, digits, `_`, all bytes of other scripts, and the bytes of `extra`.
pub fn Identifiers(comptime extra: []const u8) type {
    return struct {
        const continues: [256]bool = table: {
            var is: [256]bool = @splat(false);
            for (0..256) |byte| is[byte] = std.ascii.isAlphanumeric(byte) or byte == '_' or byte >= 0x80;
            for (extra) |byte| is[byte] = true;
            break :table is;
        };

        pub fn isStart(byte: u8) bool {
            return continues[byte] and !(byte >= '0' and byte <= '9');
        }

        pub fn isPart(byte: u8) bool {
            return continues[byte];
        }

        pub fn startsAt(text: []const u8, at: usize) bool {
            return at < text.len and isStart(text[at]);
        }

        /// One past the last byte of the identifier, of digits as well, that `at` stands in or at.
        pub fn end(text: []const u8, at: usize) usize {
            var to = at;
            while (text.len - @min(to, text.len) >= short_lane) : (to += short_lane) {
                const others = ~parts(text[to..][0..short_lane].*);
                if (others != 0) return to + @ctz(others);
            }
            while (to < text.len and continues[text[to]]) to += 1;
            return to;
        }

        /// Which bytes belong to identifiers. A branch a byte would be mispredicted once a word.
        fn parts(bytes: ShortLane) u16 {
            const lower = bytes | @as(ShortLane, @splat(0x20));
            var hits = isBetween(lower, 'a', 'z') | isBetween(bytes, '0', '9') |
                isBetween(bytes, 0x80, 0xff);
            inline for ("_" ++ extra) |byte| {
                const equal: u16 = @bitCast(bytes == @as(ShortLane, @splat(byte)));
                hits |= equal;
            }
            return hits;
        }
    };
}

/// Looks words up among the names of the fields of `Word`. Most words of a text are no keywords:
/// they are told apart by first byte and length alone.
pub fn Keywords(comptime Word: type) type {
    return struct {
        const fields = @typeInfo(Word).@"enum".fields;
        const map = std.StaticStringMap(Word).initComptime(pairs: {
            var pairs: [fields.len]struct { []const u8, Word } = undefined;
            for (fields, 0..) |field, i| pairs[i] = .{ field.name, @enumFromInt(field.value) };
            break :pairs pairs;
        });
        const lengths: [256]u32 = table: {
            var table: [256]u32 = @splat(0);
            for (fields) |field| table[field.name[0]] |= 1 << field.name.len;
            break :table table;
        };

        pub fn get(word: []const u8) ?Word {
            if (word.len == 0 or word.len > 31) return null;
            if (lengths[word[0]] >> @intCast(word.len) & 1 == 0) return null;
            return map.get(word);
        }
    };
}

pub fn startsWith(text: []const u8, at: usize, what: []const u8) bool {
    return at <= text.len and std.mem.startsWith(u8, text[at..], what);
}

/// The byte at `at`; NUL past the end.
pub fn peek(text: []const u8, at: usize) u8 {
    return if (at < text.len) text[at] else 0;
}

pub fn skipBlanks(text: []const u8, at: usize) usize {
    var to = at;
    while (to < text.len and (text[to] == ' ' or text[to] == '\t')) to += 1;
    return to;
}

pub fn skipSpace(text: []const u8, at: usize) usize {
    var to = at;
    if (to >= text.len or text[to] > ' ') return to;
    while (text.len - @min(to, text.len) >= short_lane) : (to += short_lane) {
        const bytes: ShortLane = text[to..][0..short_lane].*;
        const others = ~(isBetween(bytes, ' ', ' ') | isBetween(bytes, '\t', '\r'));
        if (others != 0) return to + @ctz(others);
    }
    while (to < text.len and std.ascii.isWhitespace(text[to])) to += 1;
    return to;
}

/// One past the last byte before `at` and at or after `floor` that is no space.
pub fn trimBack(text: []const u8, floor: usize, at: usize) usize {
    var to = at;
    while (to > floor and std.ascii.isWhitespace(text[to - 1])) to -= 1;
    return to;
}

/// Where the line that `at` stands in ends: its line feed, or the end of the text.
pub fn lineEnd(text: []const u8, at: usize) usize {
    return find("\n", text, at);
}

/// Where the next line starts, or the end of the text.
pub fn nextLine(text: []const u8, at: usize) usize {
    return @min(lineEnd(text, at) + 1, text.len);
}

pub fn lineStart(text: []const u8, at: usize) usize {
    const before = std.mem.lastIndexOfScalar(u8, text[0..at], '\n') orelse return 0;
    return before + 1;
}

/// Finds the end of a line once, however many positions of it are asked for.
pub const LineEnds = struct {
    text: []const u8,
    from: usize = 0,
    end: usize = 0,

    pub fn of(ends: *LineEnds, at: usize) usize {
        if (at < ends.from or at >= ends.end) {
            ends.from = at;
            ends.end = lineEnd(ends.text, at);
        }
        return ends.end;
    }
};

/// Whether a name is written like a constant: `MAX_SIZE`, but not `T`.
pub fn isConstantName(name: []const u8) bool {
    for (name) |byte| if (std.ascii.isLower(byte)) return false;
    return name.len > 1 and (std.ascii.isUpper(name[0]) or name[0] == '_');
}

/// Columns of blanks from the start of a line; a tab goes to the next multiple of eight.
pub fn indentOf(text: []const u8, line: usize) usize {
    var columns: usize = 0;
    for (text[@min(line, text.len)..]) |byte| switch (byte) {
        ' ' => columns += 1,
        '\t' => columns = (columns | 7) + 1,
        else => break,
    };
    return columns;
}

pub const Lines = enum {
    /// The literal ends with its line at the latest, so that a stray quote spoils one line only. A
    /// backslash before the line feed continues it.
    one,
    many,
};

/// One past the closing quote of the literal that opens at `at` with its quote byte; backslashes
/// escape. Without a closing quote: the end of the line (`one`) or of the text.
pub fn quoteEnd(comptime quote: u8, comptime lines: Lines, text: []const u8, at: usize) usize {
    const stops = .{quote} ++ "\\" ++ if (lines == .one) "\n" else "";
    var to = find(stops, text, at + 1);
    while (to < text.len) {
        switch (text[to]) {
            '\\' => to += if (startsWith(text, to + 1, "\r\n")) 3 else 2,
            quote => return to + 1,
            else => return to,
        }
        to = find(stops, text, @min(to, text.len));
    }
    return text.len;
}

/// One past the first `mark` at or after `from`; the text's length if there is none.
pub fn pastMark(text: []const u8, from: usize, mark: []const u8) usize {
    const at = std.mem.indexOfPos(u8, text, @min(from, text.len), mark) orelse return text.len;
    return at + mark.len;
}

/// One past the first `mark` (two bytes or more of one kind) that no backslash escapes.
pub fn pastUnescapedMark(comptime mark: []const u8, text: []const u8, from: usize) usize {
    const stops = .{ mark[0], '\\' };
    var at = find(&stops, text, from);
    while (at < text.len) : (at = find(&stops, text, @min(at, text.len))) {
        if (text[at] == '\\') {
            at += 2;
        } else if (startsWith(text, at, mark)) {
            return at + mark.len;
        } else at += 1;
    }
    return text.len;
}

/// One past a `/* */` comment that opens at `at`.
pub fn blockCommentEnd(comptime nests: bool, text: []const u8, at: usize) usize {
    var depth: usize = 1;
    var to = find("*/", text, @min(at + 2, text.len));
    while (to < text.len) : (to = find("*/", text, @min(to, text.len))) {
        if (text[to] == '*' and peek(text, to + 1) == '/') {
            depth -= 1;
            to += 2;
            if (depth == 0) return to;
        } else if (nests and text[to] == '/' and peek(text, to + 1) == '*') {
            depth += 1;
            to += 2;
        } else to += 1;
    }
    return text.len;
}

/// Adds a comment, unless a look ahead has added it before.
pub fn addComment(found: *Found, start: usize, end: usize) Allocator.Error!void {
    const comments = found.comments.items;
    if (start >= end) return;
    if (comments.len > 0 and start < comments[comments.len - 1].end) return;
    try found.comments.append(found.gpa, .{ .start = @intCast(start), .end = @intCast(end) });
}

/// What in a language hides brackets and keywords: comments and literals.
pub const Syntax = struct {
    /// First bytes of literals.
    quotes: []const u8 = "\"'",
    /// One past the literal that opens at `at` (a byte of `quotes`); `at + 1` if it is none.
    literalEnd: fn (text: []const u8, at: usize) usize = plainLiteralEnd,
    /// `// …`
    has_slash_comments: bool = true,
    /// `/* … */`
    has_block_comments: bool = true,
    do_block_comments_nest: bool = false,
    /// `# …`
    has_hash_comments: bool = false,

    fn stops(comptime syntax: Syntax) []const u8 {
        const slash = syntax.has_slash_comments or syntax.has_block_comments;
        return syntax.quotes ++ (if (slash) "/" else "") ++
            if (syntax.has_hash_comments) "#" else "";
    }
};

/// Literals of C and most of its children: one line, backslashes escape.
pub fn plainLiteralEnd(text: []const u8, at: usize) usize {
    return switch (text[at]) {
        '"' => quoteEnd('"', .one, text, at),
        '\'' => quoteEnd('\'', .one, text, at),
        '`' => quoteEnd('`', .many, text, at),
        else => at + 1,
    };
}

/// One past the comment that opens at `at`, or null if none does.
pub fn commentEnd(comptime syntax: Syntax, text: []const u8, at: usize) ?usize {
    if (at >= text.len) return null;
    if (syntax.has_hash_comments and text[at] == '#') return lineEnd(text, at);
    if (text[at] != '/') return null;
    const second = peek(text, at + 1);
    if (syntax.has_slash_comments and second == '/') return lineEnd(text, at);
    if (syntax.has_block_comments and second == '*') {
        return blockCommentEnd(syntax.do_block_comments_nest, text, at);
    }
    return null;
}

/// The next byte that is neither space nor in a comment; adds the comments passed.
pub fn skipTrivia(
    comptime syntax: Syntax,
    text: []const u8,
    at: usize,
    found: *Found,
) Allocator.Error!usize {
    var to = skipSpace(text, at);
    if (to < text.len and text[to] != '/' and text[to] != '#') return to;
    while (commentEnd(syntax, text, to)) |end| : (to = skipSpace(text, end)) {
        try addComment(found, to, end);
    }
    return to;
}

/// One past the comment at `at`, which is added; one past the byte itself where none starts.
pub fn pastComment(
    comptime syntax: Syntax,
    text: []const u8,
    at: usize,
    found: *Found,
) Allocator.Error!usize {
    const end = commentEnd(syntax, text, at) orelse return at + 1;
    try addComment(found, at, end);
    return end;
}

/// Where a declaration starts whose keyword or name stands at `at`: on the same line, behind `border`,
/// its modifiers included as far as any person writes them.
pub fn declarationStart(text: []const u8, border: usize, at: usize) usize {
    const longest_modifiers = 200;
    const lowest = @max(@min(border, at), at -| longest_modifiers);
    const feed = std.mem.lastIndexOfScalar(u8, text[lowest..at], '\n');
    const start = if (feed) |line| lowest + line + 1 else lowest;
    return @min(at, skipBlanks(text, start));
}

/// One past the bracket that closes the one at `open` (`{`, `(`, `[` or `<`); the text's length if
/// none does. Only brackets of its own kind are counted. Adds the comments passed.
pub fn skipBlock(
    comptime syntax: Syntax,
    comptime opener: u8,
    text: []const u8,
    open: usize,
    found: *Found,
) Allocator.Error!usize {
    const closer: u8 = switch (opener) {
        '{' => '}',
        '(' => ')',
        '[' => ']',
        '<' => '>',
        else => @compileError("no bracket"),
    };
    const set = comptime syntax.stops() ++ .{ opener, closer };
    var finder: Finder(set) = .init(text);
    var depth: usize = 0;
    var at = finder.next(open);
    while (at < text.len) : (at = finder.next(at)) {
        if (text[at] == opener) {
            depth += 1;
            at += 1;
        } else if (text[at] == closer) {
            at += 1;
            depth -|= 1;
            if (depth == 0) return at;
        } else if (commentEnd(syntax, text, at)) |end| {
            try addComment(found, at, end);
            at = end;
        } else {
            at = @max(at + 1, @min(text.len, syntax.literalEnd(text, at)));
        }
    }
    return text.len;
}

const testing = std.testing;

test "a finder and a single jump find the same bytes at every offset" {
    const text = "a{b}" ** 7 ++ "x" ** 200 ++ "{" ++ "y" ** 61 ++ "}";
    var finder: Finder("{}") = .init(text);
    for (0..text.len + 1) |from| {
        const expected = std.mem.indexOfAnyPos(u8, text, from, "{}") orelse text.len;
        try testing.expectEqual(expected, finder.next(from));
        try testing.expectEqual(expected, find("{}", text, from));
    }
    var empty: Finder("{") = .init("");
    try testing.expectEqual(0, empty.next(0));
    try testing.expectEqual(0, find("{", "", 0));
}

test "identifiers and spaces end where a look at each byte ends them" {
    var random: std.Random.DefaultPrng = .init(3);
    var text: [100]u8 = undefined;
    const Dollar = Identifiers("$");
    for (0..200) |_| {
        random.random().bytes(&text);
        for (&text) |*byte| byte.* = switch (byte.* % 4) {
            0 => byte.*,
            1 => ' ',
            else => 'a' + byte.* % 26,
        };
        for (0..text.len + 1) |at| {
            var name_end = at;
            while (name_end < text.len and Dollar.isPart(text[name_end])) name_end += 1;
            try testing.expectEqual(name_end, Dollar.end(&text, at));
            var space_end = at;
            while (space_end < text.len and std.ascii.isWhitespace(text[space_end])) space_end += 1;
            try testing.expectEqual(space_end, skipSpace(&text, at));
        }
    }
}

test "a finder goes back as well" {
    const text = "{" ++ "x" ** 300 ++ "{";
    var finder: Finder("{") = .init(text);
    try testing.expectEqual(301, finder.next(5));
    try testing.expectEqual(0, finder.next(0));
}

test "identifiers take other scripts and the extra bytes" {
    const Plain = Identifiers("");
    const Dollar = Identifiers("$");
    try testing.expectEqual(7, Plain.end("größe-1", 0));
    try testing.expectEqual(1, Plain.end("a$b", 0));
    try testing.expectEqual(3, Dollar.end("a$b", 0));
    try testing.expect(!Plain.startsAt("1a", 0));
    try testing.expect(!Plain.startsAt("", 0));
}

test "keywords are whole words" {
    const Word = enum { class, @"fn", interface };
    const words = Keywords(Word);
    try testing.expectEqual(.@"fn", words.get("fn").?);
    try testing.expectEqual(.interface, words.get("interface").?);
    try testing.expectEqual(null, words.get("fno"));
    try testing.expectEqual(null, words.get("clasp"));
    try testing.expectEqual(null, words.get(""));
    try testing.expectEqual(null, words.get("x" ** 100));
}

test "quotes end at their quote, their line or the end of the text" {
    try testing.expectEqual(8, quoteEnd('"', .one, "\"a\\\"\\\\b\"c", 0));
    try testing.expectEqual(2, quoteEnd('"', .one, "\"a\nb\"", 0));
    try testing.expectEqual(5, quoteEnd('"', .many, "\"a\nb\"", 0));
    try testing.expectEqual(6, quoteEnd('"', .one, "\"a\\\nb\"", 0));
    try testing.expectEqual(2, quoteEnd('"', .one, "\"\\", 0));
    try testing.expectEqual(1, quoteEnd('"', .one, "\"", 0));
    try testing.expectEqual(7, pastUnescapedMark("\"\"\"", "ab\\\"\"\"\"\"\"", 0));
}

test "comments that nest and comments that do not" {
    const text = "/* a /* b */ c */ d";
    try testing.expectEqual(12, blockCommentEnd(false, text, 0));
    try testing.expectEqual(17, blockCommentEnd(true, text, 0));
    try testing.expectEqual(4, blockCommentEnd(false, "/*/ ", 0));
}

test "a block is skipped with its strings and comments, which are kept" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    const text = "{ a(\"}\"); /* } */ if (x) { '}'; } // }\n } rest";
    const end = try skipBlock(.{}, '{', text, 0, &found);
    try testing.expectEqualStrings(" rest", text[end..]);
    try testing.expectEqual(2, found.comments.items.len);
    try testing.expectEqualStrings("// }", found.comments.items[1].of(text));
    _ = try skipBlock(.{}, '{', text, 0, &found);
    try testing.expectEqual(2, found.comments.items.len);
}

test "an open block ends with the text" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    const deep = "{" ** 100_000;
    try testing.expectEqual(deep.len, try skipBlock(.{}, '{', deep, 0, &found));
    try testing.expectEqual(3, try skipBlock(.{}, '(', "(/*", 0, &found));
    try testing.expectEqual(0, try skipBlock(.{}, '(', "", 0, &found));
}
