//! Finds what Kotlin texts define. Line ends close a declaration without a body, so they are looked
//! at wherever one is open. Functions within functions are listed, their variables are not.
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
    .quotes = "\"'`",
    .literalEnd = literalEnd,
    .do_block_comments_nest = true,
};

const Holds = enum { members, code };

const Word = enum {
    class,
    interface,
    object,
    fun,
    val,
    @"var",
    typealias,
    import,
    package,
    constructor,
};
const keywords = lexer.Keywords(Word);
const pairs = [_]*const [2]u8{ "cl", "in", "ob", "fu", "va", "ty", "im", "pa", "co" };
const Finder = keyword_finder.KeywordFinder("/\"'`{};@", &pairs);
/// Stops at line ends and parentheses as well, which matter only while an expression is the body of
/// a function.
const LineFinder = keyword_finder.KeywordFinder("/\"'`{}();@\n", &pairs);

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .finder = .init(text),
        .line_finder = .init(text),
    };
    defer scanner.scopes.deinit();
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.border = 3;
    while (true) {
        scanner.pos = if (scanner.isIn(Scanner.expression) or scanner.isIn('('))
            scanner.line_finder.next(scanner.pos)
        else
            scanner.finder.next(scanner.pos);
        if (scanner.pos >= text.len) break;
        try scanner.step();
    }
    scanner.scopes.finish(text.len);
}

