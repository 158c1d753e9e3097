//! Finds what Zig texts define. Every word is looked at: types are values, so definitions stand
//! within functions as well, most of all in the `return struct { … }` of generic ones.
const std = @import("std");
const lexer = @import("lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");
const lexer_scopes = @import("lexer_scopes.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const syntax: lexer.Syntax = .{
    .quotes = "\"'\\",
    .literalEnd = literalEnd,
    .has_block_comments = false,
};

const Holds = enum { members, code };

const Word = enum { @"fn", @"const", @"var", @"struct", @"enum", @"union", @"opaque", @"error" };
const keywords = lexer.Keywords(Word);

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found, .scopes = .init(found) };
    defer scanner.scopes.deinit();
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.pos = 3;
    while (scanner.pos < text.len) try scanner.step();
    scanner.scopes.finish(text.len);
}

/// Literals of Zig: those of C, and lines that start with two backslashes.
fn literalEnd(text: []const u8, at: usize) usize {
    if (text[at] != '\\') return lexer.plainLiteralEnd(text, at);
    return if (lexer.peek(text, at + 1) == '\\') lexer.lineEnd(text, at) else at + 1;
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: lexer_scopes.Scopes(Holds),
    pos: usize = 0,
    /// The first word of the statement being read.
    start: ?usize = null,
    /// The keyword whose braces are awaited, and what they define.
    container: ?Word = null,
    symbol: ?u32 = null,
    /// A function whose body is awaited.
    function: ?u32 = null,

    fn step(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = scanner.pos;
        const byte = text[at];
        if (Names.isPart(byte)) {
            const end = Names.end(text, at);
            scanner.pos = end;
            if (scanner.start == null) scanner.start = at;
            return scanner.readKeyword(keywords.get(text[at..end]) orelse return);
        }
        scanner.pos = at + 1;
        switch (byte) {
            '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                try lexer.addComment(scanner.found, at, end);
                scanner.pos = end;
            },
            '"', '\'', '\\' => scanner.pos = @max(at + 1, literalEnd(text, at)),
            '@' => try scanner.readBuiltin(at),
            '(' => if (scanner.container != null or scanner.function != null) {
                scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found);
            },
            '{' => try scanner.openBrace(at),
            '}' => {
                _ = scanner.scopes.close('{', at + 1);
                scanner.reset();
            },
            ';' => scanner.reset(),
            ',' => if (scanner.function == null) scanner.reset(),
            else => {},
        }
    }

    fn reset(scanner: *Scanner) void {
        scanner.start = null;
        scanner.container = null;
        scanner.symbol = null;
        scanner.function = null;
    }

    fn holds(scanner: *Scanner) Holds {
        const scope = scanner.scopes.top() orelse return .members;
        return scope.tag;
    }

    /// `@import("…")`.
    fn readBuiltin(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const prefix = "@import(\"";
        if (!lexer.startsWith(text, at, prefix)) return;
        const start = at + prefix.len;
        const end = lexer.find("\"\n", text, start);
        scanner.pos = end + @intFromBool(lexer.peek(text, end) == '"');
        const import: Span = .{ .start = @intCast(start), .end = @intCast(end) };
        if (!import.isEmpty()) try scanner.found.imports.append(scanner.found.gpa, import);
    }

    fn readKeyword(scanner: *Scanner, word: Word) Allocator.Error!void {
        switch (word) {
            .@"fn" => try scanner.readFunction(),
            .@"const", .@"var" => try scanner.readVariable(word),
            .@"struct", .@"enum", .@"union", .@"opaque", .@"error" => scanner.container = word,
        }
    }

    /// A name, also between quotes as `@"…"`.
    fn readName(scanner: *Scanner) ?Span {
        const text = scanner.text;
        const at = lexer.skipSpace(text, scanner.pos);
        if (lexer.startsWith(text, at, "@\"")) {
            const end = lexer.plainLiteralEnd(text, at + 1);
            scanner.pos = end;
            if (end < at + 4) return null;
            return .{ .start = @intCast(at + 2), .end = @intCast(end - 1) };
        }
        if (!Names.startsAt(text, at)) return null;
        scanner.pos = Names.end(text, at);
        return .{ .start = @intCast(at), .end = @intCast(scanner.pos) };
    }

    fn add(scanner: *Scanner, kind: Kind, name: Span) Allocator.Error!u32 {
        const start = scanner.start orelse name.start;
        return scanner.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(@min(start, name.start)),
            .end = @intCast(scanner.pos),
        });
    }

    /// `fn name(…) … {`; without a name it is a type.
    fn readFunction(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const name = scanner.readName() orelse return;
        if (lexer.peek(text, scanner.pos) != '(') return;
        const isMember = scanner.holds() == .members and !scanner.scopes.container().isEmpty();
        const symbol = try scanner.add(if (isMember) .method else .function, name);
        scanner.pos = try lexer.skipBlock(syntax, '(', text, scanner.pos, scanner.found);
        scanner.scopes.setEnd(symbol, scanner.pos);
        scanner.function = symbol;
        scanner.container = null;
    }

    fn readVariable(scanner: *Scanner, word: Word) Allocator.Error!void {
        const text = scanner.text;
        // `*const T` and `const` in the parameters of a type name nothing.
        if (scanner.function != null) return;
        const name = scanner.readName() orelse return;
        var after = lexer.skipSpace(text, scanner.pos);
        const isMember = scanner.holds() == .members;
        if (lexer.peek(text, after) == ':') {
            if (isMember) _ = try scanner.addValue(word, name);
            return;
        }
        if (lexer.peek(text, after) != '=') return;
        after = lexer.skipSpace(text, after + 1);
        const kind = typeKind(text, after);
        if (kind == null and (!isMember or isAlias(text, after, name.of(text)))) return;
        scanner.symbol = if (kind) |known| try scanner.add(known, name) else try scanner.addValue(word, name);
    }

    fn addValue(scanner: *Scanner, word: Word, name: Span) Allocator.Error!?u32 {
        if (std.mem.eql(u8, name.of(scanner.text), "_")) return null;
        const symbol = try scanner.add(if (word == .@"var") .variable else .constant, name);
        const longest = 400;
        const window = scanner.text[0..@min(scanner.text.len, scanner.pos + longest)];
        const end = lexer.find(";\n", window, scanner.pos);
        scanner.scopes.setEnd(symbol, @min(end + @intFromBool(lexer.peek(window, end) == ';'), window.len));
        return symbol;
    }

    fn openBrace(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        if (scanner.container) |word| {
            scanner.container = null;
            // The type that a function gives, or the names of errors.
            if (scanner.function != null or word == .@"error") {
                scanner.pos = try lexer.skipBlock(syntax, '{', text, at, scanner.found);
                if (scanner.symbol) |symbol| scanner.scopes.setEnd(symbol, scanner.pos);
                return;
            }
            const symbol = scanner.symbol;
            const name = if (symbol) |known| scanner.found.symbols.items[known].name else Span.empty;
            try scanner.scopes.push('{', .members, symbol, name);
        } else if (scanner.function) |function| {
            // A type that it returns is known by the function's name.
            try scanner.scopes.push('{', .code, function, scanner.found.symbols.items[function].name);
        } else {
            try scanner.scopes.push('{', .code, null, .empty);
        }
        scanner.reset();
    }
};

