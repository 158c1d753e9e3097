//! Ruby's literals and the names of its methods: what can hold `end`, `#` and quotes without meaning
//! them.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");

const Names = lexer.Identifiers("");

/// How deep texts and the code in them (`"#{"…"}"`) are told apart.
const max_nesting = 64;

/// One past the text at `at`, or null if it is not closed. In its code quotes are quotes of their own.
pub fn textEnd(comptime quote: u8, text: []const u8, at: usize) ?usize {
    var stack: [max_nesting]u8 = undefined;
    stack[0] = quote;
    var depth: usize = 1;
    const stops = "\"'`\\#{}/";
    var to = lexer.find(stops, text, at + 1);
    while (to < text.len) : (to = lexer.find(stops, text, @min(to, text.len))) {
        const open = stack[depth - 1];
        const byte = text[to];
        to += 1;
        if (byte == '\\') {
            to += 1;
        } else if (open == '{') {
            switch (byte) {
                '}' => depth -= 1,
                '\'' => to = lexer.quoteEnd('\'', .one, text, to - 1),
                '"', '`', '{', '/' => {
                    if (byte == '/' and !isRegexDue(text[to - 2])) continue;
                    if (depth == max_nesting) return null;
                    stack[depth] = byte;
                    depth += 1;
                },
                else => {},
            }
        } else if (byte == open) {
            depth -= 1;
            if (depth == 0) return to;
        } else if (byte == '#' and lexer.peek(text, to) == '{') {
            if (depth == max_nesting) return null;
            stack[depth] = '{';
            depth += 1;
            to += 1;
        }
    }
    return null;
}

fn isRegexDue(before: u8) bool {
    return before == '(' or before == '[' or before == ',';
}

/// One past the regular expression, `%` literal or character at `at`, or null: an operator.
pub fn end(text: []const u8, at: usize) ?usize {
    return switch (text[at]) {
        '/' => regexEnd(text, at),
        '%' => percentEnd(text, at),
        else => characterEnd(text, at),
    };
}

/// The longest regular expression: a slash without an end on the way is an operator.
pub const max_regex = 2048;

fn regexEnd(text: []const u8, at: usize) ?usize {
    const window = text[0..@min(text.len, at + max_regex)];
    const to = textEnd('/', window, at) orelse return null;
    return Names.end(text, to);
}

fn percentEnd(text: []const u8, at: usize) ?usize {
    var open = at + 1;
    switch (lexer.peek(text, open)) {
        'w', 'W', 'i', 'I', 'q', 'Q', 'r', 's', 'x' => open += 1,
        else => {},
    }
    const opener = lexer.peek(text, open);
    switch (opener) {
        '(' => return bracketEnd('(', ')', text, open),
        '[' => return bracketEnd('[', ']', text, open),
        '{' => return bracketEnd('{', '}', text, open),
        '<' => return bracketEnd('<', '>', text, open),
        '|', '!', '/', '-', ',', '^', '"', '\'' => {
            if (open == at + 1 and opener != '|' and opener != '!') return null;
            return lexer.pastMark(text, open + 1, text[open .. open + 1]);
        },
        else => return null,
    }
}

fn bracketEnd(comptime opener: u8, comptime closer: u8, text: []const u8, at: usize) usize {
    const stops = .{ opener, closer, '\\' };
    var depth: usize = 0;
    var to = at;
    while (to < text.len) : (to = lexer.find(&stops, text, @min(to, text.len))) {
        switch (text[to]) {
            opener => depth += 1,
            closer => depth -= 1,
            else => to += 1,
        }
        to += 1;
        if (depth == 0) return @min(to, text.len);
    }
    return text.len;
}

/// `?a`, `?"`
fn characterEnd(text: []const u8, at: usize) ?usize {
    const byte = lexer.peek(text, at + 1);
    if (std.ascii.isWhitespace(byte) or byte == 0) return null;
    const next = at + @as(usize, if (byte == '\\') 3 else 2);
    if (Names.isPart(lexer.peek(text, next))) return null;
    return next;
}

/// The mark of a here-document.
pub const Mark = struct {
    name: []const u8,
    is_indented: bool,
    /// One past the mark where it is announced.
    end: usize,
};

/// The here-document that `<<` at `at` announces, or null.
pub fn documentMark(text: []const u8, at: usize, is_due: bool) ?Mark {
    if (lexer.peek(text, at + 1) != '<') return null;
    var start = at + 2;
    const kind = lexer.peek(text, start);
    const is_indented = kind == '~' or kind == '-';
    if (is_indented) start += 1;
    const quote = lexer.peek(text, start);
    const is_quoted = quote == '"' or quote == '\'' or quote == '`';
    if (is_quoted) start += 1;
    const to = Names.end(text, start);
    if (to == start or (!is_quoted and !Names.isStart(text[start]))) return null;
    if (!is_indented and !is_quoted and (!is_due or !std.ascii.isUpper(text[start]))) return null;
    if (is_quoted and lexer.peek(text, to) != quote) return null;
    return .{
        .name = text[start..to],
        .is_indented = is_indented,
        .end = if (is_quoted) to + 1 else to,
    };
}