/// Literals of Kotlin: those of C, raw strings in three quotes and names in backticks.
fn literalEnd(text: []const u8, at: usize) usize {
    if (text[at] == '`') return lexer.quoteEnd('`', .one, text, at);
    if (!lexer.startsWith(text, at, "\"\"\"")) return lexer.plainLiteralEnd(text, at);
    var end = lexer.pastMark(text, at + 3, "\"\"\"");
    while (lexer.peek(text, end) == '"') end += 1;
    return end;
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: lexer_scopes.Scopes(Holds),
    finder: Finder,
    line_finder: LineFinder,
    pos: usize = 0,
    /// Where the declaration before ended: modifiers stand after it.
    border: usize = 0,

    /// The opener of an expression that is the body of a function: a line end closes it.
    const expression: u8 = '=';

    fn step(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = scanner.pos;
        const byte = text[at];
        if (Names.isPart(byte)) {
            scanner.pos = Names.end(text, at);
            const word = keywords.get(text[at..scanner.pos]) orelse return;
            return scanner.readKeyword(word, at);
        }
        scanner.pos = at + 1;
        switch (byte) {
            '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                try lexer.addComment(scanner.found, at, end);
                scanner.pos = end;
                scanner.border = end;
            },
            '"', '\'', '`' => scanner.pos = @max(at + 1, literalEnd(text, at)),
            '{' => try scanner.open('{', .code, null, .empty),
            '(' => try scanner.open('(', .code, null, .empty),
            ')' => _ = scanner.scopes.close('(', at + 1),
            '}' => {
                _ = scanner.scopes.close('{', at + 1);
                scanner.border = at + 1;
            },
            '\n' => {
                scanner.endLine(at);
                scanner.pos = lexer.skipSpace(text, at);
            },
            ';' => scanner.border = at + 1,
            '@' => try scanner.skipAnnotation(at),
            else => {},
        }
    }

    fn isIn(scanner: *Scanner, opener: u8) bool {
        const scope = scanner.scopes.top() orelse return false;
        return scope.opener == opener;
    }

    /// Where the declaration starts whose keyword or name stands at `at`.
    fn declarationStart(scanner: *const Scanner, at: usize) usize {
        return lexer.declarationStart(scanner.text, scanner.border, at);
    }

    fn holds(scanner: *Scanner) Holds {
        return scanner.scopes.tagOr(.members);
    }

    fn open(
        scanner: *Scanner,
        opener: u8,
        inside: Holds,
        symbol: ?u32,
        name: Span,
    ) Allocator.Error!void {
        try scanner.scopes.push(opener, inside, symbol, name);
        scanner.border = scanner.pos;
    }

    /// A line ends the expressions that are open on it, unless it goes on.
    fn endLine(scanner: *Scanner, at: usize) void {
        if (scanner.isIn('(') or continuesAfter(scanner.text, at)) return;
        const end = lexer.trimBack(scanner.text, 0, at);
        while (scanner.isIn(expression)) _ = scanner.scopes.pop(end);
    }

    /// `@Name(…)`, `@file:Name(…)`, `@[…]`; what is annotated starts after it.
    fn skipAnnotation(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        var to = at + 1;
        while (to < text.len) : (to += 1) {
            if (!Names.isPart(text[to]) and text[to] != '.' and text[to] != ':') break;
        }
        scanner.pos = to;
        if (lexer.peek(text, to) == '(') {
            scanner.pos = try lexer.skipBlock(syntax, '(', text, to, scanner.found);
        }
        scanner.border = scanner.pos;
    }

    fn readKeyword(scanner: *Scanner, word: Word, at: usize) Allocator.Error!void {
        const text = scanner.text;
        // A member that is named like a keyword: `x.object`, `Foo::class`.
        if (at > 0 and (text[at - 1] == '.' or text[at - 1] == ':')) return;
        switch (word) {
            .class => try scanner.readClass(if (scanner.isEnumeration(at)) .@"enum" else .class),
            .interface => try scanner.readClass(.interface),
            .object => try scanner.readObject(at),
            .fun => try scanner.readFunction(),
            .val, .@"var" => if (scanner.holds() == .members) try scanner.readProperty(at),
            .typealias => {
                const name = try scanner.readName() orelse return;
                scanner.pos = lexer.lineEnd(text, scanner.pos);
                _ = try scanner.add(.type, name);
            },
            .constructor => {
                const is_secondary = scanner.holds() == .members and
                    lexer.peek(text, try scanner.skip()) == '(';
                if (!is_secondary) return;
                const end = at + "constructor".len;
                const name: Span = .{ .start = @intCast(at), .end = @intCast(end) };
                try scanner.readParameters(try scanner.add(.method, name));
            },
            .import => try scanner.readImport(),
            .package => {
                const name = scanner.path();
                if (!name.isEmpty()) _ = try scanner.add(.module, name);
            },
        }
    }

    fn isEnumeration(scanner: *Scanner, at: usize) bool {
        const start = scanner.declarationStart(at);
        return std.mem.endsWith(u8, std.mem.trimEnd(u8, scanner.text[start..at], " \n"), "enum");
    }

    fn skip(scanner: *Scanner) Allocator.Error!usize {
        scanner.pos = try lexer.skipTrivia(syntax, scanner.text, scanner.pos, scanner.found);
        return scanner.pos;
    }

    fn readName(scanner: *Scanner) Allocator.Error!?Span {
        const text = scanner.text;
        const at = try scanner.skip();
        if (lexer.peek(text, at) == '`') {
            scanner.pos = literalEnd(text, at);
            if (scanner.pos < at + 3) return null;
            return .{ .start = @intCast(at + 1), .end = @intCast(scanner.pos - 1) };
        }
        if (!Names.startsAt(text, at)) return null;
        scanner.pos = Names.end(text, at);
        return .{ .start = @intCast(at), .end = @intCast(scanner.pos) };
    }

    fn add(scanner: *Scanner, kind: Kind, name: Span) Allocator.Error!u32 {
        return scanner.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(scanner.declarationStart(name.start)),
            .end = @intCast(scanner.pos),
        });
    }

    /// A dotted name on this line.
    fn path(scanner: *Scanner) Span {
        const text = scanner.text;
        const start = lexer.skipBlanks(text, scanner.pos);
        var end = start;
        while (end < text.len and (Names.isPart(text[end]) or text[end] == '.' or
            text[end] == '*' or text[end] == '`')) end += 1;
        scanner.pos = end;
        return .{ .start = @intCast(start), .end = @intCast(end) };
    }

    fn readImport(scanner: *Scanner) Allocator.Error!void {
        if (scanner.scopes.depth() > 0) return;
        const import = scanner.path();
        if (!import.isEmpty()) try scanner.found.imports.append(scanner.found.gpa, import);
    }

    fn readClass(scanner: *Scanner, kind: Kind) Allocator.Error!void {
        const name = try scanner.readName() orelse return;
        const symbol = try scanner.add(kind, name);
        try scanner.readHeader(symbol, name);
    }

    /// `object Name`, `companion object` and the nameless one of an expression.
    fn readObject(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const next = lexer.skipBlanks(text, scanner.pos);
        if (Names.startsAt(text, next) or lexer.peek(text, next) == '`') {
            return scanner.readClass(.class);
        }
        const start = scanner.declarationStart(at);
        const before = std.mem.trimEnd(u8, text[start..at], " ");
        const is_companion = std.mem.endsWith(u8, before, "companion");
        const is_value = lexer.peek(text, next) == ':' or lexer.peek(text, next) == '{';
        if (!is_value) return;
        // What a nameless companion holds is reached by the name of the class around it.
        try scanner.readHeader(null, if (is_companion) scanner.scopes.container() else .empty);
    }

    /// Passes type parameters, the constructor and what is inherited, up to the body if any.
    fn readHeader(scanner: *Scanner, symbol: ?u32, name: Span) Allocator.Error!void {
        const text = scanner.text;
        while (scanner.pos < text.len) {
            const at = scanner.pos;
            switch (text[at]) {
                '{' => {
                    scanner.pos = at + 1;
                    return scanner.open('{', .members, symbol, name);
                },
                '}', ')', ';', '=', ']' => break,
                '(' => scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found),
                '/' => scanner.pos = try lexer.pastComment(syntax, text, at, scanner.found),
                '\n' => if (!headerContinues(text, at)) break else {
                    scanner.pos = lexer.skipSpace(text, at);
                },
                '"', '\'', '`' => scanner.pos = @max(at + 1, literalEnd(text, at)),
                else => scanner.pos = at + 1,
            }
        }
        if (symbol) |known| scanner.scopes.setEnd(known, lexer.trimBack(text, 0, scanner.pos));
        scanner.border = scanner.pos;
    }

    /// `fun <T> Receiver<T>.name(…): Type`; without a name it is a value or a kind of interface.
    fn readFunction(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        try scanner.skipGenerics();
        var receiver: Span = .empty;
        var name = try scanner.readName() orelse return;
        while (true) {
            try scanner.skipGenerics();
            while (lexer.peek(text, scanner.pos) == '?') scanner.pos += 1;
            if (lexer.peek(text, scanner.pos) != '.') break;
            scanner.pos += 1;
            receiver = name;
            name = try scanner.readName() orelse return;
        }
        if (lexer.peek(text, lexer.skipBlanks(text, scanner.pos)) != '(') return;
        const is_member = scanner.holds() == .members and !scanner.scopes.container().isEmpty();
        const is_method = is_member or !receiver.isEmpty();
        const symbol = try scanner.add(if (is_method) .method else .function, name);
        if (!receiver.isEmpty()) scanner.found.symbols.items[symbol].container = receiver;
        try scanner.readParameters(symbol);
    }

    fn skipGenerics(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = lexer.skipBlanks(text, scanner.pos);
        if (lexer.peek(text, at) != '<') return;
        const longest = 1000;
        const window = text[0..@min(text.len, at + longest)];
        var depth: usize = 0;
        var to = lexer.find("<>{;", window, at);
        while (to < window.len) : (to = lexer.find("<>{;", window, to + 1)) switch (window[to]) {
            '<' => depth += 1,
            '>' => if (window[to - 1] != '-') {
                depth -= 1;
                if (depth == 0) {
                    scanner.pos = lexer.skipBlanks(text, to + 1);
                    return;
                }
            },
            else => return,
        };
    }

    /// From the parameters of a function to its body, which is opened.
    fn readParameters(scanner: *Scanner, symbol: u32) Allocator.Error!void {
        const text = scanner.text;
        const parens = try scanner.skip();
        scanner.pos = try lexer.skipBlock(syntax, '(', text, parens, scanner.found);
        while (scanner.pos < text.len) {
            const at = scanner.pos;
            switch (text[at]) {
                '{' => {
                    scanner.pos = at + 1;
                    return scanner.open('{', .code, symbol, .empty);
                },
                '=' => {
                    scanner.pos = at + 1;
                    return scanner.open(expression, .code, symbol, .empty);
                },
                '}', ')', ';' => break,
                '(' => scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found),
                '/' => scanner.pos = try lexer.pastComment(syntax, text, at, scanner.found),
                '\n' => if (!headerContinues(text, at) and
                    lexer.peek(text, lexer.skipSpace(text, at)) != '=') break else {
                    scanner.pos = lexer.skipSpace(text, at);
                },
                else => scanner.pos = at + 1,
            }
        }
        scanner.scopes.setEnd(symbol, lexer.trimBack(text, 0, scanner.pos));
        scanner.border = scanner.pos;
    }

    /// `val <T> Receiver.name`; several names in parentheses are parts of a value.
    fn readProperty(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const start = scanner.declarationStart(at);
        const before = std.mem.trimEnd(u8, text[start..at], " ");
        const is_constant = std.mem.endsWith(u8, before, "const");
        try scanner.skipGenerics();
        var name = try scanner.readName() orelse return;
        while (true) {
            try scanner.skipGenerics();
            while (lexer.peek(text, scanner.pos) == '?') scanner.pos += 1;
            if (lexer.peek(text, scanner.pos) != '.') break;
            scanner.pos += 1;
            name = try scanner.readName() orelse return;
        }
        const symbol = try scanner.add(if (is_constant) .constant else .variable, name);
        const longest = 1000;
        const window = text[0..@min(text.len, scanner.pos + longest)];
        const end = lexer.lineEnd(window, scanner.pos);
        scanner.scopes.setEnd(symbol, lexer.trimBack(text, name.end, end));
    }
};

