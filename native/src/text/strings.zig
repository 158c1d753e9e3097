//! Where the string literals of a text are, so that a name in one is not taken for code. Code that
//! stands inside a string (`${name}`, `{name}` of an f-string) stays code. Light on purpose: what a
//! language's own scanner would know better costs a line at most, for a plain string ends there.
const std = @import("std");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Language = types.Language;
const Span = types.Span;

/// How code is put into a string.
const Hole = enum { none, dollar_brace, hash_brace, brace, backslash_paren };

/// One kind of string that is open.
const Quote = struct {
    /// What closes it: so many of this byte.
    byte: u8,
    count: u8 = 1,
    has_escapes: bool = true,
    is_one_line: bool = true,
    hole: Hole = .none,
    /// After the closing byte as many `#` must follow.
    hashes: u8 = 0,
};

/// Code inside a string: which string goes on at its end, and how many brackets are open.
const Frame = struct { quote: Quote, open: u32 = 0 };

const max_frames = 32;

/// Adds the spans of strings in order, quotes included. `comments` are jumped over.
pub fn find(
    gpa: Allocator,
    language: Language,
    text: []const u8,
    comments: []const Span,
    out: *std.ArrayList(Span),
) Allocator.Error!void {
    var finder: Finder = .{
        .gpa = gpa,
        .language = language,
        .text = text,
        .comments = comments,
        .out = out,
    };
    try finder.run();
}

/// Whether a byte lies in one of the spans, which are in order and apart.
pub fn isInside(spans: []const Span, offset: usize) bool {
    var low: usize = 0;
    var high = spans.len;
    while (low < high) {
        const middle = low + (high - low) / 2;
        if (spans[middle].end <= offset) low = middle + 1 else high = middle;
    }
    return low < spans.len and spans[low].start <= offset;
}

