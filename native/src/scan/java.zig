//! Finds what Java and C# texts define. Both are made of modifiers, a type, a name and what follows
//! it: `(` makes a method, `{` a property, `class` before it a type. Bodies of methods and values
//! are skipped from bracket to bracket.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");
const c_text = @import("c/c_text.zig");
const lexer_scopes = @import("lexing/lexer_scopes.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("$");
const Span = types.Span;

pub fn scanJava(text: []const u8, found: *Found) Allocator.Error!void {
    return run(.java, text, found);
}

pub fn scanCsharp(text: []const u8, found: *Found) Allocator.Error!void {
    return run(.csharp, text, found);
}

const Dialect = enum { java, csharp };

/// What a scope holds: members, or the names of an enumeration.
const Holds = enum { members, constants };

const Statement = struct {
    /// Its first byte, annotations left out; null before the first word.
    start: ?usize = null,
    words: u32 = 0,
    last_word: Span = .empty,
    is_after_word: bool = false,
    kind: ?Kind = null,
    /// The name behind `class` and its like.
    tag_name: Span = .empty,
    /// The name before the first parentheses.
    call: Span = .empty,
    words_before_call: u32 = 0,
    is_static: bool = false,
    is_final: bool = false,
    is_namespace: bool = false,
    is_import: bool = false,
    is_delegate: bool = false,
    is_event: bool = false,
    is_code: bool = false,
    /// Behind `where`, `extends` and the like: no word is a keyword or a name.
    is_tail: bool = false,
    /// Behind `=`; the symbol that ends with the value.
    is_value: bool = false,
    symbol: ?u32 = null,
};

const Word = enum {
    class,
    interface,
    @"enum",
    record,
    @"struct",
    namespace,
    package,
    import,
    using,
    delegate,
    event,
    operator,
    static,
    final,
    @"const",
    readonly,
    where,
    extends,
    implements,
    throws,
    permits,
    @"if",
    @"else",
    @"for",
    foreach,
    @"while",
    do,
    @"switch",
    @"try",
    @"catch",
    finally,
    @"return",
    throw,
    lock,
    await,
    yield,
};

const keywords = lexer.Keywords(Word);

fn run(comptime dialect: Dialect, text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner(dialect) = .{ .text = text, .found = found, .scopes = .init(found) };
    defer scanner.scopes.deinit();
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.floor = 3;
    scanner.pos = scanner.floor;
    while (scanner.pos < text.len) try scanner.step();
    if (scanner.file_module) |module| scanner.scopes.setEnd(module, text.len);
    scanner.scopes.finish(text.len);
}

fn Scanner(comptime dialect: Dialect) type {
    return struct {
        text: []const u8,
        found: *Found,
        scopes: lexer_scopes.Scopes(Holds),
        /// Where the text starts, a byte order mark left out.
        floor: usize = 0,
        pos: usize = 0,
        statement: Statement = .{},
        /// `namespace x;`, which holds the rest of the file.
        file_module: ?u32 = null,
        no_generics_before: usize = 0,

        const Self = @This();

        const syntax: lexer.Syntax = .{
            .literalEnd = if (dialect == .java) javaLiteralEnd else csharpLiteralEnd,
        };

        fn step(scanner: *Self) Allocator.Error!void {
            const text = scanner.text;
            const at = scanner.pos;
            const byte = text[at];
            if (Names.isPart(byte)) return scanner.readWord(at);
            scanner.pos = at + 1;
            switch (byte) {
                ' ', '\t', '\n', '\r' => return,
                '"', '\'' => scanner.pos = @max(at + 1, syntax.literalEnd(text, at)),
                '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                    try lexer.addComment(scanner.found, at, end);
                    scanner.pos = end;
                    return;
                },
                '#' => if (dialect == .csharp and c_text.isFirstOfLine(text, scanner.floor, at)) {
                    scanner.pos = lexer.lineEnd(text, at);
                    return;
                },
                '@' => if (dialect == .java) return scanner.skipAnnotation(at),
                '(' => try scanner.readParens(at),
                '[' => {
                    scanner.pos = try lexer.skipBlock(syntax, '[', text, at, scanner.found);
                    if (scanner.statement.is_after_word) return;
                },
                '<' => if (!scanner.statement.is_value) return scanner.skipGenerics(at),
                '{' => return scanner.openBrace(at),
                '}' => {
                    _ = scanner.scopes.close('{', at + 1);
                    scanner.statement = .{};
                    return;
                },
                ';' => return scanner.endStatement(at),
                '=' => try scanner.readEquals(at),
                ':' => if (scanner.statement.kind != null) {
                    scanner.statement.is_tail = true;
                },
                '~' => if (dialect == .csharp and Names.startsAt(text, at + 1)) {
                    if (scanner.statement.start == null) scanner.statement.start = at;
                },
                else => {},
            }
            scanner.statement.is_after_word = false;
        }

        fn holds(scanner: *Self) Holds {
            return scanner.scopes.tagOr(.members);
        }

        fn readWord(scanner: *Self, at: usize) void {
            const text = scanner.text;
            const end = Names.end(text, at);
            scanner.pos = end;
            const statement = &scanner.statement;
            if (std.ascii.isDigit(text[at])) return;
            if (statement.start == null) statement.start = at;
            statement.is_after_word = true;
            if (statement.is_value or statement.is_tail) return;
            const span: Span = .{ .start = @intCast(at), .end = @intCast(end) };
            const word = keywords.get(text[at..end]) orelse return addWord(statement, span);
            switch (word) {
                .class => setKind(statement, .class),
                .interface => setKind(statement, .interface),
                .@"enum" => setKind(statement, .@"enum"),
                .@"struct" => if (dialect == .csharp) {
                    setKind(statement, .class);
                } else addWord(statement, span),
                .record => if (scanner.isRecord(end)) {
                    setKind(statement, .class);
                } else addWord(statement, span),
                .namespace => if (dialect == .csharp) {
                    scanner.readPath(end);
                } else addWord(statement, span),
                .package => if (dialect == .java) {
                    scanner.readPath(end);
                } else addWord(statement, span),
                .import => if (dialect == .java) {
                    statement.is_import = true;
                } else addWord(statement, span),
                .using => if (dialect == .csharp) {
                    statement.is_import = true;
                } else addWord(statement, span),
                .delegate => if (dialect == .csharp) {
                    statement.is_delegate = true;
                } else addWord(statement, span),
                .event => if (dialect == .csharp) {
                    statement.is_event = true;
                } else addWord(statement, span),
                .operator => if (dialect == .csharp) {
                    scanner.readOperator(at, end);
                } else addWord(statement, span),
                .static => statement.is_static = true,
                .final => statement.is_final = true,
                .@"const" => {
                    statement.is_static = true;
                    statement.is_final = true;
                },
                .readonly => statement.is_final = true,
                .where, .extends, .implements, .throws, .permits => {
                    const is_behind = statement.kind != null or !statement.call.isEmpty();
                    if (is_behind) statement.is_tail = true else addWord(statement, span);
                },
                .@"if", .@"else", .@"for", .foreach, .@"while", .do, .@"switch", .@"try" => {
                    statement.is_code = true;
                },
                .@"catch", .finally, .@"return", .throw => statement.is_code = true,
                .lock, .await, .yield => {
                    if (dialect == .csharp and statement.words == 0) statement.is_code = true;
                    addWord(statement, span);
                },
            }
        }

        fn addWord(statement: *Statement, span: Span) void {
            if (statement.kind != null and statement.tag_name.isEmpty()) statement.tag_name = span;
            statement.words += 1;
            statement.last_word = span;
        }

        fn setKind(statement: *Statement, kind: Kind) void {
            if (statement.kind == null and statement.call.isEmpty()) statement.kind = kind;
        }

        /// `record` is a word like others unless a name and its parameters or body follow.
        fn isRecord(scanner: *const Self, end: usize) bool {
            const text = scanner.text;
            const name = lexer.skipSpace(text, end);
            if (!Names.startsAt(text, name)) return false;
            const name_end = Names.end(text, name);
            const after = lexer.peek(text, lexer.skipSpace(text, name_end));
            if (dialect == .java) return after == '(' or after == '<';
            if (std.mem.eql(u8, text[name..name_end], "struct")) return true;
            if (std.mem.eql(u8, text[name..name_end], "class")) return true;
            return after == '(' or after == '<' or after == '{' or after == ':' or after == ';';
        }

        /// The dotted name of a package or namespace.
        fn readPath(scanner: *Self, end: usize) void {
            const text = scanner.text;
            const start = lexer.skipSpace(text, end);
            var to = start;
            while (to < text.len and (Names.isPart(text[to]) or text[to] == '.')) to += 1;
            scanner.statement.is_namespace = true;
            scanner.statement.last_word = .{ .start = @intCast(start), .end = @intCast(to) };
            scanner.pos = to;
        }

        fn readOperator(scanner: *Self, start: usize, end: usize) void {
            const longest = 60;
            const window = scanner.text[0..@min(scanner.text.len, end + longest)];
            const open = std.mem.indexOfAnyPos(u8, window, end, "(;{") orelse end;
            const to = lexer.trimBack(scanner.text, end, open);
            addWord(&scanner.statement, .{ .start = @intCast(start), .end = @intCast(to) });
            scanner.pos = @max(end, to);
        }

        /// `@Name(…)`; but `@interface` defines one.
        fn skipAnnotation(scanner: *Self, at: usize) Allocator.Error!void {
            const text = scanner.text;
            var to = lexer.skipSpace(text, at + 1);
            const name = to;
            while (to < text.len and (Names.isPart(text[to]) or text[to] == '.')) to += 1;
            if (std.mem.eql(u8, text[name..to], "interface")) {
                scanner.pos = name;
                if (scanner.statement.start == null) scanner.statement.start = at;
                return;
            }
            scanner.pos = @max(to, at + 1);
            const open = lexer.skipSpace(text, to);
            if (lexer.peek(text, open) != '(') return;
            scanner.pos = try lexer.skipBlock(syntax, '(', text, open, scanner.found);
        }

        fn readParens(scanner: *Self, at: usize) Allocator.Error!void {
            const statement = &scanner.statement;
            scanner.pos = try lexer.skipBlock(syntax, '(', scanner.text, at, scanner.found);
            if (statement.is_value or statement.is_tail or statement.kind != null) return;
            if (statement.start == null) statement.start = at;
            if (!statement.is_after_word or statement.words == 0) {
                // The type of a tuple.
                statement.words += 1;
            } else if (statement.call.isEmpty()) {
                statement.call = statement.last_word;
                statement.words_before_call = statement.words - 1;
            }
        }

        fn skipGenerics(scanner: *Self, at: usize) void {
            if (at < scanner.no_generics_before) return;
            const end = c_text.templateEnd(scanner.text, at, &scanner.no_generics_before);
            scanner.pos = end orelse at + 1;
        }

        fn openBrace(scanner: *Self, at: usize) Allocator.Error!void {
            const statement = scanner.statement;
            if (!statement.is_value and !statement.is_code) {
                if (statement.is_namespace and !statement.last_word.isEmpty()) {
                    const symbol = try scanner.add(.module, statement.last_word, at + 1);
                    return scanner.openScope(.members, symbol, statement.last_word);
                }
                if (statement.kind) |kind| if (!statement.tag_name.isEmpty()) {
                    const symbol = try scanner.add(kind, statement.tag_name, at + 1);
                    const inside: Holds = if (kind == .@"enum") .constants else .members;
                    return scanner.openScope(inside, symbol, statement.tag_name);
                };
            }
            scanner.pos = try lexer.skipBlock(syntax, '{', scanner.text, at, scanner.found);
            if (statement.is_value) return;
            if (statement.is_code or scanner.holds() == .constants) {
                scanner.statement = .{};
                return;
            }
            if (!statement.call.isEmpty()) {
                _ = try scanner.addMethod(scanner.pos);
            } else if (dialect == .csharp and statement.words >= 2) {
                const symbol = try scanner.addProperty(scanner.pos);
                const next = lexer.skipSpace(scanner.text, scanner.pos);
                if (lexer.peek(scanner.text, next) == '=') {
                    scanner.statement.is_value = true;
                    scanner.statement.symbol = symbol;
                    return;
                }
            } else if (scanner.isCompactConstructor(&statement)) {
                _ = try scanner.add(.method, statement.last_word, scanner.pos);
            }
            scanner.statement = .{};
        }

        /// `Name { … }` within the record `Name`.
        fn isCompactConstructor(scanner: *Self, statement: *const Statement) bool {
            const text = scanner.text;
            if (dialect != .java or statement.words == 0 or !statement.is_after_word) return false;
            if (statement.last_word.isEmpty()) return false;
            const container = scanner.scopes.container();
            return std.mem.eql(u8, statement.last_word.of(text), container.of(text));
        }

        fn openScope(scanner: *Self, inside: Holds, symbol: u32, name: Span) Allocator.Error!void {
            try scanner.scopes.push('{', inside, symbol, name);
            scanner.statement = .{};
        }

        fn add(scanner: *Self, kind: Kind, name: Span, end: usize) Allocator.Error!u32 {
            return scanner.scopes.add(.{
                .name = name,
                .kind = kind,
                .start = @intCast(@min(scanner.statement.start orelse name.start, name.start)),
                .end = @intCast(end),
            });
        }

        fn addMethod(scanner: *Self, end: usize) Allocator.Error!?u32 {
            const name = scanner.statement.call;
            if (name.isEmpty() or scanner.holds() == .constants) return null;
            const is_member = scanner.scopes.depth() > 0;
            return try scanner.add(if (is_member) .method else .function, name, end);
        }

        fn addProperty(scanner: *Self, end: usize) Allocator.Error!?u32 {
            const name = scanner.statement.last_word;
            if (name.isEmpty() or std.mem.eql(u8, name.of(scanner.text), "this")) return null;
            return try scanner.add(.variable, name, end);
        }

        fn readEquals(scanner: *Self, at: usize) Allocator.Error!void {
            const text = scanner.text;
            const statement = &scanner.statement;
            if (statement.is_value or statement.is_import or scanner.holds() == .constants) return;
            if (dialect == .csharp and lexer.peek(text, at + 1) == '>') {
                scanner.pos = at + 2;
                if (!statement.call.isEmpty()) {
                    const is_member = statement.words_before_call > 0 and !statement.is_code;
                    if (is_member) statement.symbol = try scanner.addMethod(at);
                } else if (statement.words >= 2) {
                    statement.symbol = try scanner.addProperty(at);
                }
            } else if (statement.is_static and statement.is_final and statement.words >= 2 and
                !statement.last_word.isEmpty())
            {
                statement.symbol = try scanner.add(.constant, statement.last_word, at);
            }
            statement.is_value = true;
        }

        fn endStatement(scanner: *Self, at: usize) Allocator.Error!void {
            const statement = &scanner.statement;
            const end = at + 1;
            defer scanner.statement = .{};
            if (statement.is_import) return scanner.addImport(at);
            if (statement.is_namespace) {
                if (statement.last_word.isEmpty()) return;
                const module = try scanner.add(.module, statement.last_word, end);
                if (dialect == .csharp) scanner.file_module = module;
                return;
            }
            if (scanner.scopes.top()) |scope| if (scope.tag == .constants) {
                if (scope.opener == '{') scope.tag = .members;
                return;
            };
            if (statement.is_value) {
                if (statement.symbol) |symbol| scanner.scopes.setEnd(symbol, end);
            } else if (statement.kind) |kind| {
                const name = statement.tag_name;
                if (!name.isEmpty()) _ = try scanner.add(kind, name, end);
            } else if (statement.is_delegate) {
                if (!statement.call.isEmpty()) _ = try scanner.add(.type, statement.call, end);
            } else if (!statement.call.isEmpty()) {
                const is_declared = statement.words_before_call > 0 and scanner.scopes.depth() > 0;
                if (is_declared and !statement.is_code) _ = try scanner.addMethod(end);
            } else if (statement.is_event and !statement.last_word.isEmpty()) {
                _ = try scanner.add(.variable, statement.last_word, end);
            }
        }

        /// `import static a.b.*;`, `using a = b.c;`.
        fn addImport(scanner: *Self, at: usize) Allocator.Error!void {
            const text = scanner.text;
            var start = lexer.skipSpace(text, Names.end(text, scanner.statement.start orelse at));
            if (lexer.startsWith(text, start, "static ")) start = lexer.skipSpace(text, start + 7);
            if (start >= at) return;
            if (std.mem.indexOfScalarPos(u8, text[0..at], start, '=')) |equals| {
                start = lexer.skipSpace(text, equals + 1);
            }
            const end = lexer.trimBack(text, start, at);
            if (start >= end) return;
            const import: Span = .{ .start = @intCast(start), .end = @intCast(end) };
            try scanner.found.imports.append(scanner.found.gpa, import);
        }
    };
}

