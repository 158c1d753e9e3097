//! Finds what Zig texts define. Every word is looked at: types are values, so definitions stand
//! within functions as well, most of all in the `return struct { … }` of generic ones.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");
const keyword_finder = @import("lexing/keyword_finder.zig");
const lexer_scopes = @import("lexing/lexer_scopes.zig");

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
const Finder = keyword_finder.KeywordFinder("/\"'\\{};", &.{
    "fn", "co", "va", "st", "en", "un", "op", "er", "@i",
});

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .finder = .init(text),
    };
    defer scanner.scopes.deinit();
    try keyword_finder.stepThrough(&scanner);
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
    finder: Finder,
    pos: usize = 0,
    /// Where the statement before ended.
    border: usize = 0,
    /// The constant whose value is being read, if that may be a type.
    symbol: ?u32 = null,

    pub fn step(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = scanner.pos;
        const byte = text[at];
        if (Names.isPart(byte)) {
            const end = Names.end(text, at);
            scanner.pos = end;
            return scanner.readKeyword(keywords.get(text[at..end]) orelse return, at);
        }
        scanner.pos = at + 1;
        switch (byte) {
            '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                try lexer.addComment(scanner.found, at, end);
                scanner.pos = end;
                if (scanner.statementStart() == at) scanner.border = end;
            },
            '"', '\'', '\\' => scanner.pos = @max(at + 1, literalEnd(text, at)),
            '@' => try scanner.readBuiltin(at),
            '{' => try scanner.open(.code, null, .empty),
            '}' => {
                _ = scanner.scopes.close('{', at + 1);
                scanner.endStatement();
            },
            ';' => scanner.endStatement(),
            else => {},
        }
    }

    fn endStatement(scanner: *Scanner) void {
        scanner.border = scanner.pos;
        scanner.symbol = null;
    }

    fn open(scanner: *Scanner, inside: Holds, symbol: ?u32, name: Span) Allocator.Error!void {
        try scanner.scopes.push('{', inside, symbol, name);
        scanner.endStatement();
    }

    /// The first byte of the statement being read; fields before it may stand there as well.
    fn statementStart(scanner: *Scanner) usize {
        scanner.border = lexer.skipSpace(scanner.text, scanner.border);
        return scanner.border;
    }

    fn holds(scanner: *Scanner) Holds {
        return scanner.scopes.tagOr(.members);
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

    fn readKeyword(scanner: *Scanner, word: Word, at: usize) Allocator.Error!void {
        switch (word) {
            .@"fn" => try scanner.readFunction(at),
            .@"const", .@"var" => if (!isOfPointer(scanner.text, at)) {
                try scanner.readVariable(word, at);
            },
            .@"struct", .@"enum", .@"union", .@"opaque" => try scanner.openContainer(),
            .@"error" => {
                const brace = lexer.skipSpace(scanner.text, scanner.pos);
                if (lexer.peek(scanner.text, brace) != '{') return;
                scanner.pos = try lexer.skipBlock(syntax, '{', scanner.text, brace, scanner.found);
                if (scanner.symbol) |symbol| scanner.scopes.setEnd(symbol, scanner.pos);
            },
        }
    }

    /// `struct {`, `enum(u8) {`; the constant that it is the value of names it.
    fn openContainer(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        var at = lexer.skipSpace(text, scanner.pos);
        if (lexer.peek(text, at) == '(') {
            scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found);
            at = lexer.skipSpace(text, scanner.pos);
        }
        if (lexer.peek(text, at) != '{') return;
        scanner.pos = at + 1;
        const symbol = scanner.symbol;
        const name = if (symbol) |known| scanner.found.symbols.items[known].name else Span.empty;
        try scanner.open(.members, symbol, name);
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

    /// `at` is where the keyword stands.
    fn add(scanner: *Scanner, kind: Kind, name: Span, at: usize) Allocator.Error!u32 {
        const text = scanner.text;
        // Fields end with commas, so a statement may seem to start with them.
        const longest_modifiers = 80;
        const lowest = @min(scanner.statementStart(), at);
        const window = @max(lowest, at -| longest_modifiers);
        const start = if (std.mem.lastIndexOfScalar(u8, text[window..at], '\n')) |feed|
            lexer.skipBlanks(text, window + feed + 1)
        else if (window == lowest) lowest else at;
        return scanner.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(scanner.pos),
        });
    }

    /// `fn name(…) Result {`; without a name it is a type. What the body returns as a type is
    /// known by the function's name.
    fn readFunction(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const name = scanner.readName() orelse return;
        if (lexer.peek(text, scanner.pos) != '(') return;
        const is_member = scanner.holds() == .members and !scanner.scopes.container().isEmpty();
        const symbol = try scanner.add(if (is_member) .method else .function, name, at);
        scanner.pos = try lexer.skipBlock(syntax, '(', text, scanner.pos, scanner.found);
        const has_body = try scanner.skipResult();
        scanner.scopes.setEnd(symbol, scanner.pos);
        if (has_body) try scanner.open(.code, symbol, name) else scanner.endStatement();
    }

    /// Passes the result of a function and the brace of its body; false if it has none.
    fn skipResult(scanner: *Scanner) Allocator.Error!bool {
        const text = scanner.text;
        while (true) {
            const at = lexer.find("{};,(/=\"\\", text, scanner.pos);
            scanner.pos = at;
            switch (lexer.peek(text, at)) {
                '(' => scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found),
                '/' => scanner.pos = try lexer.pastComment(syntax, text, at, scanner.found),
                '{' => {
                    if (!followsContainer(text, at)) {
                        scanner.pos = at + 1;
                        return true;
                    }
                    scanner.pos = try lexer.skipBlock(syntax, '{', text, at, scanner.found);
                },
                ';' => {
                    scanner.pos = at + 1;
                    return false;
                },
                else => return false,
            }
        }
    }

    fn readVariable(scanner: *Scanner, word: Word, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const name = scanner.readName() orelse return;
        var after = lexer.skipSpace(text, scanner.pos);
        const is_member = scanner.holds() == .members;
        if (lexer.peek(text, after) == ':') {
            if (is_member) try scanner.addValue(word, name, at);
            return;
        }
        if (lexer.peek(text, after) != '=') return;
        after = lexer.skipSpace(text, after + 1);
        if (typeKind(text, after)) |kind| {
            scanner.symbol = try scanner.add(kind, name, at);
        } else if (is_member and !isAlias(text, after, name.of(text))) {
            try scanner.addValue(word, name, at);
        }
    }

    fn addValue(scanner: *Scanner, word: Word, name: Span, at: usize) Allocator.Error!void {
        if (std.mem.eql(u8, name.of(scanner.text), "_")) return;
        const symbol = try scanner.add(if (word == .@"var") .variable else .constant, name, at);
        const longest = 400;
        const window = scanner.text[0..@min(scanner.text.len, scanner.pos + longest)];
        const end = lexer.find(";\n", window, scanner.pos);
        scanner.scopes.setEnd(symbol, end + @intFromBool(lexer.peek(window, end) == ';'));
    }
};

