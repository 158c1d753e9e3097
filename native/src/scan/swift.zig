//! Finds what Swift texts define. Functions within functions are listed, their variables are not;
//! an extension is listed as a module, as it defines no type but what stands in it.
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
    .quotes = "\"",
    .literalEnd = literalEnd,
    .do_block_comments_nest = true,
};

const Holds = enum { members, code };

const Word = enum {
    class,
    @"struct",
    @"enum",
    actor,
    protocol,
    extension,
    func,
    init,
    deinit,
    subscript,
    let,
    @"var",
    typealias,
    associatedtype,
    import,
    macro,
};
const keywords = lexer.Keywords(Word);
const Finder = keyword_finder.KeywordFinder("/\"{};@", &.{
    "cl", "st", "en", "ac", "pr", "ex", "fu", "in", "de", "su", "le", "va", "ty", "as", "im", "ma",
});

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .finder = .init(text),
    };
    defer scanner.scopes.deinit();
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.border = 3;
    try keyword_finder.stepThrough(&scanner);
}

/// Literals of Swift: of one line, of many in three quotes, both also raw between `#`.
fn literalEnd(text: []const u8, at: usize) usize {
    var start = at;
    while (start > 0 and text[start - 1] == '#') start -= 1;
    const hashes = at - start;
    const is_long = lexer.startsWith(text, at, "\"\"\"");
    if (hashes == 0) {
        if (is_long) return lexer.pastUnescapedMark("\"\"\"", text, at + 3);
        return lexer.quoteEnd('"', .one, text, at);
    }
    const quotes: usize = if (is_long) 3 else 1;
    var to = at + quotes;
    while (true) {
        to = if (is_long) lexer.find("\"", text, to) else lexer.find("\"\n", text, to);
        if (to >= text.len or text[to] == '\n') return to;
        var count: usize = 0;
        while (lexer.peek(text, to + count) == '"') count += 1;
        to += count;
        if (count < quotes) continue;
        var closing: usize = 0;
        while (closing < hashes and lexer.peek(text, to + closing) == '#') closing += 1;
        if (closing == hashes) return to + closing;
    }
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: lexer_scopes.Scopes(Holds),
    finder: Finder,
    pos: usize = 0,
    /// Where the declaration before ended: modifiers stand after it.
    border: usize = 0,

    pub fn step(scanner: *Scanner) Allocator.Error!void {
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
            '"' => scanner.pos = @max(at + 1, literalEnd(text, at)),
            '{' => try scanner.open(.code, null, .empty),
            '}' => {
                _ = scanner.scopes.close('{', at + 1);
                scanner.border = at + 1;
            },
            ';' => scanner.border = at + 1,
            '@' => try scanner.skipAttribute(at),
            else => {},
        }
    }

    /// Where the declaration starts whose keyword or name stands at `at`.
    fn declarationStart(scanner: *const Scanner, at: usize) usize {
        return lexer.declarationStart(scanner.text, scanner.border, at);
    }

    fn holds(scanner: *Scanner) Holds {
        return scanner.scopes.tagOr(.members);
    }

    fn open(scanner: *Scanner, inside: Holds, symbol: ?u32, name: Span) Allocator.Error!void {
        try scanner.scopes.push('{', inside, symbol, name);
        scanner.border = scanner.pos;
    }

    /// `@Name(…)`; what it is put on starts after it.
    fn skipAttribute(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const end = Names.end(text, at + 1);
        scanner.pos = end;
        if (lexer.peek(text, end) == '(') {
            scanner.pos = try lexer.skipBlock(syntax, '(', text, end, scanner.found);
        }
        scanner.border = scanner.pos;
    }

    fn readKeyword(scanner: *Scanner, word: Word, at: usize) Allocator.Error!void {
        const text = scanner.text;
        // A member or an argument that is named like a keyword: `.init(`, `in: x`.
        if (at > 0 and (text[at - 1] == '.' or text[at - 1] == '`')) return;
        if (lexer.peek(text, scanner.pos) == ':') return;
        const is_member = scanner.holds() == .members;
        switch (word) {
            .class => if (!isModifier(text, scanner.pos)) try scanner.readType(.class),
            .@"struct" => try scanner.readType(.class),
            .actor => if (scanner.startsDeclaration(at)) try scanner.readType(.class),
            .@"enum" => try scanner.readType(.@"enum"),
            .protocol => try scanner.readType(.interface),
            .extension => if (scanner.startsDeclaration(at)) try scanner.readType(.module),
            .func => try scanner.readFunction(),
            .macro => if (scanner.startsDeclaration(at)) try scanner.readFunction(),
            .init, .subscript => if (is_member) try scanner.readInitializer(at),
            .deinit => if (is_member) try scanner.readInitializer(at),
            .let => if (is_member) try scanner.readProperty(.constant),
            .@"var" => if (is_member) try scanner.readProperty(.variable),
            .typealias, .associatedtype => {
                const name = scanner.readName() orelse return;
                scanner.pos = lexer.find("\n;}", text, scanner.pos);
                _ = try scanner.add(.type, name);
            },
            .import => try scanner.readImport(),
        }
    }

    /// Words that are keywords only where a declaration starts: only modifiers stand before them.
    fn startsDeclaration(scanner: *const Scanner, at: usize) bool {
        const text = scanner.text;
        const start = scanner.declarationStart(at);
        for (text[start..at]) |byte| {
            const is_part = std.ascii.isLower(byte) or std.ascii.isWhitespace(byte);
            if (!is_part and byte != '(' and byte != ')') return false;
        }
        return Names.startsAt(text, lexer.skipBlanks(text, scanner.pos));
    }

    fn readName(scanner: *Scanner) ?Span {
        const text = scanner.text;
        var at = lexer.skipSpace(text, scanner.pos);
        const is_quoted = lexer.peek(text, at) == '`';
        if (is_quoted) at += 1;
        if (!Names.startsAt(text, at)) return null;
        const end = Names.end(text, at);
        scanner.pos = end + @intFromBool(is_quoted and lexer.peek(text, end) == '`');
        return .{ .start = @intCast(at), .end = @intCast(end) };
    }

    fn add(scanner: *Scanner, kind: Kind, name: Span) Allocator.Error!u32 {
        return scanner.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(scanner.declarationStart(name.start)),
            .end = @intCast(scanner.pos),
        });
    }

    fn readImport(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const end = lexer.find("\n;/", text, scanner.pos);
        const line = std.mem.trim(u8, text[scanner.pos..end], " \t\r");
        scanner.pos = end;
        if (line.len == 0 or !Names.isStart(line[0])) return;
        const length = std.mem.lastIndexOfScalar(u8, line, ' ') orelse {
            return scanner.addImport(line);
        };
        // `import struct Module.Type`.
        try scanner.addImport(line[length + 1 ..]);
    }

    fn addImport(scanner: *Scanner, line: []const u8) Allocator.Error!void {
        const start = @intFromPtr(line.ptr) - @intFromPtr(scanner.text.ptr);
        const import: Span = .{ .start = @intCast(start), .end = @intCast(start + line.len) };
        try scanner.found.imports.append(scanner.found.gpa, import);
    }

    /// `struct Name<T>: Base where … {`; of `extension A.B` the last part is the name.
    fn readType(scanner: *Scanner, kind: Kind) Allocator.Error!void {
        const text = scanner.text;
        var name = scanner.readName() orelse return;
        while (lexer.peek(text, scanner.pos) == '.') {
            scanner.pos += 1;
            name = scanner.readName() orelse return;
        }
        const brace = try scanner.findBody(false) orelse return;
        scanner.pos = brace + 1;
        const symbol = try scanner.add(kind, name);
        try scanner.open(.members, symbol, name);
    }

    /// The brace of the body of a declaration; null if it has none. `ends_with_line`: it may have
    /// none, as in a protocol.
    fn findBody(scanner: *Scanner, ends_with_line: bool) Allocator.Error!?usize {
        const text = scanner.text;
        while (true) {
            const at = lexer.find("{}(/\n;=", text, scanner.pos);
            scanner.pos = at;
            if (at >= text.len) return null;
            switch (text[at]) {
                '{' => return at,
                '}', ';' => return null,
                '(' => scanner.pos = try lexer.skipBlock(syntax, '(', text, at, scanner.found),
                '/' => scanner.pos = try lexer.pastComment(syntax, text, at, scanner.found),
                '\n' => {
                    if (ends_with_line and !headerContinues(text, at)) return null;
                    scanner.pos = lexer.skipSpace(text, at);
                },
                else => {
                    // `where A == B`, but not the value of a variable.
                    if (lexer.peek(text, at + 1) != '=') return null;
                    scanner.pos = at + 2;
                },
            }
        }
    }

    fn readFunction(scanner: *Scanner) Allocator.Error!void {
        const name = scanner.readName() orelse scanner.readOperator() orelse return;
        const is_member = scanner.holds() == .members and !scanner.scopes.container().isEmpty();
        try scanner.readBody(try scanner.add(if (is_member) .method else .function, name));
    }

    fn readOperator(scanner: *Scanner) ?Span {
        const text = scanner.text;
        const start = lexer.skipBlanks(text, scanner.pos);
        var end = start;
        const marks = "+-*/<>=!%&|^~?.";
        while (end < text.len and std.mem.findScalar(u8, marks, text[end]) != null) end += 1;
        if (end == start) return null;
        scanner.pos = end;
        return .{ .start = @intCast(start), .end = @intCast(end) };
    }

    fn readInitializer(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        switch (lexer.peek(text, scanner.pos)) {
            '(', '?', '!', '<', ' ' => {},
            else => return,
        }
        if (!scanner.startsMember(at)) return;
        const name: Span = .{ .start = @intCast(at), .end = @intCast(scanner.pos) };
        try scanner.readBody(try scanner.add(.method, name));
    }

    /// Whether only modifiers stand before `at`: a call in a property's value defines nothing.
    fn startsMember(scanner: *const Scanner, at: usize) bool {
        const start = scanner.declarationStart(at);
        return std.mem.findScalar(u8, scanner.text[start..at], '=') == null;
    }

    fn readBody(scanner: *Scanner, symbol: u32) Allocator.Error!void {
        const brace = try scanner.findBody(true) orelse {
            scanner.scopes.setEnd(symbol, lexer.trimBack(scanner.text, 0, scanner.pos));
            scanner.border = scanner.pos;
            return;
        };
        scanner.pos = brace + 1;
        try scanner.open(.code, symbol, .empty);
    }

    fn readProperty(scanner: *Scanner, kind: Kind) Allocator.Error!void {
        const text = scanner.text;
        const name = scanner.readName() orelse return;
        const symbol = try scanner.add(kind, name);
        const longest = 400;
        const end = lexer.find("\n{;", text[0..@min(text.len, scanner.pos + longest)], scanner.pos);
        // The braces of a computed property; those of a value are code as well.
        if (lexer.peek(text, end) == '{') {
            const hidden = lexer.find("\"/@(", text[0..end], scanner.pos);
            if (hidden == end) {
                scanner.pos = end + 1;
                return scanner.open(.code, symbol, .empty);
            }
        }
        scanner.scopes.setEnd(symbol, lexer.trimBack(text, name.end, end));
    }
};