/// Literals of Java: those of C, and text blocks in three quotes.
fn javaLiteralEnd(text: []const u8, at: usize) usize {
    if (lexer.startsWith(text, at, "\"\"\"")) {
        return lexer.pastUnescapedMark("\"\"\"", text, at + 3);
    }
    return lexer.plainLiteralEnd(text, at);
}

/// Literals of C#: those of C, `@"…"` where a quote is doubled, and raw ones in three quotes or
/// more.
fn csharpLiteralEnd(text: []const u8, at: usize) usize {
    if (text[at] != '"') return lexer.plainLiteralEnd(text, at);
    const is_verbatim = at > 0 and (text[at - 1] == '@' or
        (text[at - 1] == '$' and at > 1 and text[at - 2] == '@'));
    if (!is_verbatim) {
        var quotes: usize = 0;
        while (lexer.peek(text, at + quotes) == '"') quotes += 1;
        if (quotes >= 3) return rawEnd(text, at + quotes, quotes);
        return lexer.plainLiteralEnd(text, at);
    }
    var to = lexer.find("\"", text, at + 1);
    while (to < text.len) : (to = lexer.find("\"", text, to)) {
        if (lexer.peek(text, to + 1) != '"') return to + 1;
        to += 2;
    }
    return text.len;
}