const Finder = struct {
    gpa: Allocator,
    language: Language,
    text: []const u8,
    comments: []const Span,
    out: *std.ArrayList(Span),
    at: usize = 0,
    comment: usize = 0,
    frames: [max_frames]Frame = undefined,
    depth: usize = 0,

    fn run(finder: *Finder) Allocator.Error!void {
        const text = finder.text;
        while (finder.at < text.len) {
            if (finder.skipComment()) continue;
            switch (text[finder.at]) {
                '"', '\'', '`' => if (finder.quoteHere()) |quote| {
                    try finder.read(quote, finder.at, finder.at + finder.opening(quote));
                    continue;
                },
                '[' => if (finder.luaBracket()) |end| {
                    try finder.add(finder.at, end);
                    finder.at = end;
                    continue;
                },
                '/' => if (finder.expressionEnd()) |end| {
                    try finder.add(finder.at, end);
                    finder.at = end;
                    continue;
                },
                '\\' => if (finder.language == .zig and finder.byteAt(finder.at + 1) == '\\') {
                    const end = finder.lineEnd(finder.at);
                    try finder.add(finder.at, end);
                    finder.at = end;
                    continue;
                },
                '{', '(' => if (finder.depth > 0) {
                    finder.frames[finder.depth - 1].open += 1;
                },
                '}', ')' => if (finder.depth > 0) {
                    const frame = &finder.frames[finder.depth - 1];
                    if (frame.open == 0) {
                        finder.depth -= 1;
                        try finder.read(frame.quote, finder.at, finder.at + 1);
                        continue;
                    }
                    frame.open -= 1;
                },
                else => {},
            }
            finder.at += 1;
        }
    }

    fn byteAt(finder: *const Finder, at: usize) u8 {
        return if (at < finder.text.len) finder.text[at] else 0;
    }

    fn lineEnd(finder: *const Finder, from: usize) usize {
        return std.mem.indexOfScalarPos(u8, finder.text, from, '\n') orelse finder.text.len;
    }

    fn add(finder: *Finder, start: usize, end: usize) Allocator.Error!void {
        const span: Span = .{ .start = @intCast(start), .end = @intCast(end) };
        try finder.out.append(finder.gpa, span);
    }

    fn skipComment(finder: *Finder) bool {
        while (finder.comment < finder.comments.len) {
            const span = finder.comments[finder.comment];
            if (span.end > finder.at) {
                if (span.start > finder.at) return false;
                finder.at = span.end;
                return true;
            }
            finder.comment += 1;
        }
        return false;
    }

    /// The string that begins here, if one does.
    fn quoteHere(finder: *const Finder) ?Quote {
        const byte = finder.text[finder.at];
        const before = if (finder.at > 0) finder.text[finder.at - 1] else 0;
        const is_triple = finder.byteAt(finder.at + 1) == byte and
            finder.byteAt(finder.at + 2) == byte;
        var quote: Quote = .{ .byte = byte };
        switch (finder.language) {
            .typescript, .tsx, .javascript => if (byte == '`') {
                quote.is_one_line = false;
                quote.hole = .dollar_brace;
            },
            .python => {
                if (byte == '`') return null;
                const prefix = finder.prefixLetters();
                quote.has_escapes = std.mem.indexOfAny(u8, prefix, "rR") == null;
                if (std.mem.indexOfAny(u8, prefix, "fFtT") != null) quote.hole = .brace;
                if (is_triple) {
                    quote.count = 3;
                    quote.is_one_line = false;
                }
            },
            .go => if (byte == '`') {
                quote.is_one_line = false;
                quote.has_escapes = false;
            },
            .rust => return finder.rustQuote(),
            .zig => if (byte == '`') return null,
            .c, .cpp => {
                if (byte == '`') return null;
                if (byte == '\'' and std.ascii.isHex(before) and
                    std.ascii.isHex(finder.byteAt(finder.at + 1))) return null;
            },
            .java, .kotlin, .swift, .csharp => {
                if (byte == '`') return null;
                if (byte == '"') return finder.tripleOrPlain(is_triple, before);
            },
            .ruby, .php => {
                quote.is_one_line = false;
                if (finder.language == .ruby and byte == '"') quote.hole = .hash_brace;
            },
            .lua => if (byte == '`') return null,
            // Names in double quotes are expanded: they are code.
            .shell => {
                if (byte != '\'' or before == '\\') return null;
                quote.is_one_line = false;
                quote.has_escapes = false;
            },
            .generic => if (byte == '`') return null,
            .markdown, .prose, .data => return null,
        }
        return quote;
    }

    /// Letters right before a quote: `rb"…"`.
    fn prefixLetters(finder: *const Finder) []const u8 {
        var start = finder.at;
        while (start > 0 and finder.at - start < 3) : (start -= 1) {
            if (!std.ascii.isAlphabetic(finder.text[start - 1])) break;
        }
        if (start > 0 and std.ascii.isAlphanumeric(finder.text[start - 1])) return "";
        return finder.text[start..finder.at];
    }

    fn tripleOrPlain(finder: *const Finder, is_triple: bool, before: u8) Quote {
        var quote: Quote = .{ .byte = '"' };
        if (is_triple) {
            quote.count = 3;
            quote.is_one_line = false;
            quote.has_escapes = finder.language != .kotlin and finder.language != .csharp;
        }
        switch (finder.language) {
            .kotlin => quote.hole = .dollar_brace,
            .swift => quote.hole = .backslash_paren,
            .csharp => {
                const prefix = finder.text[finder.at -| 2..finder.at];
                const is_marked = before == '$' or before == '@';
                if (!is_marked) return quote;
                if (std.mem.indexOfScalar(u8, prefix, '$') != null) quote.hole = .brace;
                if (std.mem.indexOfScalar(u8, prefix, '@') != null) {
                    quote.is_one_line = false;
                    quote.has_escapes = false;
                }
            },
            else => {},
        }
        return quote;
    }

    /// `'a` is a lifetime, `'a'` a character, `r#"…"#` a string without escapes.
    fn rustQuote(finder: *const Finder) ?Quote {
        const text = finder.text;
        if (text[finder.at] == '`') return null;
        if (text[finder.at] == '\'') {
            const next = finder.byteAt(finder.at + 1);
            if (next == '\\') return .{ .byte = '\'' };
            const length = std.unicode.utf8ByteSequenceLength(next) catch 1;
            const is_char = finder.byteAt(finder.at + 1 + length) == '\'';
            return if (is_char) .{ .byte = '\'' } else null;
        }
        var start = finder.at;
        while (start > 0 and text[start - 1] == '#' and finder.at - start < 255) start -= 1;
        const is_raw = start > 0 and text[start - 1] == 'r';
        if (!is_raw) return .{ .byte = '"', .is_one_line = false };
        return .{
            .byte = '"',
            .is_one_line = false,
            .has_escapes = false,
            .hashes = @intCast(finder.at - start),
        };
    }

    fn opening(_: *const Finder, quote: Quote) usize {
        return quote.count;
    }

    /// Reads on in a string from `from`, up to its end or to code inside it.
    fn read(finder: *Finder, quote: Quote, start: usize, from: usize) Allocator.Error!void {
        const text = finder.text;
        var at = from;
        while (at < text.len) {
            const byte = text[at];
            if (byte == '\n' and quote.is_one_line) break;
            if (finder.holeAt(quote, at)) |code| {
                try finder.add(start, code);
                finder.frames[finder.depth] = .{ .quote = quote };
                finder.depth += 1;
                finder.at = code;
                return;
            }
            if (byte == '\\' and quote.has_escapes) {
                // An escaped end of line goes on, as in C.
                at += 2;
            } else if (finder.closes(quote, at)) |end| {
                try finder.add(start, end);
                finder.at = end;
                return;
            } else at += 1;
        }
        at = @min(at, text.len);
        try finder.add(start, at);
        finder.at = at;
    }

    fn closes(finder: *const Finder, quote: Quote, at: usize) ?usize {
        for (0..quote.count) |index| if (finder.byteAt(at + index) != quote.byte) return null;
        const end = at + quote.count;
        for (0..quote.hashes) |index| if (finder.byteAt(end + index) != '#') return null;
        return end + quote.hashes;
    }

    /// Where the code of a hole begins, if one opens here.
    fn holeAt(finder: *const Finder, quote: Quote, at: usize) ?usize {
        if (finder.depth == max_frames) return null;
        const byte = finder.text[at];
        const next = finder.byteAt(at + 1);
        return switch (quote.hole) {
            .none => null,
            .dollar_brace => if (byte == '$' and next == '{') at + 2 else null,
            .hash_brace => if (byte == '#' and next == '{') at + 2 else null,
            .backslash_paren => if (byte == '\\' and next == '(') at + 2 else null,
            .brace => {
                if (byte != '{' or next == '{') return null;
                // The second of two braces opens nothing either.
                var first = at;
                while (first > 0 and finder.text[first - 1] == '{') first -= 1;
                return if ((at - first) % 2 == 0) at + 1 else null;
            },
        };
    }

    /// Lua's `[[…]]` and `[==[…]==]`.
    fn luaBracket(finder: *const Finder) ?usize {
        if (finder.language != .lua) return null;
        var at = finder.at + 1;
        while (finder.byteAt(at) == '=') at += 1;
        if (finder.byteAt(at) != '[') return null;
        const signs = at - finder.at - 1;
        var from = at + 1;
        while (std.mem.indexOfScalarPos(u8, finder.text, from, ']')) |close| {
            var end = close + 1;
            while (end - close - 1 < signs and finder.byteAt(end) == '=') end += 1;
            if (end - close - 1 == signs and finder.byteAt(end) == ']') return end + 1;
            from = close + 1;
        }
        return finder.text.len;
    }

    /// The end of a regular expression of JavaScript, when one begins here.
    fn expressionEnd(finder: *const Finder) ?usize {
        switch (finder.language) {
            .typescript, .tsx, .javascript => {},
            else => return null,
        }
        const text = finder.text;
        const before = std.mem.trimEnd(u8, text[finder.at -| 16..finder.at], " \t");
        if (before.len > 0) {
            const last = before[before.len - 1];
            const is_operand = std.ascii.isAlphanumeric(last) or
                std.mem.indexOfScalar(u8, ")]}_$\"'`<", last) != null;
            if (is_operand and !std.mem.endsWith(u8, before, "return")) return null;
        }
        var is_in_class = false;
        var at = finder.at + 1;
        while (at < text.len and text[at] != '\n') : (at += 1) switch (text[at]) {
            '\\' => at += 1,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '/' => if (!is_in_class) return if (at == finder.at + 1) null else at + 1,
            else => {},
        };
        return null;
    }
};