/// The here-documents that the running line announces; their texts follow it in order.
pub const Documents = struct {
    marks: [max_marks]Mark = undefined,
    count: usize = 0,
    /// How many were announced and had no end: after a few no other is believed.
    missing: usize = 0,

    const max_marks = 8;
    const max_missing = 8;

    pub fn add(documents: *Documents, mark: Mark) void {
        if (documents.count == max_marks or documents.missing >= max_missing) return;
        documents.marks[documents.count] = mark;
        documents.count += 1;
    }

    /// Where the code goes on that comes after the line before `at`.
    pub fn skip(documents: *Documents, text: []const u8, at: usize) usize {
        var to = at;
        for (documents.marks[0..documents.count]) |mark| {
            to = documentEnd(text, to, mark) orelse {
                documents.missing += 1;
                continue;
            };
        }
        documents.count = 0;
        return to;
    }
};

fn documentEnd(text: []const u8, from: usize, mark: Mark) ?usize {
    var at = from;
    while (at < text.len) {
        const line_end = lexer.lineEnd(text, at);
        const start = if (mark.is_indented) lexer.skipBlanks(text, at) else at;
        const line = std.mem.trimEnd(u8, text[@min(start, line_end)..line_end], "\r");
        at = @min(line_end + 1, text.len);
        if (std.mem.eql(u8, line, mark.name)) return at;
    }
    return null;
}

/// One past the name of a method at `at`: `a`, `b?`, `c!`, `d=`, `[]=`, `<=>`, `` ` ``.
pub fn methodNameEnd(text: []const u8, at: usize) usize {
    const to = Names.end(text, at);
    if (to > at) {
        const mark = lexer.peek(text, to);
        const next = lexer.peek(text, to + 1);
        if ((mark == '?' or mark == '!') and next != '=') return to + 1;
        if (mark == '=' and next != '=' and next != '~' and next != '>' and
            (next == '(' or Names.isPart(next) or next == ')' or next == ','))
        {
            return to + 1;
        }
        return to;
    }
    const operators = [_][]const u8{
        "[]=", "[]", "<=>", "===", "==", "=~", "!=", "!~", "**", "+@", "-@", "<<", ">>",
        "<=",  ">=", "+",   "-",   "*",  "/",  "%",  "&",  "|",  "^",  "<",  ">",  "!",
        "~",   "`",
    };
    for (operators) |operator| if (lexer.startsWith(text, at, operator)) return at + operator.len;
    return at;
}

/// The longest parameter list of a method without `end`.
const max_parameters = 256;

/// Whether the method whose name ends at `name_end` is one expression: `def a(b) = c`.
pub fn isEndless(text: []const u8, name_end: usize) bool {
    const window = text[0..@min(text.len, name_end + max_parameters)];
    var at = lexer.skipBlanks(window, name_end);
    if (lexer.peek(window, at) == '(') {
        at = lexer.skipBlanks(window, bracketEnd('(', ')', window, at));
    }
    if (lexer.peek(window, at) != '=') return false;
    const next = lexer.peek(window, at + 1);
    return next != '=' and next != '~' and next != '>' and at > name_end;
}

const testing = std.testing;

test "texts end behind the code in them" {
    try testing.expectEqual(14, textEnd('"', "\"a#{b[\"}\"]}\\\"\"x", 0).?);
    try testing.expectEqual(15, textEnd('"', "\"#{a[/`.*'/]}b\"", 0).?);
    try testing.expectEqual(null, textEnd('"', "\"ab", 0));
    try testing.expectEqual(null, textEnd('"', "\"#{" ** 1000, 0));
}

test "names of methods" {
    try testing.expectEqual(2, methodNameEnd("a?(x)", 0));
    try testing.expectEqual(2, methodNameEnd("a=(x)", 0));
    try testing.expectEqual(1, methodNameEnd("a = 1", 0));
    try testing.expectEqual(3, methodNameEnd("<=>(x)", 0));
    try testing.expectEqual(0, methodNameEnd("(", 0));
}

test "percent literals and characters where an operand is due" {
    try testing.expectEqual(8, end("%q(a(b))", 0).?);
    try testing.expectEqual(null, end("% b", 0));
    try testing.expectEqual(2, end("?\"", 0).?);
    try testing.expectEqual(null, end("?ab", 0));
}

test "after a few here-documents without an end no other is believed" {
    var documents: Documents = .{};
    const mark: Mark = .{ .name = "A", .is_indented = false, .end = 0 };
    // One in the first line, two in each other.
    documents.add(mark);
    for (0..Documents.max_missing) |_| {
        try testing.expectEqual(0, documents.skip("text\n", 0));
        documents.add(mark);
        documents.add(mark);
    }
    try testing.expectEqual(0, documents.count);
}