/// One past the run of at least `quotes` quotes that ends a raw literal.
fn rawEnd(text: []const u8, from: usize, quotes: usize) usize {
    var at = lexer.find("\"", text, from);
    while (at < text.len) : (at = lexer.find("\"", text, at)) {
        const start = at;
        while (lexer.peek(text, at) == '"') at += 1;
        if (at - start >= quotes) return at;
    }
    return text.len;
}

const helpers = @import("testing.zig");

test "types and members of Java" {
    try helpers.expectSymbols(.java,
        \\package a.b;
        \\import static a.b.C.*;
        \\@Deprecated(since = "{")
        \\public abstract class Foo<T extends Comparable<T>> extends Bar {
        \\  private static final Map<String, int[]> CACHE = new HashMap<>() {{ put("a", 1); }};
        \\  int field = 3;
        \\  static { init(); }
        \\  Foo(int a) { this.a = '}'; }
        \\  public <U> List<U> find(@Nullable U a) throws E { return x -> { }; }
        \\  abstract void later();
        \\  String text = """
        \\    } " \""" """;
        \\  enum Color implements I { RED(1) { void f() {} }, BLUE; int code() { return 1; } }
        \\  record Point(int x, int y) { Point { check(); } }
        \\  @interface Mark { int value() default 1; }
        \\  interface Shape { double area(); default void draw() {} }
        \\}
    ,
        \\module a.b 1-1
        \\class Foo 4-17
        \\constant Foo.CACHE 5-5
        \\method Foo.Foo 8-8
        \\method Foo.find 9-9
        \\method Foo.later 10-10
        \\enum Foo.Color 13-13
        \\method Color.code 13-13
        \\class Foo.Point 14-14
        \\method Point.Point 14-14
        \\interface Foo.Mark 15-15
        \\method Mark.value 15-15
        \\interface Foo.Shape 16-16
        \\method Shape.area 16-16
        \\method Shape.draw 16-16
    );
    try helpers.expectSpans(.java, "import a.b.C;\nimport static d.E.*;", .imports, "a.b.C|d.E.*");
}

