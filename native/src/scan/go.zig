//! Finds what Go texts define: all of it starts a line outside of braces, so bodies are skipped
//! whole. Methods of interfaces are listed, as what implements them is looked for by their names.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const syntax: lexer.Syntax = .{ .quotes = "\"'`", .literalEnd = literalEnd };

const Word = enum { func, type, @"var", @"const", import, package };
const keywords = lexer.Keywords(Word);

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found };
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.pos = 3;
    while (scanner.pos < text.len) try scanner.step();
}

/// Literals of Go: those of C, and raw strings in backticks, which nothing escapes.
fn literalEnd(text: []const u8, at: usize) usize {
    if (text[at] == '`') return @min(text.len, lexer.find("`", text, at + 1) + 1);
    return lexer.plainLiteralEnd(text, at);
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    pos: usize = 0,

    fn step(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = try lexer.skipTrivia(syntax, text, scanner.pos, scanner.found);
        scanner.pos = at;
        if (at >= text.len) return;
        if (!Names.isPart(text[at])) return scanner.skipToken(at);
        scanner.pos = Names.end(text, at);
        switch (keywords.get(text[at..scanner.pos]) orelse return) {
            .func => try scanner.readFunction(at),
            .type => try scanner.readGroup(at, .type),
            .@"var" => try scanner.readGroup(at, .variable),
            .@"const" => try scanner.readGroup(at, .constant),
            .import => try scanner.readImports(),
            .package => {
                const name = scanner.nameAt(try scanner.skip()) orelse return;
                scanner.pos = name.end;
                _ = try scanner.add(.module, name, .empty, at, name.end);
            },
        }
    }

    /// Passes one literal or bracket with what is in it, or one byte.
    fn skipToken(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        scanner.pos = switch (text[at]) {
            '"', '\'', '`' => @max(at + 1, literalEnd(text, at)),
            '{' => try lexer.skipBlock(syntax, '{', text, at, scanner.found),
            '(' => try lexer.skipBlock(syntax, '(', text, at, scanner.found),
            '[' => try lexer.skipBlock(syntax, '[', text, at, scanner.found),
            else => at + 1,
        };
    }

    /// The next byte that is neither space nor comment.
    fn skip(scanner: *Scanner) Allocator.Error!usize {
        scanner.pos = try lexer.skipTrivia(syntax, scanner.text, scanner.pos, scanner.found);
        return scanner.pos;
    }

    fn nameAt(scanner: *const Scanner, at: usize) ?Span {
        if (!Names.startsAt(scanner.text, at)) return null;
        return .{ .start = @intCast(at), .end = @intCast(Names.end(scanner.text, at)) };
    }

    fn add(
        scanner: *Scanner,
        kind: Kind,
        name: Span,
        container: Span,
        start: usize,
        end: usize,
    ) Allocator.Error!u32 {
        const symbols = &scanner.found.symbols;
        try symbols.append(scanner.found.gpa, .{
            .name = name,
            .container = container,
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(end),
        });
        return @intCast(symbols.items.len - 1);
    }

    fn readFunction(scanner: *Scanner, start: usize) Allocator.Error!void {
        const text = scanner.text;
        var container: Span = .empty;
        const open = try scanner.skip();
        if (lexer.peek(text, open) == '(') {
            scanner.pos = try lexer.skipBlock(syntax, '(', text, open, scanner.found);
            container = receiver(text, open, scanner.pos);
        }
        const name = scanner.nameAt(try scanner.skip()) orelse return;
        const kind: Kind = if (container.isEmpty()) .function else .method;
        const symbol = try scanner.add(kind, name, container, start, name.end);
        scanner.pos = name.end;
        try scanner.skipSignature();
        scanner.found.symbols.items[symbol].end = @intCast(scanner.pos);
    }

    /// Parameters, results and body; a function written in assembly has no body.
    fn skipSignature(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        var holds_braces = false;
        while (scanner.pos < text.len) {
            const at = scanner.pos;
            switch (text[at]) {
                '\n', ';', '}' => return,
                ' ', '\t', '\r' => scanner.pos += 1,
                '/' => scanner.pos = try lexer.pastComment(syntax, text, at, scanner.found),
                '{' => {
                    try scanner.skipToken(at);
                    if (!holds_braces) return;
                    holds_braces = false;
                },
                else => if (Names.isPart(text[at])) {
                    scanner.pos = Names.end(text, at);
                    const word = text[at..scanner.pos];
                    holds_braces = std.mem.eql(u8, word, "interface") or
                        std.mem.eql(u8, word, "struct");
                } else {
                    try scanner.skipToken(at);
                },
            }
        }
    }

    /// One declaration, or several in parentheses.
    fn readGroup(scanner: *Scanner, start: usize, kind: Kind) Allocator.Error!void {
        const text = scanner.text;
        if (lexer.peek(text, try scanner.skip()) != '(') return scanner.readSpec(start, kind);
        scanner.pos += 1;
        while (true) {
            const at = try scanner.skip();
            if (at >= text.len) return;
            if (text[at] == ')') {
                scanner.pos = at + 1;
                return;
            }
            try scanner.readSpec(at, kind);
            if (scanner.pos == at) scanner.pos += 1;
        }
    }

    fn readSpec(scanner: *Scanner, start: usize, kind: Kind) Allocator.Error!void {
        const first = scanner.found.symbols.items.len;
        var first_start = start;
        while (scanner.nameAt(try scanner.skip())) |name| : (first_start = scanner.pos) {
            scanner.pos = name.end;
            if (kind == .type) return scanner.readType(start, name);
            if (!std.mem.eql(u8, name.of(scanner.text), "_")) {
                _ = try scanner.add(kind, name, .empty, first_start, name.end);
            }
            const comma = lexer.skipBlanks(scanner.text, scanner.pos);
            if (lexer.peek(scanner.text, comma) != ',') break;
            scanner.pos = comma + 1;
        }
        const last = try scanner.skipValue();
        for (scanner.found.symbols.items[first..]) |*symbol| symbol.end = @intCast(last);
    }

    /// To the end of the line that ends a type or value; returns one past its last byte.
    fn skipValue(scanner: *Scanner) Allocator.Error!usize {
        const text = scanner.text;
        var last = scanner.pos;
        while (scanner.pos < text.len) {
            const at = scanner.pos;
            switch (text[at]) {
                '\n' => if (!continues(lexer.peek(text, last -| 1))) return last else {
                    scanner.pos += 1;
                },
                ';', ')', '}' => return last,
                ' ', '\t', '\r' => scanner.pos += 1,
                '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                    try lexer.addComment(scanner.found, at, end);
                    scanner.pos = end;
                } else {
                    scanner.pos += 1;
                    last = scanner.pos;
                },
                else => {
                    if (Names.isPart(text[at])) {
                        scanner.pos = Names.end(text, at);
                    } else try scanner.skipToken(at);
                    last = scanner.pos;
                },
            }
        }
        return last;
    }

    fn readType(scanner: *Scanner, start: usize, name: Span) Allocator.Error!void {
        const text = scanner.text;
        const symbol = try scanner.add(.type, name, .empty, start, name.end);
        var at = lexer.skipBlanks(text, scanner.pos);
        if (lexer.peek(text, at) == '[' and typeParameters(text, at)) {
            scanner.pos = try lexer.skipBlock(syntax, '[', text, at, scanner.found);
            at = lexer.skipBlanks(text, scanner.pos);
        }
        const word = if (scanner.nameAt(at)) |span| span.of(text) else "";
        if (std.mem.eql(u8, word, "struct")) {
            scanner.found.symbols.items[symbol].kind = .class;
        } else if (std.mem.eql(u8, word, "interface")) {
            scanner.found.symbols.items[symbol].kind = .interface;
            const open = lexer.skipBlanks(text, at + word.len);
            if (lexer.peek(text, open) == '{') {
                scanner.pos = open + 1;
                try scanner.readInterface(name);
            }
        }
        scanner.found.symbols.items[symbol].end = @intCast(try scanner.skipValue());
    }

    fn readInterface(scanner: *Scanner, container: Span) Allocator.Error!void {
        const text = scanner.text;
        while (true) {
            const at = try scanner.skip();
            if (at >= text.len) return;
            if (text[at] == '}') {
                scanner.pos = at + 1;
                return;
            }
            if (scanner.nameAt(at)) |name| if (lexer.peek(text, name.end) == '(') {
                const symbol = try scanner.add(.method, name, container, at, name.end);
                scanner.pos = name.end;
                try scanner.skipSignature();
                scanner.found.symbols.items[symbol].end = @intCast(scanner.pos);
                continue;
            };
            _ = try scanner.skipValue();
            if (scanner.pos == at) scanner.pos += 1;
        }
    }

    fn readImports(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const is_group = lexer.peek(text, try scanner.skip()) == '(';
        if (is_group) scanner.pos += 1;
        while (true) {
            const at = try scanner.skip();
            switch (lexer.peek(text, at)) {
                '"', '`' => {
                    const end = literalEnd(text, at);
                    scanner.pos = end;
                    const import: Span = .{ .start = @intCast(at + 1), .end = @intCast(end - 1) };
                    if (!import.isEmpty()) {
                        try scanner.found.imports.append(scanner.found.gpa, import);
                    }
                    if (!is_group) return;
                },
                '.', '_', ';' => scanner.pos = at + 1,
                ')' => {
                    if (is_group) scanner.pos = at + 1;
                    return;
                },
                else => scanner.pos = (scanner.nameAt(at) orelse return).end,
            }
        }
    }
};

