//! JSX: tags with attributes, and the text between them, in which quotes and slashes mean nothing.
const std = @import("std");
const javascript = @import("javascript.zig");
const lexer = @import("../lexing/lexer.zig");
const types = @import("javascript_types.zig");

const Allocator = std.mem.Allocator;
const Names = types.Names;
const Scanner = javascript.Scanner;

/// The openers that stand for tags and for what is between two of them; no bytes of the language.
const tag_opener = 1;
const children_opener = 2;

/// Whether the `<` at `at`, where an operand is due, opens a tag and no list of type parameters.
pub fn startsAt(text: []const u8, at: usize, has_types: bool) bool {
    const first = lexer.peek(text, at + 1);
    if (first == '>') return true;
    if (!Names.isStart(first)) return false;
    if (!has_types) return true;
    const next = lexer.skipSpace(text, Names.end(text, at + 1));
    if (lexer.peek(text, next) == ',') return false;
    const is_constraint = lexer.startsWith(text, next, "extends ");
    return !is_constraint;
}

pub fn open(self: *Scanner) Allocator.Error!void {
    try self.scopes.push(tag_opener, .{ .role = .jsx_tag }, null, .empty);
    self.advance(self.at + 1, false);
    self.at = Names.end(self.text, self.at);
}

/// Between `<` and `>`.
pub fn tag(self: *Scanner) Allocator.Error!void {
    const text = self.text;
    const at = lexer.find("<>{\"'/", text, self.at);
    if (at >= text.len) {
        self.at = text.len;
        return;
    }
    switch (text[at]) {
        '>' => {
            _ = self.scopes.close(tag_opener, at + 1);
            try self.scopes.push(children_opener, .{ .role = .jsx_children }, null, .empty);
            self.advance(at + 1, false);
        },
        '/' => {
            if (lexer.commentEnd(types.syntax, text, at)) |end| {
                try lexer.addComment(self.found, at, end);
                self.at = end;
            } else if (lexer.peek(text, at + 1) == '>') {
                _ = self.scopes.close(tag_opener, at + 2);
                self.advance(at + 2, true);
            } else self.at = at + 1;
        },
        '{' => try openExpression(self, at),
        '<' => self.at = try self.reader.skipAngles(at) orelse at + 1,
        else => self.at = lexer.pastMark(text, at + 1, text[at .. at + 1]),
    }
}

/// Between two tags.
pub fn children(self: *Scanner) Allocator.Error!void {
    const text = self.text;
    const at = lexer.find("<{", text, self.at);
    if (at >= text.len) {
        self.at = text.len;
        return;
    }
    if (text[at] == '{') return openExpression(self, at);
    if (lexer.peek(text, at + 1) == '/') {
        const end = lexer.pastMark(text, at + 2, ">");
        _ = self.scopes.close(children_opener, end);
        return self.advance(end, true);
    }
    self.at = at;
    try open(self);
}

fn openExpression(self: *Scanner, at: usize) Allocator.Error!void {
    try self.scopes.push('{', .{ .role = .bracket }, null, .empty);
    self.advance(at + 1, false);
    self.previous.opens_object = true;
}