/// What the value at `at` makes of a constant; null if it is no type that is written out.
fn typeKind(text: []const u8, at: usize) ?Kind {
    var start = at;
    for ([_][]const u8{ "packed", "extern" }) |modifier| {
        if (lexer.startsWith(text, start, modifier)) {
            start = lexer.skipSpace(text, start + modifier.len);
        }
    }
    return switch (keywords.get(text[start..Names.end(text, start)]) orelse return null) {
        .@"struct", .@"union", .@"opaque" => .class,
        .@"enum" => .@"enum",
        .@"error" => if (lexer.peek(text, lexer.skipSpace(text, start + 5)) == '{') .type else null,
        else => null,
    };
}

/// Whether the value only brings a name in from elsewhere: `@import("x")`, `a.b.Name`.
fn isAlias(text: []const u8, at: usize, name: []const u8) bool {
    const longest = 200;
    const window = text[0..@min(text.len, at + longest)];
    const value = window[@min(at, window.len)..lexer.find(";\n", window, at)];
    if (std.mem.startsWith(u8, value, "@import(") and std.mem.endsWith(u8, value, ")")) return true;
    for (value) |byte| if (!Names.isPart(byte) and byte != '.' and byte != '@' and byte != '(' and
        byte != ')' and byte != '"') return false;
    const dot = std.mem.lastIndexOfScalar(u8, value, '.') orelse return false;
    return std.mem.eql(u8, value[dot + 1 ..], name);
}
