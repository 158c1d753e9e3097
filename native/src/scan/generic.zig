//! Languages without a scanner of their own: lines whose first words are keywords that most languages
//! share (`def`, `func`, `class`, `struct` …), or that look like the head of a function. A definition
//! reaches as far as its lines are indented deeper, with the line that closes it.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

/// Words that define what stands behind them.
const Definer = enum {
    class,
    contract,
    data,
    def,
    defdelegate,
    defguard,
    define,
    defmacro,
    defmacrop,
    defmodule,
    defn,
    defp,
    defprotocol,
    defun,
    @"enum",
    @"fn",
    fun,
    func,
    function,
    instance,
    interface,
    let,
    library,
    macro,
    message,
    method,
    mixin,
    module,
    namespace,
    newtype,
    object,
    package,
    proc,
    procedure,
    protocol,
    record,
    rpc,
    service,
    @"struct",
    sub,
    subroutine,
    trait,
    type,
    typedef,
    @"union",
    val,

    fn kind(word: Definer) ?Kind {
        return switch (word) {
            .def, .defp, .define, .defn, .defun, .@"fn", .fun, .func => .function,
            .function, .method => .function,
            .defdelegate, .proc, .procedure, .rpc, .sub, .subroutine => .function,
            .class, .contract, .data, .instance, .message, .mixin, .object, .record => .class,
            .service, .@"struct", .@"union" => .class,
            .interface, .protocol, .defprotocol, .trait => .interface,
            .defguard, .defmacro, .defmacrop, .macro => .macro,
            .defmodule, .library, .module, .namespace, .package => .module,
            .@"enum" => .@"enum",
            .newtype, .type, .typedef => .type,
            .let, .val => null,
        };
    }
};

/// Words that may stand before the one that defines.
const Modifier = enum {
    abstract,
    async,
    base,
    case,
    @"const",
    @"export",
    @"extern",
    external,
    factory,
    final,
    implicit,
    @"inline",
    internal,
    lazy,
    local,
    open,
    override,
    private,
    protected,
    @"pub",
    public,
    rec,
    sealed,
    static,
    virtual,
};

/// Words that start lines which look like the head of a function and are none.
const Control = enum {
    @"catch",
    @"else",
    elif,
    elseif,
    elsif,
    @"for",
    foreach,
    @"if",
    import,
    in,
    lock,
    loop,
    match,
    new,
    @"return",
    select,
    @"switch",
    synchronized,
    throw,
    @"try",
    unless,
    until,
    using,
    when,
    @"while",
    with,
    yield,
};

const definers = lexer.Keywords(Definer);
const modifiers = lexer.Keywords(Modifier);
const controls = lexer.Keywords(Control);

const Block = struct { indent: usize, symbol: u32, name: Span, is_type: bool };

