//! The definitions of TypeScript and JavaScript: functions, classes and their members, properties
//! of objects, and names that are bound to a function by `=`, `:` or a field.
const std = @import("std");
const javascript = @import("javascript.zig");
const lexer = @import("../lexing/lexer.zig");
const types = @import("javascript_types.zig");
const base = @import("../../base/types.zig");

const Allocator = std.mem.Allocator;
const Kind = base.Kind;
const Names = types.Names;
const Scanner = javascript.Scanner;
const Span = base.Span;

fn span(start: usize, end: usize) Span {
    return .{ .start = @intCast(start), .end = @intCast(end) };
}

/// A function whose keyword ends at `keyword_end`; the scanner stands at the keyword.
pub fn function(self: *Scanner, start: usize, keyword_end: usize) Allocator.Error!void {
    const bound = self.takeBound();
    var at = try self.skipTrivia(keyword_end);
    if (lexer.peek(self.text, at) == '*') at = try self.skipTrivia(at + 1);
    var name: Span = .empty;
    var symbol: ?u32 = null;
    var end = @max(at, keyword_end);
    if (Names.startsAt(self.text, at)) {
        name = span(at, Names.end(self.text, at));
        end = name.end;
        at = try self.skipTrivia(end);
    }
    if (bound) |binding| {
        const same = std.mem.eql(u8, binding.name.of(self.text), name.of(self.text));
        if (same or name.isEmpty()) name = binding.name;
    }
    if (!name.isEmpty() and (bound == null or bound.?.name.start != name.start)) {
        symbol = try self.scopes.add(.{
            .name = name,
            .kind = .function,
            .start = @intCast(start),
            .end = @intCast(end),
        });
    }
    self.advance(end, false);
    try body(self, at, symbol, name);
}

/// The parameters at `at` and, if there is one, the body: opens its scope.
fn body(self: *Scanner, at: usize, symbol: ?u32, name: Span) Allocator.Error!void {
    const signature = try self.reader.skipSignature(at, self.dialect.has_types) orelse return;
    if (lexer.peek(self.text, signature.next) == '{') {
        try self.scopes.push('{', .{ .role = .block }, symbol, name);
        return self.advance(signature.next + 1, false);
    }
    if (symbol) |index| self.scopes.setEnd(index, signature.end);
    self.advance(signature.end, true);
}

/// A class whose keyword ends at `keyword_end`.
pub fn class(self: *Scanner, start: usize, keyword_end: usize) Allocator.Error!void {
    const bound = self.takeBound();
    const at = try self.skipTrivia(keyword_end);
    var name: Span = .empty;
    var symbol: ?u32 = null;
    if (Names.startsAt(self.text, at) and !self.isWord(at, "extends") and
        !self.isWord(at, "implements"))
    {
        name = span(at, Names.end(self.text, at));
    }
    const head = @max(keyword_end, name.end);
    const brace = try self.reader.bodyOfClass(head) orelse {
        return self.advance(head, true);
    };
    if (!name.isEmpty()) {
        symbol = try self.scopes.add(.{
            .name = name,
            .kind = .class,
            .start = @intCast(start),
            .end = @intCast(head),
        });
    } else if (bound) |binding| {
        name = binding.name;
    }
    try self.scopes.push('{', .{ .role = .class }, symbol, name);
    self.advance(brace + 1, false);
}

/// `interface`, `enum`, `type`, `namespace`, `module` and `global` where they define something.
pub fn declaredType(
    self: *Scanner,
    keyword: javascript.Word,
    keyword_end: usize,
) Allocator.Error!bool {
    const start = self.leadStart();
    var at = try self.skipTrivia(keyword_end);
    if (std.mem.indexOfScalar(u8, self.text[keyword_end..at], '\n') != null) return false;
    var name: Span = .empty;
    const byte = lexer.peek(self.text, at);
    if (keyword == .module and (byte == '"' or byte == '\'')) {
        const end = lexer.plainLiteralEnd(self.text, at);
        if (end >= at + 2) name = span(at + 1, end - 1);
        at = end;
    } else if (keyword == .global) {
        name = span(self.at, keyword_end);
    } else if (Names.isStart(byte)) {
        name = span(at, Names.end(self.text, at));
        at = name.end;
        while ((keyword == .namespace or keyword == .module) and lexer.peek(self.text, at) == '.') {
            at = Names.end(self.text, at + 1);
            name.end = @intCast(at);
        }
    }
    if (name.isEmpty()) return false;
    const next = try self.skipTrivia(at);
    switch (keyword) {
        .type => return typeAlias(self, start, name, next),
        .interface => {
            const brace = try self.reader.bodyOfClass(at) orelse return false;
            try openNamed(self, brace, .interface, .interface, start, name);
        },
        else => {
            if (lexer.peek(self.text, next) != '{') return false;
            const is_enum = keyword == .@"enum";
            const role: javascript.Role = if (is_enum) .enumeration else .top;
            try openNamed(self, next, if (is_enum) .@"enum" else .module, role, start, name);
        },
    }
    return true;
}