/// `class func`, `class var`: of the type, not a type.
fn isModifier(text: []const u8, end: usize) bool {
    const next = lexer.skipSpace(text, end);
    if (!Names.startsAt(text, next)) return true;
    const word = keywords.get(text[next..Names.end(text, next)]) orelse {
        const override = text[next..Names.end(text, next)];
        return std.mem.eql(u8, override, "override") or std.mem.eql(u8, override, "private");
    };
    return word == .func or word == .@"var" or word == .let or word == .subscript;
}

/// Whether a declaration goes on after the line feed at `at`.
fn headerContinues(text: []const u8, at: usize) bool {
    switch (text[lexer.trimBack(text, 0, at) -| 1]) {
        ',', '>', ':', '&' => {
            const before = lexer.trimBack(text, 0, at);
            if (text[before - 1] != '>' or std.mem.endsWith(u8, text[0..before], "->")) return true;
        },
        else => {},
    }
    const next = lexer.skipSpace(text, at);
    return lexer.peek(text, next) == '{' or lexer.peek(text, next) == '(' or
        lexer.startsWith(text, next, "->") or lexer.startsWith(text, next, "where ") or
        lexer.startsWith(text, next, "throws") or lexer.startsWith(text, next, "async");
}

const helpers = @import("testing.zig");

