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

/// Longer lists of type parameters are taken for comparisons.
const max_angles = 1024;
/// The longest head of a class: its name, parameters, parents.
const max_head = 4096;

/// What looks ahead without moving the scanner forward may look at so many bytes for each that the
/// scanner has passed, and at `free_bytes` besides. No text that people write comes near it; in one
/// that is made of openers each of them would look through its whole window again.
const bytes_a_byte = 8;
const free_bytes = 1 << 16;

/// The parameter list at `at` with the type that may follow it.
pub const Signature = struct {
    /// One past the list and the type.
    end: usize,
    /// The next byte that is no trivia.
    next: usize,
};

/// Reads what stands in one text. It goes forward only; what may look at the same bytes again and
/// again is counted.
pub const Reader = struct {
    text: []const u8,
    found: *Found,
    looked_at: usize = 0,

    /// Whether looking ahead from `at` still keeps the whole linear.
    pub fn mayLookAhead(reader: *const Reader, at: usize) bool {
        return reader.looked_at <= free_bytes + bytes_a_byte * at;
    }

    /// A reader that sees no further than `end`.
    pub fn upTo(reader: *const Reader, end: usize) Reader {
        var part = reader.*;
        part.text = reader.text[0..@min(reader.text.len, end)];
        return part;
    }

    pub fn skipTrivia(reader: *const Reader, at: usize) Allocator.Error!usize {
        return lexer.skipTrivia(syntax, reader.text, at, reader.found);
    }

    /// One past the type at `at`; `at` itself if there is none.
    pub fn skipType(reader: *Reader, at: usize) Allocator.Error!usize {
        const text = reader.text;
        var end = at;
        var is_due = true;
        // Behind a list an arrow makes a type of a function; elsewhere it starts the body of one.
        var is_list = false;
        var conditions: usize = 0;
        while (true) {
            const start = try reader.skipTrivia(end);
            if (start >= text.len) return end;
            const breaks = !is_due and std.mem.indexOfScalar(u8, text[end..start], '\n') != null;
            const byte = text[start];
            const was_list = is_list;
            is_list = byte == '(';
            switch (byte) {
                '{', '(' => {
                    if (!is_due) return end;
                    end = try reader.skipBracket(start);
                    is_due = false;
                },
                '[' => {
                    if (breaks) return end;
                    end = try reader.skipBracket(start);
                    is_due = false;
                },
                '<' => {
                    if (breaks) return end;
                    end = try reader.skipAngles(start) orelse return end;
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
    pub fn skipBracket(reader: *const Reader, at: usize) Allocator.Error!usize {
        const text = reader.text;
        const found = reader.found;
        return switch (text[at]) {
            '{' => lexer.skipBlock(syntax, '{', text, at, found),
            '(' => lexer.skipBlock(syntax, '(', text, at, found),
            '[' => lexer.skipBlock(syntax, '[', text, at, found),
            else => at + 1,
        };
    }

    /// One past the `>` that closes the `<` at `at`, or null where it opens no list of types.
    pub fn skipAngles(reader: *Reader, at: usize) Allocator.Error!?usize {
        if (!reader.mayLookAhead(at)) return null;
        const part = reader.upTo(at + max_angles);
        const text = part.text;
        var depth: usize = 0;
        var to = at;
        defer reader.looked_at += to - at;
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
                '{', '(', '[' => to = try part.skipBracket(to),
                '"', '\'', '`' => to = lexer.plainLiteralEnd(text, to),
                '/' => to = lexer.commentEnd(syntax, text, to) orelse return null,
                ';', '}', ')', ']' => return null,
                else => to += 1,
            }
        }
        return null;
    }

    /// Skips an optional list of type parameters.
    pub fn skipParameters(reader: *Reader, at: usize) Allocator.Error!usize {
        if (lexer.peek(reader.text, at) != '<') return at;
        const end = try reader.skipAngles(at) orelse return at;
        return reader.skipTrivia(end);
    }

    /// The `{` of a class or an interface whose name ends at `at`, or null if it has no body.
    pub fn bodyOfClass(reader: *Reader, at: usize) Allocator.Error!?usize {
        if (!reader.mayLookAhead(at)) return null;
        var part = reader.upTo(at + max_head);
        const text = part.text;
        var to = at;
        defer reader.looked_at = part.looked_at + (to - at);
        while (true) {
            to = try part.skipTrivia(to);
            if (to >= text.len) return null;
            switch (text[to]) {
                '{' => return to,
                '<' => to = try part.skipAngles(to) orelse return null,
                '(', '[' => to = try part.skipBracket(to),
                '.', ',', '?' => to += 1,
                '"', '\'', '`' => to = lexer.plainLiteralEnd(text, to),
                else => {
                    if (!Names.isPart(text[to])) return null;
                    to = Names.end(text, to);
                },
            }
        }
    }

    /// Null if there is no list at `at`.
    pub fn skipSignature(reader: *Reader, at: usize, has_types: bool) Allocator.Error!?Signature {
        const text = reader.text;
        const list = if (has_types) try reader.skipParameters(at) else at;
        if (lexer.peek(text, list) != '(') return null;
        var end = try reader.skipBracket(list);
        var next = try reader.skipTrivia(end);
        if (has_types and lexer.peek(text, next) == ':') {
            end = try reader.skipType(next + 1);
            next = try reader.skipTrivia(end);
        }
        return .{ .end = end, .next = next };
    }
};

const testing = std.testing;

fn expectType(text: []const u8, rest: []const u8) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    var reader: Reader = .{ .text = text, .found = &found };
    const end = try reader.skipType(0);
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
    try expectAngles("<A, () => B<'>'>>(", 17);
    try expectAngles("<b; c>", null);
    try expectAngles("<" ** 100, null);
}

fn expectAngles(text: []const u8, end: ?usize) !void {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    var reader: Reader = .{ .text = text, .found = &found };
    try testing.expectEqual(end, try reader.skipAngles(0));
}

test "looking ahead ends where it would no longer be linear" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    var reader: Reader = .{ .text = "<{" ** 100_000, .found = &found };
    for (0..reader.text.len) |at| {
        try testing.expectEqual(null, try reader.skipAngles(at));
        _ = try reader.bodyOfClass(at);
    }
    const most = free_bytes + bytes_a_byte * reader.text.len + max_head + max_angles;
    try testing.expect(reader.looked_at <= most);
}