fn typeAlias(self: *Scanner, start: usize, name: Span, next: usize) Allocator.Error!bool {
    const equals = try self.reader.skipParameters(next);
    if (lexer.peek(self.text, equals) != '=') return false;
    const end = try self.reader.skipType(equals + 1);
    _ = try self.scopes.add(.{
        .name = name,
        .kind = .type,
        .start = @intCast(start),
        .end = @intCast(end),
    });
    self.advance(end, true);
    return true;
}

fn openNamed(
    self: *Scanner,
    brace: usize,
    kind: Kind,
    role: javascript.Role,
    start: usize,
    name: Span,
) Allocator.Error!void {
    const symbol = try self.scopes.add(.{
        .name = name,
        .kind = kind,
        .start = @intCast(start),
        .end = name.end,
    });
    try self.scopes.push('{', .{ .role = role }, symbol, name);
    self.advance(brace + 1, false);
}

/// The names that a pattern between `start` and `end` declares: those before a comma, a default or
/// the closing bracket.
pub fn pattern(
    self: *Scanner,
    kind: Kind,
    start: usize,
    from: usize,
    end: usize,
) Allocator.Error!void {
    var at = from;
    while (at < end) {
        if (!Names.isPart(self.text[at])) {
            at = if (self.text[at] == '"' or self.text[at] == '\'')
                lexer.plainLiteralEnd(self.text, at)
            else
                lexer.commentEnd(types.syntax, self.text, at) orelse at + 1;
            continue;
        }
        const name = span(at, @min(end, Names.end(self.text, at)));
        at = lexer.skipSpace(self.text, name.end);
        const is_declared = switch (lexer.peek(self.text, at)) {
            ',', '}', ']', '=' => Names.isStart(self.text[name.start]),
            else => false,
        };
        if (is_declared) _ = try self.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(end),
        });
        if (lexer.peek(self.text, at) == '=') at = lexer.find(",}]\n", self.text, at);
    }
}

/// What a name is to be bound to.
const Binding = struct {
    name: Span,
    start: usize,
    /// Where the value starts; the text's length if there is none.
    value: usize,
    kind_of_function: Kind,
    /// Null: listed only if it is a function or a class.
    kind_of_value: ?Kind,
    container: Span = .empty,
    does_arrow_count: bool = true,
};

/// Lists the name by what its value is, and keeps it for the token that the value starts with.
pub fn bind(self: *Scanner, binding: Binding) Allocator.Error!void {
    const value = try valueAt(self, binding.value);
    const kind: ?Kind = switch (value.shape) {
        .function => binding.kind_of_function,
        .arrow => if (binding.does_arrow_count) binding.kind_of_function else null,
        .class => .class,
        .object, .other => binding.kind_of_value,
    };
    if (kind) |known| {
        self.state().statement = try self.scopes.add(.{
            .name = binding.name,
            .kind = known,
            .container = binding.container,
            .start = @intCast(binding.start),
            .end = binding.name.end,
        });
    }
    if (value.shape != .other) {
        self.bound = .{ .at = value.at, .name = binding.name };
    }
}

const Value = struct {
    shape: enum { function, arrow, class, object, other },
    /// The keyword, or the brace of the body or object.
    at: usize = 0,
};

/// The longest parameter list that is looked through for the arrow behind it.
const max_parameters = 2048;