/// Every byte of a string is shown as `_`.
fn expectStrings(language: Language, text: []const u8, expected: []const u8) !void {
    var spans: std.ArrayList(Span) = .empty;
    defer spans.deinit(std.testing.allocator);
    try find(std.testing.allocator, language, text, &.{}, &spans);
    const shown = try std.testing.allocator.dupe(u8, text);
    defer std.testing.allocator.free(shown);
    for (spans.items) |span| @memset(shown[span.start..span.end], '_');
    for (0..text.len) |index| {
        const is_string = shown[index] == '_' and text[index] != '_';
        try std.testing.expectEqual(is_string, isInside(spans.items, index));
    }
    try std.testing.expectEqualStrings(expected, shown);
}

test "strings of every language, and the code in them" {
    try expectStrings(.c, "a \"b\\\"c\" d 'e' 1'000", "a ______ d ___ 1'000");
    try expectStrings(.c, "a \"b\nc", "a __\nc");
    try expectStrings(.typescript, "`a${b + `c${d}`}e` f", "____b + ____d_____ f");
    try expectStrings(.typescript, "x = /[\"/]'/g; 'y'", "x = _______g; ___");
    try expectStrings(.typescript, "a / b / 'c'", "a / b / ___");
    try expectStrings(.python, "f\"a{b['c']}d\" e", "f___b[___]___ e");
    try expectStrings(.python, "f'{{a}}' b", "f_______ b");
    try expectStrings(.python, "'''a\nb''' c r'\\' d", "_________ c r___ d");
    try expectStrings(.go, "`a\nb` c '\"' d", "_____ c ___ d");
    try expectStrings(
        .rust,
        "fn a<'b>(c: &'b str) { 'd' } r#\"e\"f\"# g",
        "fn a<'b>(c: &'b str) { ___ } r#______ g",
    );
    try expectStrings(.zig, "a \\\\b c\nd \"e\"", "a _____\nd ___");
    try expectStrings(.ruby, "\"a#{b}c\" d 'e'", "____b___ d ___");
    try expectStrings(.kotlin, "\"\"\"a\n${b}\"\"\" c", "_______b____ c");
    try expectStrings(.swift, "\"a\\(b(c))d\" e", "____b(c)___ e");
    try expectStrings(.csharp, "$\"a{b}c\" @\"\\\" d", "$___b___ @___ d");
    try expectStrings(.lua, "[==[a]]b]==] c [1]", "____________ c [1]");
    try expectStrings(.shell, "echo \"$a\" 'b' c", "echo \"$a\" ___ c");
    try expectStrings(.markdown, "don't `a`", "don't `a`");
}

test "no text does harm" {
    const languages = std.enums.values(Language);
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    var spans: std.ArrayList(Span) = .empty;
    defer spans.deinit(std.testing.allocator);
    for (0..3000) |_| {
        var text: [60]u8 = undefined;
        const length = any.uintLessThan(usize, text.len);
        const letters = "\"'`\\${}()[]=#r/ \nf@a\xff";
        for (text[0..length]) |*byte| byte.* = letters[any.uintLessThan(usize, letters.len)];
        spans.clearRetainingCapacity();
        const language = languages[any.uintLessThan(usize, languages.len)];
        try find(std.testing.allocator, language, text[0..length], &.{}, &spans);
        var before: u32 = 0;
        for (spans.items) |span| {
            try std.testing.expect(span.start >= before and span.end <= length);
            before = span.end;
        }
    }
    spans.clearRetainingCapacity();
    try find(std.testing.allocator, .typescript, "`${" ** 50_000, &.{}, &spans);
}