/// Whether the header of a declaration goes on after the line feed at `at`.
fn headerContinues(text: []const u8, at: usize) bool {
    const last = text[lexer.trimBack(text, 0, at) -| 1];
    if (last == ',' or last == ':' or last == '.' or last == '-') return true;
    const next = lexer.skipSpace(text, at);
    return switch (lexer.peek(text, next)) {
        '{', ':', ',' => true,
        '(' => Names.isPart(last) or last == '>',
        else => lexer.startsWith(text, next, "where ") or lexer.startsWith(text, next, "->"),
    };
}

/// Whether an expression goes on after the line feed at `at`.
fn continuesAfter(text: []const u8, at: usize) bool {
    switch (text[lexer.trimBack(text, 0, at) -| 1]) {
        '=', '+', '-', '*', '/', ',', '.', ':', '?', '&', '|', '<', '>' => return true,
        else => {},
    }
    const next = lexer.skipSpace(text, at);
    return switch (lexer.peek(text, next)) {
        '.', ':', '&', '|' => true,
        '?' => true,
        else => lexer.startsWith(text, next, "else ") or lexer.startsWith(text, next, "as "),
    };
}

const helpers = @import("testing.zig");

test "what Kotlin texts define" {
    try helpers.expectSymbols(.kotlin,
        \\package a.b
        \\import c.D
        \\@file:JvmName("X")
        \\/* /* } */ */
        \\data class Foo<T : Any>(val x: Int = f { 1 }) : Bar(x), Baz by y where T : Q {
        \\  @Inject private val size: Int = 3
        \\  constructor() : this(1) { }
        \\  override fun area(): Double = if (x) 1.0
        \\    else 2.0
        \\  suspend fun <R> run(block: () -> R): R { fun local() = 1; val hidden = 2; return block() }
        \\  companion object { const val MAX = 1; fun make() = Foo(1) }
        \\  enum class Color(val c: Int) { RED(1) { }, BLUE(2); fun next() = this }
        \\}
        \\interface Shape { fun area(): Double
        \\  fun draw() { "${'$'}{" } }
        \\object Single : Shape
        \\fun String?.trimmed(): String = this!!
        \\typealias Names = List<String>
        \\val answer by lazy { """ } """ }
        \\fun `with spaces`() { }
        \\val x = object : Shape { override fun area() = 1.0 }
    ,
        \\module a.b 1-1
        \\class Foo 5-13
        \\variable Foo.size 6-6
        \\method Foo.constructor 7-7
        \\method Foo.area 8-9
        \\method Foo.run 10-10
        \\function Foo.local 10-10
        \\constant Foo.MAX 11-11
        \\method Foo.make 11-11
        \\enum Foo.Color 12-12
        \\method Color.next 12-12
        \\interface Shape 14-15
        \\method Shape.area 14-14
        \\method Shape.draw 15-15
        \\class Single 16-16
        \\method String.trimmed 17-17
        \\type Names 18-18
        \\variable answer 19-19
        \\function with spaces 20-20
        \\variable x 21-21
        \\function area 21-21
    );
    try helpers.expectSpans(.kotlin, "import a.b.*\nimport c.D as E\n", .imports, "a.b.*|c.D");
}
