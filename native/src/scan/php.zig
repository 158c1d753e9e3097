//! PHP: the code between `<?php` and `?>`, with its classes, interfaces, traits, enums, functions,
//! methods and constants. The rest of a file is a page and holds none.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");
const scopes_of = @import("lexing/lexer_scopes.zig");
const types = @import("../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = lexer.Identifiers("");
const Span = types.Span;

const Word = enum {
    abstract,
    case,
    class,
    @"const",
    define,
    @"enum",
    final,
    function,
    include,
    include_once,
    interface,
    namespace,
    private,
    protected,
    public,
    readonly,
    require,
    require_once,
    static,
    trait,
    use,
};

const words = lexer.Keywords(Word);

const syntax: lexer.Syntax = .{ .has_hash_comments = true, .literalEnd = literalEnd };

const Role = enum { namespace, class, enumeration, block };
const Scopes = scopes_of.Scopes(Role);

/// What the next brace opens.
const Pending = struct { role: Role, symbol: ?u32, name: Span };

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{ .text = text, .found = found, .scopes = .init(found) };
    defer scanner.scopes.deinit();
    try scanner.run();
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: Scopes,
    at: usize = 0,
    pending: ?Pending = null,
    /// A run of modifiers and where it ends.
    lead: Span = .empty,
    /// Where the token before ended.
    last_end: usize = 0,
    /// `->`, `::` or `\` came before: what follows is no keyword.
    is_member: bool = false,

    fn run(self: *Scanner) Allocator.Error!void {
        self.at = codeStart(self.text, 0);
        while (self.at < self.text.len) try self.token();
        if (self.pending) |pending| self.endPending(pending, self.text.len);
        self.scopes.finish(self.text.len);
    }

    fn endPending(self: *Scanner, pending: Pending, end: usize) void {
        if (pending.symbol) |symbol| self.scopes.setEnd(symbol, end);
    }

    fn advance(self: *Scanner, end: usize) void {
        self.at = @min(end, self.text.len);
        self.last_end = self.at;
        self.is_member = false;
    }

    fn token(self: *Scanner) Allocator.Error!void {
        const text = self.text;
        const at = self.at;
        const byte = text[at];
        if (Names.isStart(byte)) return self.word();
        switch (byte) {
            ' ', '\t', '\r', '\n' => self.at += 1,
            '$' => self.advance(Names.end(text, at + 1)),
            '"', '\'', '`' => self.advance(literalEnd(text, at)),
            '/', '#' => {
                if (byte == '#' and lexer.peek(text, at + 1) == '[') return self.advance(at + 1);
                const end = lexer.commentEnd(syntax, text, at) orelse return self.advance(at + 1);
                const is_line = lexer.peek(text, at + 1) != '*';
                const closed = if (is_line) std.mem.indexOf(u8, text[at..end], "?>") else null;
                self.at = if (closed) |offset| at + offset else end;
                try lexer.addComment(self.found, at, self.at);
            },
            '<' => if (lexer.startsWith(text, at, "<<<"))
                self.advance(documentEnd(text, at) orelse at + 3)
            else
                self.advance(at + 1),
            '?' => if (lexer.peek(text, at + 1) == '>')
                self.advance(codeStart(text, at + 2))
            else
                self.advance(at + 1),
            '{' => {
                const pending = self.pending orelse
                    Pending{ .role = .block, .symbol = null, .name = .empty };
                self.pending = null;
                try self.scopes.push('{', pending.role, pending.symbol, pending.name);
                self.advance(at + 1);
            },
            '}' => {
                _ = self.scopes.close('{', at + 1);
                self.advance(at + 1);
            },
            ';' => {
                if (self.pending) |pending| self.endPending(pending, at + 1);
                self.pending = null;
                self.advance(at + 1);
            },
            '-', ':', '\\' => {
                const is_pair = byte != '\\' and (lexer.startsWith(text, at, "->") or
                    lexer.startsWith(text, at, "::"));
                self.advance(at + @as(usize, if (is_pair) 2 else 1));
                self.is_member = is_pair or byte == '\\';
            },
            '0'...'9' => self.advance(Names.end(text, at)),
            else => self.advance(at + 1),
        }
    }

    fn word(self: *Scanner) Allocator.Error!void {
        const start = self.at;
        const end = Names.end(self.text, start);
        const known = if (self.is_member) null else keyword(self.text[start..end]);
        const lead = self.leadStart();
        self.advance(end);
        switch (known orelse return) {
            .abstract, .final, .private, .protected, .public, .readonly, .static => {
                self.lead = .{ .start = @intCast(lead), .end = @intCast(end) };
            },
            .class => try self.class(.class, .class, lead, end),
            .trait => try self.class(.class, .class, lead, end),
            .interface => try self.class(.interface, .class, lead, end),
            .@"enum" => try self.class(.@"enum", .enumeration, lead, end),
            .function => try self.function(lead, end),
            .@"const" => try self.constant(lead, end),
            .case => if (self.role() == .enumeration) try self.name(.constant, start, end),
            .define => try self.define(start, end),
            .namespace => try self.namespace(start, end),
            .use => if (self.role() == .namespace) try self.use(end),
            .include, .include_once, .require, .require_once => try self.include(end),
        }
    }

    fn leadStart(self: *Scanner) usize {
        const is_led = !self.lead.isEmpty() and self.lead.end == self.last_end;
        return if (is_led) self.lead.start else self.at;
    }

    fn role(self: *Scanner) Role {
        return self.scopes.tagOr(.namespace);
    }

    fn class(
        self: *Scanner,
        kind: Kind,
        opens: Role,
        start: usize,
        end: usize,
    ) Allocator.Error!void {
        const text = self.text;
        const at = lexer.skipSpace(text, end);
        var given: Span = .empty;
        if (Names.startsAt(text, at)) {
            given = .{ .start = @intCast(at), .end = @intCast(Names.end(text, at)) };
        }
        const word_of = given.of(text);
        const has_name = !given.isEmpty() and !std.mem.eql(u8, word_of, "extends") and
            !std.mem.eql(u8, word_of, "implements");
        const next = lexer.peek(text, lexer.skipSpace(text, if (has_name) given.end else at));
        const is_body = next == '{' or Names.isStart(next) or next == '/' or next == '#' or
            (next == ':' and opens == .enumeration) or (next == '(' and !has_name);
        if (!is_body) return;
        if (!has_name) {
            if (kind == .class) self.pending = .{ .role = opens, .symbol = null, .name = .empty };
            if (next == '(') self.advance(try lexer.skipBlock(syntax, '(', text, at, self.found));
            return;
        }
        const symbol = try self.scopes.add(.{
            .name = given,
            .kind = kind,
            .start = @intCast(start),
            .end = given.end,
        });
        self.pending = .{ .role = opens, .symbol = symbol, .name = given };
        self.advance(given.end);
    }

    fn function(self: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const text = self.text;
        var at = lexer.skipSpace(text, end);
        if (lexer.peek(text, at) == '&') at = lexer.skipSpace(text, at + 1);
        if (!Names.startsAt(text, at)) return;
        const given: Span = .{ .start = @intCast(at), .end = @intCast(Names.end(text, at)) };
        const list = lexer.skipSpace(text, given.end);
        if (lexer.peek(text, list) != '(') return;
        const is_method = switch (self.role()) {
            .class, .enumeration => true,
            .namespace, .block => false,
        };
        const symbol = try self.scopes.add(.{
            .name = given,
            .kind = if (is_method) .method else .function,
            .start = @intCast(start),
            .end = given.end,
        });
        self.pending = .{ .role = .block, .symbol = symbol, .name = given };
        self.advance(try lexer.skipBlock(syntax, '(', text, list, self.found));
    }

    /// `const A = 1, B = 2;` and `const int A = 1;`
    fn constant(self: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const text = self.text;
        var at = lexer.skipSpace(text, end);
        for (0..2) |_| {
            const name_end = Names.end(text, at);
            const next = lexer.skipSpace(text, name_end);
            if (name_end == at) return;
            if (lexer.peek(text, next) == '=') return self.name(.constant, start, at);
            at = next;
        }
    }

    /// Lists the name at or behind `from`.
    fn name(self: *Scanner, kind: Kind, start: usize, from: usize) Allocator.Error!void {
        const at = lexer.skipSpace(self.text, from);
        if (!Names.startsAt(self.text, at)) return;
        const end = Names.end(self.text, at);
        const symbol = try self.scopes.add(.{
            .name = .{ .start = @intCast(at), .end = @intCast(end) },
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(end),
        });
        if (self.pending == null) {
            self.pending = .{ .role = .block, .symbol = symbol, .name = .empty };
        }
        self.advance(end);
    }

    /// `define('NAME', 1)`
    fn define(self: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const text = self.text;
        const list = lexer.skipBlanks(text, end);
        if (lexer.peek(text, list) != '(') return;
        const at = lexer.skipBlanks(text, list + 1);
        const quote = lexer.peek(text, at);
        if (quote != '"' and quote != '\'') return;
        const close = literalEnd(text, at);
        if (close < at + 3 or Names.end(text, at + 1) != close - 1) return;
        const symbol = try self.scopes.add(.{
            .name = .{ .start = @intCast(at + 1), .end = @intCast(close - 1) },
            .kind = .constant,
            .start = @intCast(start),
            .end = @intCast(close),
        });
        if (self.pending == null) {
            self.pending = .{ .role = .block, .symbol = symbol, .name = .empty };
        }
        self.advance(close);
    }

    fn namespace(self: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const at = lexer.skipSpace(self.text, end);
        const name_end = pathEnd(self.text, at);
        if (name_end == at or self.text[at] == '\\') return;
        const given: Span = .{ .start = @intCast(at), .end = @intCast(name_end) };
        const symbol = try self.scopes.add(.{
            .name = given,
            .kind = .module,
            .start = @intCast(start),
            .end = @intCast(name_end),
        });
        self.pending = .{ .role = .namespace, .symbol = symbol, .name = .empty };
        self.advance(name_end);
    }

    /// `use A\B as C, D\E;` and `use A\{B, C};`: a group counts as its prefix.
    fn use(self: *Scanner, end: usize) Allocator.Error!void {
        var at = lexer.skipSpace(self.text, end);
        while (Names.startsAt(self.text, at) or lexer.peek(self.text, at) == '\\') {
            const name_end = pathEnd(self.text, at);
            const next = lexer.skipSpace(self.text, name_end);
            const first = self.text[at..name_end];
            const is_kind = std.mem.eql(u8, first, "function") or
                std.mem.eql(u8, first, "const");
            if (is_kind and lexer.peek(self.text, next) != ';') {
                at = next;
                continue;
            }
            try self.found.imports.append(self.found.gpa, .{
                .start = @intCast(at),
                .end = @intCast(name_end),
            });
            at = lexer.find(",;{", self.text, next);
            if (lexer.peek(self.text, at) == '{') {
                at = try lexer.skipBlock(syntax, '{', self.text, at, self.found);
            }
            if (lexer.peek(self.text, at) != ',') break;
            at = lexer.skipSpace(self.text, at + 1);
        }
        self.advance(@max(at, end));
    }

    /// How far behind `require` the path is looked for: `__DIR__ . '/a.php'`.
    const max_expression = 128;

    fn include(self: *Scanner, end: usize) Allocator.Error!void {
        const window = self.text[0..@min(self.text.len, end + max_expression)];
        const at = lexer.find("'\";", window, end);
        if (at >= window.len or window[at] == ';') return;
        const close = literalEnd(self.text, at);
        if (close < at + 3) return;
        try self.found.imports.append(self.found.gpa, .{
            .start = @intCast(at + 1),
            .end = @intCast(close - 1),
        });
        self.advance(close);
    }
};

