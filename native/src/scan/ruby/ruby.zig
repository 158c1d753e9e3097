//! Ruby: classes, modules, methods, accessors and constants. Blocks end with `end`, and whether a
//! word opens one depends on what stands before it (`x if y` opens none), so tokens are read one by
//! one; the indentation of lines puts right what a misread literal brings out of step.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const literals = @import("ruby_literals.zig");
const scan = @import("../scan.zig");
const scopes_of = @import("../lexing/lexer_scopes.zig");
const types = @import("../../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const Word = enum {
    alias,
    alias_method,
    @"and",
    attr,
    attr_accessor,
    attr_reader,
    attr_writer,
    begin,
    case,
    class,
    def,
    do,
    @"else",
    elsif,
    end,
    ensure,
    @"for",
    @"if",
    in,
    module,
    not,
    @"or",
    require,
    require_relative,
    rescue,
    then,
    unless,
    until,
    when,
    @"while",
};

const words = lexer.Keywords(Word);

const State = struct {
    is_definition: bool,
    is_method: bool = false,
    /// Of the line it starts on.
    indent: usize,
};

const Scopes = scopes_of.Scopes(State);

/// After so many texts without an end, none is looked for beyond its line.
const max_unclosed = 8;

/// All blocks end alike.
const opener = 'e';

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .lines = .{ .text = text },
    };
    defer scanner.scopes.deinit();
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: Scopes,
    lines: lexer.LineEnds,
    at: usize = 0,
    line: usize = 0,
    /// Before this token an operand is complete: `/` divides, `if` is a modifier.
    is_operand: bool = false,
    /// No token came before on this line.
    is_first: bool = true,
    /// `while`, `until` and `for` have a `do` of their own.
    owns_do: bool = false,
    documents: literals.Documents = .{},
    /// Texts that were never closed: read to the end of their line.
    unclosed: usize = 0,
    /// The slashes before it end no regular expression, so that none starts one either.
    no_regex_before: usize = 0,

    fn run(self: *Scanner) Allocator.Error!void {
        try self.startLine(0);
        while (self.at < self.text.len) try self.token();
        self.scopes.finish(self.text.len);
    }

    fn startLine(self: *Scanner, at: usize) Allocator.Error!void {
        const text = self.text;
        self.at = self.documents.skip(text, at);
        self.line = self.at;
        self.is_first = true;
        self.is_operand = false;
        self.owns_do = false;
        if (lexer.startsWith(text, self.at, "=begin")) {
            const end = lexer.pastMark(text, self.at, "\n=end");
            const line_end = lexer.lineEnd(text, end);
            try lexer.addComment(self.found, self.at, line_end);
            self.at = line_end;
        } else if (lexer.startsWith(text, self.at, "__END__\n")) {
            self.scopes.finish(self.at);
            self.at = text.len;
        }
    }

    fn advance(self: *Scanner, end: usize, is_operand: bool) void {
        self.at = @min(end, self.text.len);
        self.is_operand = is_operand;
        self.is_first = false;
    }

    fn token(self: *Scanner) Allocator.Error!void {
        const text = self.text;
        const at = self.at;
        const byte = text[at];
        if (Names.isStart(byte)) return self.word();
        switch (byte) {
            ' ', '\t', '\r' => self.at += 1,
            '\n' => try self.startLine(at + 1),
            '\\' => self.at += if (lexer.peek(text, at + 1) == '\n') 2 else 1,
            '#' => {
                const end = lexer.lineEnd(text, at);
                try lexer.addComment(self.found, at, end);
                self.at = end;
            },
            '"' => self.advance(self.textEnd('"', at), true),
            '`' => self.advance(self.textEnd('`', at), true),
            '\'' => self.advance(lexer.quoteEnd('\'', .many, text, at), true),
            '/', '%', '?', '<' => self.maybeLiteral(),
            ':' => self.colon(),
            ')', ']', '}' => self.advance(at + 1, true),
            '0'...'9' => self.advance(Names.end(text, at), true),
            '$' => self.advance(if (Names.startsAt(text, at + 1)) at + 1 else at + 2, true),
            '@' => self.advance(at + 1, true),
            '.' => self.dot(),
            ';' => {
                self.advance(at + 1, false);
                self.owns_do = false;
            },
            else => self.advance(at + 1, false),
        }
    }

    fn textEnd(self: *Scanner, comptime quote: u8, at: usize) usize {
        if (self.unclosed < max_unclosed) {
            if (literals.textEnd(quote, self.text, at)) |end| return end;
            self.unclosed += 1;
        }
        return lexer.quoteEnd(quote, .one, self.text, at);
    }

    /// What is a literal where an operand is due, and an operator elsewhere. Behind a name with a
    /// space before and none after, it is the first argument of a call.
    fn maybeLiteral(self: *Scanner) void {
        const text = self.text;
        const at = self.at;
        const before = if (at == 0) '\n' else text[at - 1];
        const after = lexer.peek(text, at + 1);
        const is_argument = (before == ' ' or before == '\t') and !std.ascii.isWhitespace(after) and
            after != '=';
        if (text[at] == '<') {
            if (literals.documentMark(text, at, !self.is_operand or is_argument)) |mark| {
                self.documents.add(mark);
                return self.advance(mark.end, true);
            }
        } else if (!self.is_operand or is_argument) {
            const is_known = text[at] == '/' and at < self.no_regex_before;
            if (!is_known) {
                if (literals.end(text, at)) |end| return self.advance(end, true);
                if (text[at] == '/') self.no_regex_before = at + literals.max_regex;
            }
        }
        self.advance(at + 1, false);
    }

    fn colon(self: *Scanner) void {
        const text = self.text;
        const next = self.at + 1;
        switch (lexer.peek(text, next)) {
            ':' => self.advance(next + 1, false),
            '"' => self.advance(self.textEnd('"', next), true),
            else => |byte| {
                if (!Names.isStart(byte)) return self.advance(next, false);
                self.advance(Names.end(text, next), true);
            },
        }
    }

    /// A call: what follows is no keyword.
    fn dot(self: *Scanner) void {
        const next = self.at + 1;
        if (lexer.peek(self.text, next) == '.') return self.advance(next + 1, false);
        self.advance(Names.end(self.text, next), true);
    }

    fn word(self: *Scanner) Allocator.Error!void {
        const text = self.text;
        const start = self.at;
        var end = Names.end(text, start);
        const after = lexer.peek(text, end);
        if (after == ':' and lexer.peek(text, end + 1) != ':') return self.advance(end + 1, false);
        if ((after == '?' or after == '!') and lexer.peek(text, end + 1) != '=') {
            end += 1;
            return self.advance(end, true);
        }
        const keyword = words.get(text[start..end]) orelse {
            if (std.ascii.isUpper(text[start])) try self.constant(start, end);
            return self.advance(end, true);
        };
        switch (keyword) {
            .class, .module => try self.container(keyword, start, end),
            .def => try self.method(start, end),
            .begin, .case => try self.openBlock(end),
            .do => {
                if (self.owns_do) self.advance(end, false) else try self.openBlock(end);
                self.owns_do = false;
            },
            .@"if", .unless => if (self.is_operand)
                self.advance(end, false)
            else
                try self.openBlock(end),
            .@"while", .until, .@"for" => if (self.is_operand)
                self.advance(end, false)
            else {
                try self.openBlock(end);
                self.owns_do = true;
            },
            .end => self.close(start, end),
            .attr, .attr_accessor, .attr_reader, .attr_writer => try self.symbols(start, end, true),
            .alias_method, .alias => try self.symbols(start, end, false),
            .require, .require_relative => try self.import(end),
            .@"and", .@"or", .not, .in, .then, .@"else", .elsif, .ensure, .rescue, .when => {
                self.advance(end, false);
            },
        }
    }

    fn push(self: *Scanner, given: State, symbol: ?u32, name: Span) Allocator.Error!void {
        var state = given;
        state.indent = lexer.indentOf(self.text, self.line);
        try self.scopes.push(opener, state, symbol, name);
    }

    fn openBlock(self: *Scanner, end: usize) Allocator.Error!void {
        try self.push(.{ .is_definition = false, .indent = 0 }, null, .empty);
        self.advance(end, false);
    }

    /// How far up a definition of the same indentation is looked for.
    const max_repair = 32;

    fn close(self: *Scanner, start: usize, end: usize) void {
        defer self.advance(end, true);
        if (!self.is_first) {
            _ = self.scopes.close(opener, end);
            return;
        }
        const indent = lexer.indentOf(self.text, self.line);
        const list = self.scopes.list.items;
        if (list.len == 0) return;
        const top = list[list.len - 1].tag;
        if (top.is_definition and top.indent < indent) return;
        if (top.indent != indent and self.scopes.beyond == 0) {
            var up: usize = 1;
            while (up < @min(list.len, max_repair)) : (up += 1) {
                const state = list[list.len - 1 - up].tag;
                if (!state.is_definition or state.indent != indent) continue;
                for (0..up) |_| _ = self.scopes.pop(start);
                break;
            }
        }
        _ = self.scopes.close(opener, end);
    }

    /// `class A::B < C`, `module A`, `class << self`
    fn container(self: *Scanner, keyword: Word, start: usize, end: usize) Allocator.Error!void {
        const text = self.text;
        var at = lexer.skipBlanks(text, end);
        if (lexer.startsWith(text, at, "<<")) {
            try self.push(.{ .is_definition = true, .indent = 0 }, null, .empty);
            return self.advance(at + 2, false);
        }
        if (lexer.startsWith(text, at, "::")) at += 2;
        if (!Names.startsAt(text, at) or at == end) return self.advance(end, true);
        var outer: Span = .empty;
        var name: Span = .{ .start = @intCast(at), .end = @intCast(Names.end(text, at)) };
        while (lexer.startsWith(text, name.end, "::") and Names.startsAt(text, name.end + 2)) {
            outer = name;
            name = .{ .start = name.end + 2, .end = @intCast(Names.end(text, name.end + 2)) };
        }
        self.repair();
        const symbol = try self.scopes.add(.{
            .name = name,
            .container = outer,
            .kind = if (keyword == .class) .class else .module,
            .start = @intCast(start),
            .end = name.end,
        });
        try self.push(.{ .is_definition = true, .indent = 0 }, symbol, name);
        self.advance(name.end, true);
    }

    /// A definition that starts a line no deeper than the method that is open: its `end` was missed.
    fn repair(self: *Scanner) void {
        if (!self.is_first) return;
        const indent = lexer.indentOf(self.text, self.line);
        for (0..max_repair) |_| {
            const list = self.scopes.list.items;
            var open = list.len;
            while (open > 0 and list.len - open < max_repair) : (open -= 1) {
                if (list[open - 1].tag.is_definition) break;
            }
            if (open == 0 or list.len - open >= max_repair) return;
            const state = list[open - 1].tag;
            if (!state.is_method or state.indent < indent) return;
            while (self.scopes.list.items.len >= open) _ = self.scopes.pop(self.line);
        }
    }

    /// `def a`, `def self.b`, `def C.d=(x)`, `def ==(other)`, `def e = 1`
    fn method(self: *Scanner, start: usize, keyword_end: usize) Allocator.Error!void {
        const text = self.text;
        var at = lexer.skipBlanks(text, keyword_end);
        var owner: Span = .empty;
        var end = literals.methodNameEnd(text, at);
        if (lexer.peek(text, end) == '.') {
            owner = .{ .start = @intCast(at), .end = @intCast(end) };
            at = end + 1;
            end = literals.methodNameEnd(text, at);
        }
        if (end == at) return self.advance(keyword_end, false);
        if (std.mem.eql(u8, owner.of(text), "self")) owner = .empty;
        self.repair();
        const name: Span = .{ .start = @intCast(at), .end = @intCast(end) };
        const is_top = owner.isEmpty() and self.scopes.container().isEmpty();
        const symbol = try self.scopes.add(.{
            .name = name,
            .container = owner,
            .kind = if (is_top) .function else .method,
            .start = @intCast(start),
            .end = @intCast(end),
        });
        if (literals.isEndless(text, end)) {
            self.scopes.setEnd(symbol, lexer.trimBack(text, end, self.lines.of(end)));
        } else {
            try self.push(.{ .is_definition = true, .is_method = true, .indent = 0 }, symbol, name);
        }
        self.advance(end, true);
    }

    /// The symbols behind `attr_reader` and its like, each of which is a method; or only the first.
    fn symbols(self: *Scanner, start: usize, end: usize, all: bool) Allocator.Error!void {
        const text = self.text;
        var at = end;
        if (self.is_first) while (true) {
            at = lexer.skipSpace(text, at);
            if (lexer.peek(text, at) == '(') at = lexer.skipSpace(text, at + 1);
            if (lexer.peek(text, at) != ':') break;
            const name_end = literals.methodNameEnd(text, at + 1);
            if (name_end == at + 1) break;
            _ = try self.scopes.add(.{
                .name = .{ .start = @intCast(at + 1), .end = @intCast(name_end) },
                .kind = .method,
                .start = @intCast(start),
                .end = @intCast(name_end),
            });
            at = lexer.skipBlanks(text, name_end);
            if (!all or lexer.peek(text, at) != ',') break;
            at += 1;
        };
        self.advance(@max(at, end), true);
    }

    fn import(self: *Scanner, end: usize) Allocator.Error!void {
        const text = self.text;
        var at = lexer.skipBlanks(text, end);
        if (lexer.peek(text, at) == '(') at = lexer.skipBlanks(text, at + 1);
        const quote = lexer.peek(text, at);
        if (quote == '"' or quote == '\'') {
            const close_at = lexer.plainLiteralEnd(text, at);
            if (close_at > at + 2 and text[close_at - 1] == quote) {
                try self.found.imports.append(self.found.gpa, .{
                    .start = @intCast(at + 1),
                    .end = @intCast(close_at - 1),
                });
            }
        }
        self.advance(end, true);
    }

    /// `LIMIT = 3` where no method is open.
    fn constant(self: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const text = self.text;
        if (!self.is_first) return;
        const next = lexer.skipBlanks(text, end);
        if (lexer.peek(text, next) != '=') return;
        switch (lexer.peek(text, next + 1)) {
            '=', '~', '>' => return,
            else => {},
        }
        if (self.scopes.top()) |scope| if (scope.tag.is_method) return;
        _ = try self.scopes.add(.{
            .name = .{ .start = @intCast(start), .end = @intCast(end) },
            .kind = .constant,
            .start = @intCast(start),
            .end = @intCast(lexer.trimBack(text, end, self.lines.of(next))),
        });
    }
};