/// Whether a line that ends with `byte` goes on in the next.
fn continues(byte: u8) bool {
    return switch (byte) {
        '+', '-', '*', '/', '|', '&', '=', ',', '<', '>', '.', '^', '%' => true,
        else => false,
    };
}

/// `T` of `(r *T[K])`, whose parentheses are at `open` and before `end`.
fn receiver(text: []const u8, open: usize, end: usize) Span {
    var name: Span = .empty;
    var at = open;
    while (at < end) {
        if (Names.startsAt(text, at)) {
            name = .{ .start = @intCast(at), .end = @intCast(Names.end(text, at)) };
            at = name.end;
        } else if (text[at] == '[' or text[at] == ')') {
            break;
        } else at += 1;
    }
    return name;
}

/// Whether `[` opens the parameters of a generic type, and not an array or slice: `[T any]`.
fn typeParameters(text: []const u8, at: usize) bool {
    const first = lexer.skipSpace(text, at + 1);
    if (!Names.startsAt(text, first)) return false;
    const after = Names.end(text, first);
    const next = lexer.skipBlanks(text, after);
    return lexer.peek(text, after) != ']' and lexer.peek(text, after) != '.' and
        (lexer.peek(text, next) == ',' or next > after);
}

const helpers = @import("testing.zig");