/// Keywords are the same in capitals.
fn keyword(text: []const u8) ?Word {
    if (words.get(text)) |known| return known;
    var lower: [16]u8 = undefined;
    if (text.len > lower.len or !std.ascii.isUpper(text[0])) return null;
    const known = words.get(std.ascii.lowerString(&lower, text)) orelse return null;
    return switch (known) {
        // Names of classes in capitals are more likely than these words in capitals.
        .@"enum", .use, .case, .static, .readonly, .include, .require => null,
        else => known,
    };
}

/// Where the code after the next opening tag starts.
fn codeStart(text: []const u8, from: usize) usize {
    var at = from;
    while (at < text.len) {
        at = lexer.pastMark(text, at, "<?");
        if (lexer.startsWith(text, at, "php")) return at + 3;
        if (lexer.startsWith(text, at, "=")) return at + 1;
        if (!lexer.startsWith(text, at, "xml")) return at;
    }
    return text.len;
}

fn literalEnd(text: []const u8, at: usize) usize {
    return switch (text[at]) {
        '"' => lexer.quoteEnd('"', .many, text, at),
        '\'' => lexer.quoteEnd('\'', .many, text, at),
        else => lexer.quoteEnd('`', .many, text, at),
    };
}

/// One past the name in a namespace: `A\B`.
fn pathEnd(text: []const u8, at: usize) usize {
    var end = at;
    while (end < text.len and (Names.isPart(text[end]) or text[end] == '\\')) end += 1;
    return end;
}

