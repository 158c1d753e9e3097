//! How people write C and C++: what tells names, macros and dialects apart where the grammar needs
//! to know every type and macro.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const types = @import("../../base/types.zig");
const c_statement = @import("c_statement.zig");
const c_text = @import("c_text.zig");

const Kind = types.Kind;
const Names = c_text.Names;
const Span = types.Span;
const keywords = lexer.Keywords(c_statement.Word);

/// Macros with parentheses that may stand behind the name of a variable or type.
pub fn isAttribute(macro: []const u8) bool {
    for ([_][]const u8{ "__aligned", "__section", "__attribute", "__counted_by" }) |attribute| {
        if (std.mem.startsWith(u8, macro, attribute)) return true;
    }
    return false;
}

/// Macros of the kernel that define a variable named by their first argument.
pub fn definesVariable(macro: []const u8) bool {
    return std.mem.startsWith(u8, macro, "DEFINE_") or std.mem.eql(u8, macro, "LIST_HEAD") or
        std.mem.eql(u8, macro, "HLIST_HEAD");
}

/// The name that stands at `from` as an argument of its own.
pub fn argument(text: []const u8, from: usize) ?Span {
    const start = lexer.skipSpace(text, from);
    if (!Names.startsAt(text, start)) return null;
    const end = Names.end(text, start);
    const after = lexer.peek(text, lexer.skipSpace(text, end));
    if (after != ',' and after != ')') return null;
    return .{ .start = @intCast(start), .end = @intCast(end) };
}

/// Whether the parenthesis at `at` opens `(*name)` and no parameters. In a typedef a calling
/// convention may stand before the star.
pub fn startsPointer(text: []const u8, at: usize, is_typedef: bool) bool {
    const first = lexer.skipSpace(text, at + 1);
    if (lexer.peek(text, first) == '*' or lexer.peek(text, first) == '^') return true;
    if (!is_typedef) return false;
    const star = lexer.skipSpace(text, Names.end(text, first));
    if (lexer.peek(text, star) != '*') return false;
    const name = lexer.skipSpace(text, star + 1);
    const close = lexer.skipSpace(text, Names.end(text, name));
    return lexer.peek(text, close) == ')' and
        lexer.peek(text, lexer.skipSpace(text, close + 1)) == '(';
}

/// One past the `]` of the `[` at `at`, or where the statement ends without one.
pub fn bracketEnd(text: []const u8, at: usize) usize {
    var depth: usize = 0;
    var to = lexer.find("[];{}", text, at);
    while (to < text.len) : (to = lexer.find("[];{}", text, to + 1)) {
        switch (text[to]) {
            '[' => depth += 1,
            ']' => {
                depth -|= 1;
                if (depth == 0) return to + 1;
            },
            else => return to,
        }
    }
    return text.len;
}

pub const LocalTag = struct { kind: Kind, name: Span, start: usize };

/// The structure whose body opens at the brace at `at` within a function: `struct name {`, with
/// bases or without.
pub fn localTag(text: []const u8, floor: usize, at: usize) ?LocalTag {
    const longest = 160;
    const before = lexer.trimBack(text, floor, at);
    if (before == floor) return null;
    if (!Names.isPart(text[before - 1]) and text[before - 1] != '>') return null;
    const lowest = @max(floor, at -| longest);
    var start = before;
    while (start > lowest) : (start -= 1) switch (text[start - 1]) {
        ';', '{', '}', ')', '/', '"' => break,
        else => {},
    };
    start = lexer.skipSpace(text, start);
    var end = Names.end(text, start);
    const kind: Kind = switch (keywords.get(text[start..end]) orelse return null) {
        .@"struct", .@"union", .class => .class,
        .@"enum" => .@"enum",
        else => return null,
    };
    var name = lexer.skipSpace(text, end);
    end = Names.end(text, name);
    if (kind == .@"enum" and std.mem.eql(u8, text[name..end], "class")) {
        name = lexer.skipSpace(text, end);
        end = Names.end(text, name);
    }
    if (!Names.startsAt(text, name) or end > at) return null;
    const after = lexer.skipSpace(text, end);
    const is_body = after == at or lexer.peek(text, after) == ':' or
        lexer.startsWith(text, after, "final");
    if (!is_body) return null;
    const span: Span = .{ .start = @intCast(name), .end = @intCast(end) };
    return .{ .kind = kind, .name = span, .start = start };
}

/// Whether a statement that starts with `word` can only be C++: a header may be either.
pub fn startsCpp(text: []const u8, word: Span) bool {
    const name = word.of(text);
    const next = lexer.skipSpace(text, word.end);
    if (std.mem.eql(u8, name, "template")) return lexer.peek(text, next) == '<';
    if (std.mem.eql(u8, name, "namespace")) {
        if (lexer.peek(text, next) == '{') return true;
        const after = lexer.skipSpace(text, Names.end(text, next));
        if (after == next) return false;
        return lexer.peek(text, after) == '{' or lexer.startsWith(text, after, "::");
    }
    if (std.mem.eql(u8, name, "using")) return Names.startsAt(text, next);
    if (!std.mem.eql(u8, name, "class") or !Names.startsAt(text, next)) return false;
    const after = lexer.peek(text, lexer.skipSpace(text, Names.end(text, next)));
    return after == '{' or after == ':' or after == ';' or Names.isStart(after);
}