test "what Go texts define" {
    try helpers.expectSymbols(.go,
        \\package store
        \\
        \\import (
        \\    "fmt"
        \\    x "a/b" // why
        \\)
        \\
        \\const Max, Min = 1, 2
        \\
        \\var (
        \\    a = map[string]int{
        \\        "}": 1,
        \\    }
        \\    _ = b
        \\)
        \\
        \\type Set[T comparable] struct{ items map[T]struct{} }
        \\
        \\type (
        \\    Reader interface {
        \\        io.Closer
        \\        Read(p []byte) (n int, err error)
        \\    }
        \\    ID = string
        \\)
        \\
        \\func (s *Set[T]) Add(v T) interface{ Len() int } {
        \\    if v == '}' { s = `}` }
        \\}
        \\
        \\func assembly(x int) int
        \\func main() { type local int }
    ,
        \\module store 1-1
        \\constant Max 8-8
        \\constant Min 8-8
        \\variable a 11-13
        \\class Set 17-17
        \\interface Reader 20-23
        \\method Reader.Read 22-22
        \\type ID 24-24
        \\method Set.Add 27-29
        \\function assembly 31-31
        \\function main 32-32
    );
    const text = "import \"os\"\nimport (\n_ \"a/b\"\nc \"d\" // e\n)\n";
    try helpers.expectSpans(.go, text, .imports, "os|a/b|d");
    try helpers.expectSpans(.go, text, .comments, "// e");
}