fn valueAt(self: *Scanner, start: usize) Allocator.Error!Value {
    var at = start;
    const byte = lexer.peek(self.text, at);
    if (byte == '{') return .{ .shape = .object, .at = at };
    if (self.isWord(at, "async")) {
        const next = try self.skipTrivia(at + "async".len);
        const follows = lexer.peek(self.text, next);
        if (follows == '(' or follows == '<' or Names.isStart(follows)) at = next;
    }
    if (self.isWord(at, "function")) return .{ .shape = .function, .at = at };
    if (self.isWord(at, "class")) return .{ .shape = .class, .at = at };
    const arrow = try arrowAt(self, at) orelse return .{ .shape = .other };
    return .{ .shape = .arrow, .at = arrow };
}

/// One past the arrow and the space behind it, if an arrow function stands at `at`.
fn arrowAt(self: *Scanner, at: usize) Allocator.Error!?usize {
    const text = self.text;
    const byte = lexer.peek(text, at);
    const next = if (Names.isStart(byte))
        lexer.skipBlanks(text, Names.end(text, at))
    else if (byte == '(' or (byte == '<' and self.dialect.has_types))
        try parametersEnd(self, at) orelse return null
    else
        return null;
    if (!lexer.startsWith(text, next, "=>")) return null;
    return lexer.skipSpace(text, next + 2);
}

/// The first byte behind the parameters at `at` and the type that may follow them.
fn parametersEnd(self: *Scanner, at: usize) Allocator.Error!?usize {
    if (!self.reader.mayLookAhead(at)) return null;
    const comments = self.found.comments.items.len;
    defer self.found.comments.shrinkRetainingCapacity(comments);
    var reader = self.reader.upTo(at + max_parameters);
    const signature = try reader.skipSignature(at, self.dialect.has_types);
    const end = if (signature) |known| known.next else at;
    self.reader.looked_at = reader.looked_at + (end - at);
    return if (signature == null) null else end;
}

/// `a.b.c = function …` and its like; the left side ends at `name_end`.
pub fn assignment(self: *Scanner, name_end: usize) Allocator.Error!void {
    const value = try self.skipTrivia(self.at);
    const text = self.text;
    const name_start = startOfName(text, name_end);
    if (name_start == name_end or !Names.isStart(text[name_start])) return;
    var name = span(name_start, name_end);
    var start = name_start;
    var container: Span = .empty;
    var is_prototype = false;
    if (name_start > 0 and text[name_start - 1] == '.') {
        const owner_start = startOfName(text, name_start - 1);
        container = span(owner_start, name_start - 1);
        start = owner_start;
        is_prototype = start > 0 and text[start - 1] == '.' and
            std.mem.eql(u8, container.of(text), "prototype");
        if (is_prototype) {
            start = startOfName(text, owner_start - 1);
            container = span(start, owner_start - 1);
        } else if (owner_start == name_start - 1) {
            container = .empty;
        }
    }
    const is_object = lexer.peek(text, value) == '{';
    if (std.mem.eql(u8, name.of(text), "prototype")) {
        if (is_object) self.bound = .{ .at = value, .name = container };
        return;
    }
    const owner = container.of(text);
    const is_export = std.mem.eql(u8, owner, "exports");
    const is_module = std.mem.eql(u8, owner, "module") and
        std.mem.eql(u8, name.of(text), "exports");
    if (is_module) {
        if (is_object) self.bound = .{ .at = value, .name = .empty };
        return;
    }
    if (is_export or std.mem.eql(u8, owner, "this")) container = .empty;
    // `A.prototype.b = A.prototype.c = …` defines both.
    if (self.state().statement != null and !is_prototype) return;
    const is_member = name.start != start and !is_export;
    const is_listed = is_prototype or (is_export and self.state().role == .top);
    try bind(self, .{
        .name = name,
        .start = start,
        .value = value,
        .kind_of_function = if (is_member) .method else .function,
        .kind_of_value = if (is_listed) .variable else null,
        .container = container,
        .does_arrow_count = name.start != start,
    });
}

fn startOfName(text: []const u8, end: usize) usize {
    const max_name = 256;
    var start = end;
    while (start > end -| max_name and start > 0 and Names.isPart(text[start - 1])) start -= 1;
    return start;
}

/// The head of a member: modifiers and name.
const Head = struct {
    /// Empty if it is computed.
    name: Span,
    /// One past the name.
    end: usize,
};

const Modifier = enum {
    abstract,
    accessor,
    async,
    declare,
    get,
    override,
    private,
    protected,
    public,
    readonly,
    set,
    static,
};