/// One past the closing mark of the here-document at `at` (`<<<A`, `<<<'A'`, `<<<"A"`), or null.
fn documentEnd(text: []const u8, at: usize) ?usize {
    var start = lexer.skipBlanks(text, at + 3);
    const quote = lexer.peek(text, start);
    if (quote == '"' or quote == '\'') start += 1;
    const end = Names.end(text, start);
    if (end == start) return null;
    const mark = text[start..end];
    var line = lexer.nextLine(text, end);
    while (line < text.len) : (line = lexer.nextLine(text, line)) {
        const first = lexer.skipBlanks(text, line);
        if (!lexer.startsWith(text, first, mark)) continue;
        if (!Names.isPart(lexer.peek(text, first + mark.len))) return first + mark.len;
    }
    return text.len;
}

const helpers = @import("testing.zig");

test "classes, functions and constants" {
    try helpers.expectSymbols(.php,
        \\<html>function no() {}<?php
        \\namespace A\B;
        \\use C\D, E as F; use function g\h;
        \\/** class No */
        \\#[Attr(x: 1)]
        \\abstract class K extends L implements M {
        \\    use T { a as b; }
        \\    public const int MAX = 3;
        \\    abstract protected function &m(array $a = ['x' => "}"]): ?int;
        \\    public static function class(): self { $f = function () use ($x) { return fn() => 1; };
        \\    }
        \\}
        \\interface I { function i(); }
        \\trait T { private $p = "{$a["}"]}"; }
        \\enum Suit: string { case Hearts = 'H'; const X = self::Hearts; }
        \\function f() { $x = new class(1) extends K { function inner() {} }; return K::class; }
        \\define('GLOBAL_ONE', 1);
        \\
    ,
        \\module A\B 2-2
        \\class K 6-12
        \\constant K.MAX 8-8
        \\method K.m 9-9
        \\method K.class 10-11
        \\interface I 13-13
        \\method I.i 13-13
        \\class T 14-14
        \\enum Suit 15-15
        \\constant Suit.Hearts 15-15
        \\constant Suit.X 15-15
        \\function f 16-16
        \\method f.inner 16-16
        \\constant GLOBAL_ONE 17-17
    );
}

test "documents, comments and pages hide what is in them" {
    const text =
        \\<?php
        \\require_once __DIR__ . '/a.php';
        \\use X\{Y, Z};
        \\$a = <<<EOT
        \\function no() {
        \\  EOT . 'function no2() {'; # c ?>
        \\function no3() {}
        \\<?= $b ?>
        \\<?php function yes() {} // d
    ;
    try helpers.expectSymbols(.php, text, "function yes 9-9");
    try helpers.expectSpans(.php, text, .imports, "/a.php|X\\");
    try helpers.expectSpans(.php, text, .comments, "# c |// d");
}