/// Whether the `const` at `at` belongs to a type: `*const T`, `[]const u8`.
fn isOfPointer(text: []const u8, at: usize) bool {
    var before = at;
    while (before > 0 and text[before - 1] == ' ') before -= 1;
    if (before == 0) return false;
    return text[before - 1] == '*' or text[before - 1] == ']' or text[before - 1] == ')';
}

/// Whether the brace at `at` holds the fields of a type or the names of errors.
fn followsContainer(text: []const u8, at: usize) bool {
    const end = lexer.trimBack(text, 0, at);
    var start = end;
    while (start > 0 and end - start < 8 and Names.isPart(text[start - 1])) start -= 1;
    return switch (keywords.get(text[start..end]) orelse return false) {
        .@"error", .@"struct", .@"enum", .@"union" => true,
        else => false,
    };
}

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

const helpers = @import("testing.zig");

test "what Zig texts define" {
    try helpers.expectSymbols(.zig,
        \\const std = @import("std");
        \\const Allocator = std.mem.Allocator;
        \\pub const max: usize = 3;
        \\threadlocal var state: ?*const u8 = null;
        \\pub const Error = error{ A, B };
        \\/// A list.
        \\pub fn List(comptime T: type) type {
        \\    return struct {
        \\        items: []const T,
        \\        pub fn len(self: @This()) error{Bad}!usize { const text = "}"; return text.len; }
        \\        const Inner = packed union(enum) { a: u8 };
        \\    };
        \\}
        \\const Color = enum(u8) { red, fn next(c: Color) Color { return c; } };
        \\extern fn from_c(x: c_int) void;
        \\test "not listed {" { const Local = struct { fn go() void {} }; }
        \\const lines =
        \\    \\ } fn not() {
        \\;
        \\fn @"odd name"() void { const c = '}'; }
    ,
        \\constant max 3-3
        \\variable state 4-4
        \\type Error 5-5
        \\function List 7-13
        \\method List.len 10-10
        \\class List.Inner 11-11
        \\enum Color 14-14
        \\method Color.next 14-14
        \\function from_c 15-15
        \\class Local 16-16
        \\method Local.go 16-16
        \\constant lines 17-17
        \\function odd name 20-20
    );
    const text = "const a = @import(\"a.zig\");\nconst b = @import(\"b\").c; // d";
    try helpers.expectSpans(.zig, text, .imports, "a.zig|b");
    try helpers.expectSpans(.zig, text, .comments, "// d");
}