const max_depth = 128;
/// Heads are read no further; longer lines are data.
const max_head = 512;

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found };
    defer scanner.blocks.deinit(found.gpa);
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    blocks: std.ArrayList(Block) = .empty,
    /// The end of the last line that is not empty.
    last_end: usize = 0,
    /// Between two lines with three quotes.
    text_start: ?usize = null,

    fn run(self: *Scanner) Allocator.Error!void {
        var at: usize = 0;
        while (at < self.text.len) {
            const end = lexer.lineEnd(self.text, at);
            at = try self.line(at, end);
        }
        self.close(0, false);
    }

    /// Reads one line, or a comment over several, and returns where the next one starts.
    fn line(self: *Scanner, line_start: usize, line_end: usize) Allocator.Error!usize {
        const text = self.text[0..line_end];
        const start = lexer.skipBlanks(text, line_start);
        const end = lexer.trimBack(text, start, line_end);
        if (start == end) return line_end + 1;
        const turns = std.mem.count(u8, text[start..end], "\"\"\"") % 2 == 1;
        if (self.text_start) |text_start| {
            if (!turns) return line_end + 1;
            try lexer.addComment(self.found, text_start, end);
            self.text_start = null;
            self.last_end = end;
            return line_end + 1;
        }
        if (turns) self.text_start = start;
        if (lexer.startsWith(text, start, "/*") or lexer.startsWith(text, start, "(*") or
            lexer.startsWith(text, start, "{-"))
        {
            return self.comment(start, line_end);
        }
        const indent = lexer.indentOf(text, line_start);
        const closes = isCloser(text[start..end]);
        self.close(indent, closes);
        self.last_end = end;
        if (isLineComment(text[start..end])) {
            try lexer.addComment(self.found, start, end);
        } else if (!closes) {
            try self.head(start, @min(end, start + max_head), indent);
        }
        return line_end + 1;
    }

    fn comment(self: *Scanner, start: usize, line_end: usize) Allocator.Error!usize {
        const mark = switch (self.text[start]) {
            '/' => "*/",
            '(' => "*)",
            else => "-}",
        };
        const end = lexer.pastMark(self.text, start + 2, mark);
        try lexer.addComment(self.found, start, end);
        return if (end <= line_end) line_end + 1 else end;
    }

    /// Ends the definitions that a line of this indentation is not part of. A line that closes one
    /// is its last.
    fn close(self: *Scanner, indent: usize, closes: bool) void {
        while (self.blocks.items.len > 0) {
            const block = self.blocks.items[self.blocks.items.len - 1];
            if (block.indent < indent or (closes and block.indent == indent)) return;
            const symbol = &self.found.symbols.items[block.symbol];
            symbol.end = @max(symbol.end, @as(u32, @intCast(self.last_end)));
            _ = self.blocks.pop();
        }
    }

    fn head(self: *Scanner, start: usize, end: usize, indent: usize) Allocator.Error!void {
        const text = self.text[0..end];
        var at = start;
        if (text[at] == '(') at += 1;
        const max_modifiers = 6;
        for (0..max_modifiers) |_| {
            const word_end = Names.end(text, at);
            if (word_end == at) break;
            const word = text[at..word_end];
            const next = lexer.skipBlanks(text, word_end);
            if (definers.get(word)) |definer| {
                if (next > word_end) if (try self.define(definer, start, next, end, indent)) return;
            }
            if (modifiers.get(word) == null or next == word_end) break;
            at = next;
        }
        try self.plainFunction(start, end, indent);
    }

    fn define(
        self: *Scanner,
        definer: Definer,
        start: usize,
        from: usize,
        end: usize,
        indent: usize,
    ) Allocator.Error!bool {
        const text = self.text[0..end];
        var at = from;
        // `(define (name x) …)`, `func (r *T) name()`
        if (lexer.peek(text, at) == '(') {
            if (definer != .func) at += 1 else {
                const close_at = std.mem.indexOfScalarPos(u8, text, at, ')') orelse return false;
                at = lexer.skipBlanks(text, close_at + 1);
            }
        }
        if (!Names.startsAt(text, at)) return false;
        const name = nameAt(text, at, definer);
        const next = lexer.skipBlanks(text, name.end);
        const follows = lexer.peek(text, next);
        const kind = definer.kind() orelse return false;
        const is_value = follows == '=' and lexer.peek(text, next + 1) != '>' and kind != .type and
            kind != .function and kind != .class and kind != .module;
        const is_use = follows == ',' or follows == '.' or is_value or
            (follows == ':' and lexer.peek(text, next + 1) == '=') or
            (kind == .type and follows == '(');
        if (is_use) return false;
        try self.add(name, kind, start, end, indent);
        return true;
    }

    /// `int size(List a) {` and `name = function(x)`, `name <- function(x)`, `name :: A -> B`
    fn plainFunction(self: *Scanner, start: usize, end: usize, indent: usize) Allocator.Error!void {
        const text = self.text[0..end];
        if (!Names.startsAt(text, start)) return;
        const first_end = Names.end(text, start);
        if (controls.get(text[start..first_end]) != null) return;
        const first: Span = .{ .start = @intCast(start), .end = @intCast(first_end) };
        const next = lexer.skipBlanks(text, first_end);
        const is_typed = lexer.startsWith(text, next, ":: ") and std.ascii.isLower(text[start]);
        if (indent == 0 and is_typed) {
            return self.add(first, .function, start, end, indent);
        }
        const value = if (lexer.startsWith(text, next, "<-"))
            lexer.skipBlanks(text, next + 2)
        else if (lexer.startsWith(text, next, "= "))
            lexer.skipBlanks(text, next + 2)
        else
            end;
        if (lexer.startsWith(text, value, "function")) {
            return self.add(first, .function, start, end, indent);
        }
        if (text[end - 1] != '{') return;
        const list = lexer.find("(=\"';", text, start);
        if (lexer.peek(text, list) != '(') return;
        const before = lexer.trimBack(text, start, list);
        var name_start = before;
        while (name_start > start and Names.isPart(text[name_start - 1])) name_start -= 1;
        const outer = self.blocks.getLastOrNull();
        const is_in_type = outer != null and outer.?.is_type;
        if (name_start == before or (name_start == start and !is_in_type)) return;
        if (!Names.isStart(text[name_start])) return;
        if (controls.get(text[name_start..before]) != null) return;
        if (definers.get(text[name_start..before]) != null) return;
        if (!isSignature(text[list..end])) return;
        for (text[start..name_start]) |byte| switch (byte) {
            ' ', '\t', '<', '>', ',', '[', ']', '?', '*', '&', ':', '@' => {},
            else => if (!Names.isPart(byte)) return,
        };
        const name: Span = .{ .start = @intCast(name_start), .end = @intCast(before) };
        try self.add(name, .function, start, end, indent);
    }

    fn add(
        self: *Scanner,
        name: Span,
        kind: Kind,
        start: usize,
        end: usize,
        indent: usize,
    ) Allocator.Error!void {
        const outer = self.blocks.getLastOrNull();
        const is_method = kind == .function and outer != null and outer.?.is_type;
        const symbol: u32 = @intCast(self.found.symbols.items.len);
        try self.found.symbols.append(self.found.gpa, .{
            .name = name,
            .container = if (outer) |block| block.name else .empty,
            .kind = if (is_method) .method else kind,
            .start = @intCast(start),
            .end = @intCast(@max(end, name.end)),
        });
        if (self.blocks.items.len >= max_depth) return;
        try self.blocks.append(self.found.gpa, .{
            .indent = indent,
            .symbol = symbol,
            .name = name,
            .is_type = kind == .class or kind == .interface or kind == .@"enum",
        });
    }
};

