//! What stands in TypeScript's type positions, which is skipped whole: annotations, type arguments
//! and the heads of classes. Kept apart from the scanner because types have rules of their own:
//! `{` is a literal where a type is due and the start of a body where one is complete.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const scan = @import("../scan.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;

pub const Names = lexer.Identifiers("$");
pub const syntax: lexer.Syntax = .{ .quotes = "\"'`" };

/// Words of types behind which a type is still due.
const Prefix = enum { keyof, typeof, readonly, unique, infer, asserts, new, abstract, import };
/// Words that join two types.
const Infix = enum { extends, is };

const prefixes = lexer.Keywords(Prefix);
const infixes = lexer.Keywords(Infix);

/// One past the type at `at`; `at` itself if there is none.
pub fn skipType(text: []const u8, at: usize, found: *Found) Allocator.Error!usize {
    var end = at;
    var is_due = true;
    // Behind a list an arrow makes a type of a function; elsewhere it starts the body of one.
    var is_list = false;
    var conditions: usize = 0;
    while (true) {
        const start = try lexer.skipTrivia(syntax, text, end, found);
        if (start >= text.len) return end;
        const breaks = !is_due and std.mem.indexOfScalar(u8, text[end..start], '\n') != null;
        const byte = text[start];
        const was_list = is_list;
        is_list = byte == '(';
        switch (byte) {
            '{', '(' => {
                if (!is_due) return end;
                end = try skipBracket(text, start, found);
                is_due = false;
            },
            '[' => {
                if (breaks) return end;
                end = try skipBracket(text, start, found);
                is_due = false;
            },
            '<' => {
                if (breaks) return end;
                end = try skipAngles(text, start, found) orelse return end;
            },
            '|', '&', '.' => {
                end = start + 1;
                is_due = true;
            },
            '?', ':' => {
                if (byte == ':' and conditions == 0) return end;
                if (byte == '?') conditions += 1 else conditions -= 1;
                end = start + 1;
                is_due = true;
            },
            '=' => {
                if (!was_list or lexer.peek(text, start + 1) != '>') return end;
                end = start + 2;
                is_due = true;
            },
            '"', '\'', '`' => {
                if (!is_due) return end;
                end = lexer.plainLiteralEnd(text, start);
                is_due = false;
            },
            '-' => end = start + 1,
            else => {
                if (!Names.isPart(byte) or breaks) return end;
                const word_end = Names.end(text, start);
                const word = text[start..word_end];
                if (is_due) {
                    is_due = prefixes.get(word) != null;
                } else {
                    if (infixes.get(word) == null) return end;
                    is_due = true;
                }
                end = word_end;
            },
        }
    }
}

/// One past the bracket that closes the one at `at`.
pub fn skipBracket(text: []const u8, at: usize, found: *Found) Allocator.Error!usize {
    return switch (text[at]) {
        '{' => lexer.skipBlock(syntax, '{', text, at, found),
        '(' => lexer.skipBlock(syntax, '(', text, at, found),
        '[' => lexer.skipBlock(syntax, '[', text, at, found),
        else => at + 1,
    };
}

/// Longer lists of type parameters are taken for comparisons. What looks ahead without moving the
/// scanner forward looks no further than a constant, so that the whole stays linear.
const max_angles = 1024;
/// The longest head of a class: its name, parameters, parents.
const max_head = 4096;

/// One past the `>` that closes the `<` at `at`, or null where it opens no list of types.
pub fn skipAngles(whole: []const u8, at: usize, found: *Found) Allocator.Error!?usize {
    const text = whole[0..@min(whole.len, at + max_angles)];
    var depth: usize = 0;
    var to = at;
    while (to < text.len) {
        switch (text[to]) {
            '<' => {
                depth += 1;
                to += 1;
            },
            '>' => {
                to += 1;
                if (text[to - 2] == '=') continue;
                depth -= 1;
                if (depth == 0) return to;
            },
            '{', '(', '[' => to = try skipBracket(text, to, found),
            '"', '\'', '`' => to = lexer.plainLiteralEnd(text, to),
            '/' => to = lexer.commentEnd(syntax, text, to) orelse return null,
            ';', '}', ')', ']' => return null,
            else => to += 1,
        }
    }
    return null;
}

/// Skips an optional list of type parameters.
pub fn skipParameters(text: []const u8, at: usize, found: *Found) Allocator.Error!usize {
    if (lexer.peek(text, at) != '<') return at;
    const end = try skipAngles(text, at, found) orelse return at;
    return lexer.skipTrivia(syntax, text, end, found);
}

/// The `{` of a class or an interface whose name ends at `at`, or null if it has no body.
pub fn bodyOfClass(whole: []const u8, at: usize, found: *Found) Allocator.Error!?usize {
    const text = whole[0..@min(whole.len, at + max_head)];
    var to = at;
    while (true) {
        to = try lexer.skipTrivia(syntax, text, to, found);
        if (to >= text.len) return null;
        switch (text[to]) {
            '{' => return to,
            '<' => to = try skipAngles(text, to, found) orelse return null,
            '(', '[' => to = try skipBracket(text, to, found),
            '.', ',', '?' => to += 1,
            '"', '\'', '`' => to = lexer.plainLiteralEnd(text, to),
            else => {
                if (!Names.isPart(text[to])) return null;
                to = Names.end(text, to);
            },
        }
    }
}

/// The parameter list at `at` with the type that may follow it.
pub const Signature = struct {
    /// One past the list and the type.
    end: usize,
    /// The next byte that is no trivia.
    next: usize,
};

/// Null if there is no list at `at`.
pub fn skipSignature(
    text: []const u8,
    at: usize,
    has_types: bool,
    found: *Found,
) Allocator.Error!?Signature {
    const list = if (has_types) try skipParameters(text, at, found) else at;
    if (lexer.peek(text, list) != '(') return null;
    var end = try skipBracket(text, list, found);
    var next = try lexer.skipTrivia(syntax, text, end, found);
    if (has_types and lexer.peek(text, next) == ':') {
        end = try skipType(text, next + 1, found);
        next = try lexer.skipTrivia(syntax, text, end, found);
    }
    return .{ .end = end, .next = next };
}

const testing = std.testing;

fn expectType(text: []const u8, rest: []const u8) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    const end = try skipType(text, 0, &found);
    try testing.expectEqualStrings(rest, text[end..]);
}

test "a type ends where its body, value or next line starts" {
    try expectType("{ a: string } { body }", " { body }");
    try expectType("Promise<Map<string, () => void>> {", " {");
    try expectType("A | { b: 1 }\n  & C[] = 1", " = 1");
    try expectType("(a: string) => { b: c }\n  next: d", "\n  next: d");
    try expectType("x is string {", " {");
    try expectType("A extends B ? `c` : D; e", "; e");
    try expectType("typeof import('a')\nb", "\nb");
    try expectType("new () => T, u", ", u");
    try expectType("void => { body }", " => { body }");
    try expectType("(a: B) => C => { body }", " => { body }");
    try expectType("-1 | 'a';", ";");
    try expectType("", "");
    try expectType(")", ")");
}

test "angles close at their own end and never at an arrow" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    try testing.expectEqual(17, (try skipAngles("<A, () => B<'>'>>(", 0, &found)).?);
    try testing.expectEqual(null, try skipAngles("<b; c>", 0, &found));
    try testing.expectEqual(null, try skipAngles("<" ** 100, 0, &found));
}