const modifiers = lexer.Keywords(Modifier);

/// What stands in the quotes at `at`, if it has letters: `'>': function () {}` gives no name.
fn literalName(text: []const u8, at: usize) Span {
    const quote = lexer.peek(text, at);
    if (quote != '"' and quote != '\'') return .empty;
    const end = lexer.plainLiteralEnd(text, at);
    if (end < at + 3 or text[end - 1] != quote) return .empty;
    for (text[at + 1 .. end - 1]) |byte| {
        if (Names.isStart(byte)) return span(at + 1, end - 1);
    }
    return .empty;
}

/// The member at the scanner's place, or null if no name stands there.
fn headAt(self: *Scanner) Allocator.Error!?Head {
    var at = self.at;
    const text = self.text;
    while (true) {
        if (lexer.peek(text, at) == '*') at = try self.skipTrivia(at + 1);
        const byte = lexer.peek(text, at);
        if (byte == '[') {
            const end = try self.reader.skipBracket(at);
            const inner = literalName(text, try self.skipTrivia(at + 1));
            const is_literal = !inner.isEmpty() and inner.end + 2 == end;
            return .{ .name = if (is_literal) inner else .empty, .end = end };
        }
        if (byte == '"' or byte == '\'') {
            const name = literalName(text, at);
            return .{ .name = name, .end = lexer.plainLiteralEnd(text, at) };
        }
        const name_start = if (byte == '#') at + 1 else at;
        const end = Names.end(text, name_start);
        if (end == name_start) return null;
        const next = try self.skipTrivia(end);
        const names_follow = switch (lexer.peek(text, next)) {
            '[', '"', '\'', '#', '*' => true,
            else => |follows| Names.isPart(follows),
        };
        const is_modifier = names_follow and modifiers.get(text[at..end]) != null;
        if (!is_modifier) return .{ .name = span(name_start, end), .end = end };
        at = next;
    }
}

/// A member of a class; the scanner stands at its first byte.
pub fn ofClass(self: *Scanner) Allocator.Error!void {
    self.endStatement(self.previous.end);
    switch (self.text[self.at]) {
        '}' => return self.close(),
        ';', ',' => return self.advance(self.at + 1, false),
        '@' => return decorator(self),
        else => {},
    }
    const start = self.at;
    const head = try headAt(self) orelse return unknown(self);
    var next = try self.skipTrivia(head.end);
    if (self.isWord(start, "static") and lexer.peek(self.text, next) == '{') {
        try self.scopes.push('{', .{ .role = .block }, null, .empty);
        return self.advance(next + 1, false);
    }
    const mark = lexer.peek(self.text, next);
    if (mark == '?' or mark == '!') next = try self.skipTrivia(next + 1);
    switch (lexer.peek(self.text, next)) {
        '(', '<' => return method(self, head, start, next),
        else => {},
    }
    self.advance(head.end, true);
    if (self.dialect.has_types and lexer.peek(self.text, next) == ':') {
        const end = try self.reader.skipType(next + 1);
        self.advance(end, true);
        next = try self.skipTrivia(end);
    }
    self.state().is_value = true;
    if (lexer.peek(self.text, next) != '=') return;
    self.advance(next + 1, false);
    if (head.name.isEmpty()) return;
    try bind(self, .{
        .name = head.name,
        .start = start,
        .value = try self.skipTrivia(next + 1),
        .kind_of_function = .method,
        .kind_of_value = null,
    });
}

/// Steps over a decorator's name; its arguments are read as any others.
fn decorator(self: *Scanner) Allocator.Error!void {
    var at = self.at + 1;
    while (Names.startsAt(self.text, at)) {
        at = Names.end(self.text, at);
        if (lexer.peek(self.text, at) == '.') at += 1;
    }
    const list = lexer.skipBlanks(self.text, at);
    if (lexer.peek(self.text, list) == '(') at = try self.reader.skipBracket(list);
    self.advance(at, false);
}

/// No member: goes on as in an expression, so that brackets stay in step.
fn unknown(self: *Scanner) void {
    self.state().is_value = true;
    self.previous.is_complete = false;
}