/// Whether a parameter list, and not the arguments of a call, stands before the brace at the end.
fn isSignature(text: []const u8) bool {
    var depth: usize = 0;
    const close = for (text, 0..) |byte, i| {
        if (byte == '(') depth += 1;
        if (byte == ')') depth -= 1;
        if (depth == 0) break i;
    } else return false;
    const rest = std.mem.trim(u8, text[close + 1 ..], " \t");
    const heads = [_][]const u8{ "{", "async", "sync*", "const {", "throws ", ":", "->", "=>" };
    for (heads) |head| if (std.mem.startsWith(u8, rest, head)) return true;
    return false;
}

/// The name at `at`; those of modules have dots, those of functions may end in a mark.
fn nameAt(text: []const u8, at: usize, definer: Definer) Span {
    var end = Names.end(text, at);
    const has_dots = switch (definer) {
        .defmodule, .module, .namespace, .package, .library, .defprotocol => true,
        else => false,
    };
    const has_dashes = switch (definer) {
        .defn, .defun, .defmacro, .define => true,
        else => false,
    };
    while (end < text.len) {
        const byte = text[end];
        const joins = (byte == '.' and has_dots) or (byte == '-' and has_dashes) or byte == '\'';
        if (joins and Names.isPart(lexer.peek(text, end + 1))) {
            end = Names.end(text, end + 1);
        } else if (byte == '?' or byte == '!') {
            end += 1;
            break;
        } else break;
    }
    return .{ .start = @intCast(at), .end = @intCast(end) };
}

/// A line that only closes what was opened: `}`, `end`, `);`
fn isCloser(line: []const u8) bool {
    return switch (line[0]) {
        '}', ')', ']' => true,
        'e' => std.mem.eql(u8, line, "end") or std.mem.startsWith(u8, line, "end "),
        else => false,
    };
}

fn isLineComment(line: []const u8) bool {
    const marks = [_][]const u8{ "//", "--", "#", ";", "%" };
    for (marks) |mark| if (std.mem.startsWith(u8, line, mark)) return true;
    return false;
}

const helpers = @import("testing.zig");

test "keywords that languages share" {
    try helpers.expectSymbols(.generic,
        \\package a.b
        \\sealed trait Shape {
        \\  def area(x: Int): Int = {
        \\    x
        \\  }
        \\}
        \\case class Square(a: Int)
        \\object Main:
        \\  def run() =
        \\    def inner = 1
        \\    val no = 2
        \\defmodule My.App do
        \\  defp ok?(x), do: x
        \\end
        \\# def no
        \\@doc """
        \\function in a text
        \\"""
        \\type Name = String
        \\
    ,
        \\module a.b 1-1
        \\interface Shape 2-6
        \\method Shape.area 3-5
        \\class Square 7-7
        \\class Main 8-11
        \\method Main.run 9-11
        \\function run.inner 10-10
        \\module My.App 12-14
        \\function My.App.ok? 13-13
        \\type Name 19-19
    );
}

test "heads of functions without a keyword" {
    try helpers.expectSymbols(.generic,
        \\class A extends B {
        \\  A(this.x) {
        \\  }
        \\  Future<List<int>> load(String a) async {
        \\    if (a) {
        \\    }
        \\    foo(b, () {
        \\    });
        \\    foo("x") ~> check {
        \\    }
        \\  }
        \\}
        \\area <- function(r) {
        \\}
        \\quick :: [Int] -> [Int]
        \\(defn my-fun [x] x)
        \\(define (square x) x)
        \\class.method()
        \\
    ,
        \\class A 1-12
        \\method A.A 2-3
        \\method A.load 4-11
        \\function area 13-14
        \\function quick 15-15
        \\function my-fun 16-16
        \\function square 17-17
    );
}