test "types and members of C#" {
    try helpers.expectSymbols(.csharp,
        \\using System.Text;
        \\#region it's "open
        \\namespace A.B
        \\{
        \\  [Serializable, Mark("}")]
        \\  public sealed class Foo<T> : Bar, IFoo where T : class, new()
        \\  {
        \\    public int Size { get; set; } = 3;
        \\    public string Name => "}";
        \\    const string Path = @"c:\" + """" + @"""";
        \\    public Foo(int a) : base(a) { }
        \\    ~Foo() { }
        \\    (int a, int b) Pair(int c) => (c, c);
        \\    public static bool operator ==(Foo a, Foo b) { return true; }
        \\    public event EventHandler Changed;
        \\    void IFoo.Run<U>(U a) where U : struct { Go(); }
        \\    int this[int i] { get { return i; } }
        \\  }
        \\  public record struct Point(int X, int Y);
        \\  interface IFoo { void Run<U>(U a); }
        \\  enum Color { Red = 1 }
        \\  delegate void Handler(object sender);
        \\}
    ,
        \\module A.B 3-23
        \\class A.B.Foo 6-18
        \\variable Foo.Size 8-8
        \\variable Foo.Name 9-9
        \\constant Foo.Path 10-10
        \\method Foo.Foo 11-11
        \\method Foo.Foo 12-12
        \\method Foo.Pair 13-13
        \\method Foo.operator == 14-14
        \\variable Foo.Changed 15-15
        \\method Foo.Run 16-16
        \\class A.B.Point 19-19
        \\interface A.B.IFoo 20-20
        \\method IFoo.Run 20-20
        \\enum A.B.Color 21-21
        \\type A.B.Handler 22-22
    );
    const text = "\xef\xbb\xbfusing A.B;\nusing static C.D;\nusing E = F.G;\nnamespace H;\nclass I { }";
    try helpers.expectSpans(.csharp, text, .imports, "A.B|C.D|F.G");
    try helpers.expectSymbols(.csharp, text, "module H 4-5\nclass I 5-5");
}

test "literals of Java and C#" {
    const testing = std.testing;
    try testing.expectEqual(10, csharpLiteralEnd("@\"a\"\"b\\\"\"\";", 1));
    try testing.expectEqual(11, csharpLiteralEnd("\"\"\"\"a\"\"\"\"b", 0) + 2);
    try testing.expectEqual(9, javaLiteralEnd("\"\"\"\n\"a\"\"\"", 0));
}