fn method(self: *Scanner, head: Head, start: usize, at: usize) Allocator.Error!void {
    const is_object = self.state().role == .object;
    const signature = try self.reader.skipSignature(at, self.dialect.has_types) orelse {
        self.advance(head.end, true);
        return unknown(self);
    };
    const has_body = lexer.peek(self.text, signature.next) == '{';
    var symbol: ?u32 = null;
    if (!head.name.isEmpty() and (has_body or (!is_object and self.dialect.has_types))) {
        symbol = try self.scopes.add(.{
            .name = head.name,
            .kind = .method,
            .start = @intCast(start),
            .end = @intCast(signature.end),
        });
    }
    if (has_body) {
        if (is_object) self.state().is_value = true;
        try self.scopes.push('{', .{ .role = .block }, symbol, head.name);
        return self.advance(signature.next + 1, false);
    }
    self.advance(signature.end, true);
    if (is_object) unknown(self);
}

/// A property of an object; the scanner stands at its first byte.
pub fn ofObject(self: *Scanner) Allocator.Error!void {
    switch (self.text[self.at]) {
        '}' => return self.close(),
        ',', ';' => return self.advance(self.at + 1, false),
        else => {},
    }
    const start = self.at;
    if (lexer.startsWith(self.text, start, "...")) {
        self.state().is_value = true;
        return self.advance(start + 3, false);
    }
    const head = try headAt(self) orelse return unknown(self);
    if (isStatement(head.name.of(self.text))) {
        // What was taken for an object is a block after all.
        self.state().role = .block;
        return;
    }
    var next = try self.skipTrivia(head.end);
    const mark = lexer.peek(self.text, next);
    if (mark == '?' and self.dialect.has_types) next = try self.skipTrivia(next + 1);
    switch (lexer.peek(self.text, next)) {
        '(', '<' => return method(self, head, start, next),
        ':' => {},
        else => {
            self.advance(head.end, true);
            return unknown(self);
        },
    }
    self.advance(next + 1, false);
    self.state().is_value = true;
    if (head.name.isEmpty()) return;
    try bind(self, .{
        .name = head.name,
        .start = start,
        .value = try self.skipTrivia(next + 1),
        .kind_of_function = .method,
        .kind_of_value = null,
        .does_arrow_count = self.state().is_exposed,
    });
}

fn isStatement(name: []const u8) bool {
    const words = [_][]const u8{ "if", "for", "while", "switch", "return" };
    for (words) |word| if (std.mem.eql(u8, name, word)) return true;
    return false;
}

/// A member of an interface or an enum.
pub fn ofType(self: *Scanner) Allocator.Error!void {
    const is_enum = self.state().role == .enumeration;
    switch (self.text[self.at]) {
        '}' => return self.close(),
        ',', ';' => return self.advance(self.at + 1, false),
        else => {},
    }
    const start = self.at;
    const head = try headAt(self) orelse {
        const end = try self.reader.skipType(start);
        return self.advance(@max(end, start + 1), false);
    };
    if (is_enum) return enumerator(self, head);
    var next = try self.skipTrivia(head.end);
    if (lexer.peek(self.text, next) == '?') next = try self.skipTrivia(next + 1);
    var end = head.end;
    switch (lexer.peek(self.text, next)) {
        '(', '<' => {
            const signature = try self.reader.skipSignature(next, true);
            end = if (signature) |known| known.end else next + 1;
            const is_constructor = std.mem.eql(u8, head.name.of(self.text), "new");
            if (signature != null and !is_constructor and !head.name.isEmpty()) {
                _ = try self.scopes.add(.{
                    .name = head.name,
                    .kind = .method,
                    .start = @intCast(start),
                    .end = @intCast(end),
                });
            }
        },
        ':' => end = try self.reader.skipType(next + 1),
        else => {},
    }
    self.advance(@max(end, start + 1), false);
}

fn enumerator(self: *Scanner, head: Head) Allocator.Error!void {
    if (!head.name.isEmpty()) _ = try self.scopes.add(.{
        .name = head.name,
        .kind = .constant,
        .start = head.name.start,
        .end = head.name.end,
    });
    var at = try self.skipTrivia(head.end);
    while (at < self.text.len) : (at = try self.skipTrivia(at)) switch (self.text[at]) {
        ',', '}' => break,
        '(', '[', '{' => at = try self.reader.skipBracket(at),
        '"', '\'', '`' => at = lexer.plainLiteralEnd(self.text, at),
        else => at += 1,
    };
    self.advance(@max(at, head.end), false);
}