test "what Swift texts define" {
    try helpers.expectSymbols(.swift,
        \\import Foundation
        \\@available(iOS 13, *)
        \\public final class Foo<T>: Bar where T == Int {
        \\  static let shared = Foo()
        \\  private var count: Int { get { 1 } set { } }
        \\  init?(a: Int = 3) { self.init() }
        \\  deinit { }
        \\  class func make() -> Foo { func local() {} ; let hidden = 1; return Foo() }
        \\  subscript(i: Int) -> Int { i }
        \\}
        \\extension Foo.Inner: Shape { static func == (a: Foo, b: Foo) -> Bool { a == b } }
        \\protocol Shape { associatedtype Item
        \\  func area() -> Double
        \\  var name: String { get } }
        \\enum Color: String { case red = "}" ; func next() {} }
        \\actor Store { }
        \\typealias Names = [String]
        \\let text = #"a " } "#
        \\let long = """
        \\  } func not() {
        \\  """
        \\func run<T>(
        \\  a: T
        \\) async throws -> T
        \\{ /* /* } */ */ return a }
    ,
        \\class Foo 3-10
        \\constant Foo.shared 4-4
        \\variable Foo.count 5-5
        \\method Foo.init 6-6
        \\method Foo.deinit 7-7
        \\method Foo.make 8-8
        \\function Foo.local 8-8
        \\method Foo.subscript 9-9
        \\module Inner 11-11
        \\method Inner.== 11-11
        \\interface Shape 12-14
        \\type Shape.Item 12-12
        \\method Shape.area 13-13
        \\variable Shape.name 14-14
        \\enum Color 15-15
        \\method Color.next 15-15
        \\class Store 16-16
        \\type Names 17-17
        \\constant text 18-18
        \\constant long 19-19
        \\function run 22-25
    );
    try helpers.expectSpans(.swift, "import A\nimport struct B.C // d", .imports, "A|B.C");
}