const helpers = @import("../testing.zig");

test "modules, classes and methods with what they stand in" {
    try helpers.expectSymbols(.ruby,
        \\module A
        \\  class B::C < D
        \\    LIMIT = 3
        \\    attr_reader :x, :y?
        \\    def self.make(a) = new(a)
        \\    def [](i)
        \\      while i < 3 do i += 1 end
        \\      return if i
        \\      x = if i then 1 else 2 end
        \\    end
        \\    class << self
        \\      def z=(v); @z = v; end
        \\    end
        \\  end
        \\end
        \\def top? = true
        \\def Other.m
        \\end
        \\
    ,
        \\module A 1-15
        \\class B.C 2-14
        \\constant C.LIMIT 3-3
        \\method C.x 4-4
        \\method C.y? 4-4
        \\method C.make 5-5
        \\method C.[] 6-10
        \\method C.z= 12-12
        \\function top? 16-16
        \\method Other.m 17-18
    );
}

test "literals hide what is in them" {
    const text =
        \\require 'set'
        \\x = <<~A + foo(<<-"B", 1) # c
        \\  def no; end
        \\  A
        \\ class No
        \\  B
        \\y = "#{h["def a; #{1} end"]} class" + %w[def x end] + %q(a (b) end)
        \\z = a / b; w = /end'"/ if x =~ /class/
        \\s = { class: 1, :end => 2, 'if' => ?" }
        \\=begin
        \\def no2; end
        \\=end
        \\def yes
        \\  foo.class.end
        \\end
        \\__END__
        \\def no3; end
    ;
    try helpers.expectSymbols(.ruby, text, "function yes 13-15");
    try helpers.expectSpans(.ruby, text, .imports, "set");
    try helpers.expectSpans(.ruby, text, .comments, "# c|=begin\ndef no2; end\n=end");
}

test "an end too few or too many spoils one method only" {
    try helpers.expectSymbols(.ruby,
        \\class A
        \\  def a
        \\    if x
        \\  end
        \\  def b
        \\    end
        \\  end
        \\end
        \\class B
        \\end
    ,
        \\class A 1-8
        \\method A.a 2-4
        \\method A.b 5-7
        \\class B 9-10
    );
}
