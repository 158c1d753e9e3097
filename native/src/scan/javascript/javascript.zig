//! TypeScript and JavaScript, with and without JSX: one pass over the tokens that knows in which
//! kind of bracket it stands. Function bodies are read as well, for the functions, classes and
//! methods in them; of variables only those at the top and those bound to a function are listed.
const std = @import("std");
const imports = @import("javascript_imports.zig");
const lexer = @import("../lexing/lexer.zig");
const members = @import("javascript_members.zig");
const jsx = @import("javascript_jsx.zig");
const scan = @import("../scan.zig");
const scopes_of = @import("../lexing/lexer_scopes.zig");
const types = @import("javascript_types.zig");
const base = @import("../../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = base.Kind;
const Span = base.Span;
const Names = types.Names;

pub const Dialect = struct {
    has_types: bool,
    has_jsx: bool,

    pub const typescript: Dialect = .{ .has_types = true, .has_jsx = false };
    pub const tsx: Dialect = .{ .has_types = true, .has_jsx = true };
    pub const javascript: Dialect = .{ .has_types = false, .has_jsx = true };
};

pub const Role = enum {
    /// The text itself and the bodies of namespaces.
    top,
    block,
    class,
    interface,
    enumeration,
    object,
    paren,
    /// The parentheses of `if`, `while`, `for` and `with`: behind them a statement starts.
    condition,
    bracket,
    template,
    jsx_tag,
    jsx_children,
};

/// What is known of a bracket that is open.
pub const State = struct {
    role: Role,
    /// In a class or an object: behind the `=` or `:` of a member.
    is_value: bool = false,
    /// The symbol that the running statement or member defines.
    statement: ?u32 = null,
    /// What a running `const`, `let` or `var` declares.
    declares: ?Kind = null,
    /// Behind `case` or `default`, before its colon.
    is_case: bool = false,
    /// An object that has a name, is exported or returned: its arrow functions are methods. Those of
    /// an object that is only handed over are not.
    is_exposed: bool = false,
};

pub const Scopes = scopes_of.Scopes(State);

/// The token before.
const Previous = struct {
    end: usize = 0,
    /// An operand is complete: a `/` divides, a `<` compares.
    is_operand: bool = false,
    /// A statement may be complete: a new line ends it.
    is_complete: bool = false,
    is_dot: bool = false,
    /// A brace behind it opens an object, not a block.
    opens_object: bool = false,
};

pub const Word = enum {
    abstract,
    as,
    async,
    await,
    case,
    class,
    @"const",
    declare,
    default,
    delete,
    do,
    @"else",
    @"enum",
    @"export",
    extends,
    finally,
    @"for",
    function,
    global,
    @"if",
    import,
    in,
    instanceof,
    interface,
    let,
    module,
    namespace,
    new,
    require,
    @"return",
    satisfies,
    @"switch",
    throw,
    @"try",
    type,
    typeof,
    @"var",
    void,
    @"while",
    with,
    yield,
};

const words = lexer.Keywords(Word);

pub fn scanText(dialect: Dialect, text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .dialect = dialect,
        .found = found,
        .reader = .{ .text = text, .found = found },
        .scopes = .init(found),
    };
    defer scanner.scopes.deinit();
    try scanner.run();
}

/// What a name is bound to; the token at `at` gets the name when the scanner comes to it.
pub const Bound = struct {
    at: usize,
    name: Span,
};

pub const Scanner = struct {
    text: []const u8,
    dialect: Dialect,
    found: *Found,
    reader: types.Reader,
    scopes: Scopes,
    at: usize = 0,
    previous: Previous = .{},
    /// A new line stands between the token before and this one.
    is_new_line: bool = false,
    /// A run of modifiers (`export default async`) and where it ends.
    lead: Span = .empty,
    bound: ?Bound = null,
    /// The end of a line that is known to hold no regular expression.
    no_regex_before: usize = 0,

    fn run(self: *Scanner) Allocator.Error!void {
        try self.scopes.push(0, .{ .role = .top }, null, .empty);
        if (lexer.startsWith(self.text, 0, "#!")) {
            self.at = lexer.lineEnd(self.text, 0);
            try lexer.addComment(self.found, 0, self.at);
        }
        while (self.at < self.text.len) {
            switch (self.state().role) {
                .template => try self.templateText(),
                .jsx_tag => try jsx.tag(self),
                .jsx_children => try jsx.children(self),
                else => try self.token(),
            }
        }
        while (self.scopes.top()) |scope| {
            self.endStatementOf(&scope.tag, self.previous.end);
            _ = self.scopes.pop(self.text.len);
        }
    }

    /// The innermost bracket; that of the whole text is never closed.
    pub fn state(self: *Scanner) *State {
        return &self.scopes.list.items[self.scopes.list.items.len - 1].tag;
    }

    pub fn skipTrivia(self: *Scanner, at: usize) Allocator.Error!usize {
        return self.reader.skipTrivia(at);
    }

    /// Goes on behind a token that ends at `end`.
    pub fn advance(self: *Scanner, end: usize, is_operand: bool) void {
        self.at = @min(end, self.text.len);
        self.previous = .{
            .end = self.at,
            .is_operand = is_operand,
            .is_complete = is_operand,
            .opens_object = !is_operand and switch (self.text[self.at - 1]) {
                '=', '(', ',', '[', '?', '|', '&', '!', '+', '.', '<', ':' => true,
                else => false,
            },
        };
    }

    fn token(self: *Scanner) Allocator.Error!void {
        const start = try self.skipTrivia(self.at);
        if (start >= self.text.len) {
            self.at = start;
            return;
        }
        const before = self.text[self.at..start];
        self.is_new_line = before.len > 0 and std.mem.indexOfScalar(u8, before, '\n') != null;
        self.at = start;
        const current = self.state();
        switch (current.role) {
            .interface, .enumeration => return members.ofType(self),
            .class => if (!current.is_value or self.endsByNewLine()) return members.ofClass(self),
            .object => if (!current.is_value) return members.ofObject(self),
            else => {},
        }
        if (Names.isPart(self.text[start])) return self.word();
        try self.mark();
    }

    /// Whether the new line before the token at hand ends the statement or member before it.
    fn endsByNewLine(self: *Scanner) bool {
        if (!self.is_new_line or !self.previous.is_complete) return false;
        const byte = self.text[self.at];
        if (byte == '@' or byte == '#') return true;
        if (!Names.isStart(byte)) return false;
        const known = words.get(self.text[self.at..Names.end(self.text, self.at)]);
        return switch (known orelse return true) {
            .in, .instanceof, .as, .satisfies, .extends => false,
            else => true,
        };
    }

    pub fn endStatement(self: *Scanner, end: usize) void {
        self.endStatementOf(self.state(), end);
    }

    fn endStatementOf(self: *Scanner, current: *State, end: usize) void {
        if (current.statement) |symbol| self.scopes.setEnd(symbol, end);
        current.statement = null;
        current.declares = null;
        if (current.role == .class) current.is_value = false;
    }

    /// Punctuation, literals and numbers.
    fn mark(self: *Scanner) Allocator.Error!void {
        const at = self.at;
        const byte = self.text[at];
        switch (byte) {
            '"', '\'' => self.advance(lexer.plainLiteralEnd(self.text, at), true),
            '`' => {
                try self.scopes.push('`', .{ .role = .template }, null, .empty);
                self.advance(at + 1, false);
            },
            '/' => self.slash(),
            '{' => try self.openBrace(),
            '(' => try self.open(.paren),
            '[' => try self.open(.bracket),
            '}', ')', ']' => self.close(),
            '<' => try self.angle(),
            ';' => {
                self.endStatement(at + 1);
                self.advance(at + 1, false);
            },
            ',' => try self.comma(),
            ':' => {
                self.advance(at + 1, false);
                if (self.state().is_case) self.previous.opens_object = false;
                self.state().is_case = false;
            },
            '=' => try self.equals(),
            '+', '-' => {
                const is_double = lexer.peek(self.text, at + 1) == byte;
                const is_operand = is_double and self.previous.is_operand;
                self.advance(at + @as(usize, if (is_double) 2 else 1), is_operand);
            },
            '.' => {
                const is_spread = lexer.startsWith(self.text, at, "...");
                self.advance(at + @as(usize, if (is_spread) 3 else 1), false);
                self.previous.is_dot = !is_spread;
            },
            '!' => self.advance(at + 1, self.previous.is_operand and
                lexer.peek(self.text, at + 1) != '='),
            else => self.advance(at + 1, false),
        }
    }

    fn slash(self: *Scanner) void {
        if (self.previous.is_operand) return self.advance(self.at + 1, false);
        if (self.at < self.no_regex_before) return self.advance(self.at + 1, false);
        switch (regexEnd(self.text, self.at)) {
            .end => |end| self.advance(end, true),
            .none_before => |line_end| {
                self.no_regex_before = line_end;
                self.advance(self.at + 1, false);
            },
        }
    }

    fn open(self: *Scanner, role: Role) Allocator.Error!void {
        try self.scopes.push(self.text[self.at], .{ .role = role }, null, .empty);
        self.advance(self.at + 1, false);
    }

    fn openBrace(self: *Scanner) Allocator.Error!void {
        var name: Span = .empty;
        const before = self.text[0..self.previous.end];
        var is_exposed = std.mem.endsWith(u8, before, "return") or
            std.mem.endsWith(u8, before, "export default");
        if (self.takeBound()) |bound| {
            name = bound.name;
            is_exposed = true;
        }
        const role: Role = if (self.previous.opens_object) .object else .block;
        try self.scopes.push('{', .{ .role = role, .is_exposed = is_exposed }, null, name);
        self.advance(self.at + 1, false);
    }

    pub fn takeBound(self: *Scanner) ?Bound {
        const bound = self.bound orelse return null;
        if (bound.at != self.at) return null;
        self.bound = null;
        return bound;
    }

    /// Closes the innermost bracket of the kind that ends here.
    pub fn close(self: *Scanner) void {
        const opener: u8 = switch (self.text[self.at]) {
            '}' => '{',
            ')' => '(',
            else => '[',
        };
        self.endStatement(self.previous.end);
        const closed = self.scopes.close(opener, self.at + 1);
        const role = if (closed) |scope| scope.tag.role else .block;
        self.advance(self.at + 1, switch (role) {
            .paren, .bracket, .object => true,
            else => false,
        });
        self.previous.is_complete = role != .condition;
    }

    fn angle(self: *Scanner) Allocator.Error!void {
        if (self.previous.is_operand) return self.advance(self.at + 1, false);
        if (self.dialect.has_jsx and jsx.startsAt(self.text, self.at, self.dialect.has_types)) {
            return jsx.open(self);
        }
        const end = if (self.dialect.has_types)
            try self.reader.skipAngles(self.at)
        else
            null;
        self.advance(end orelse self.at + 1, false);
    }

    fn comma(self: *Scanner) Allocator.Error!void {
        const current = self.state();
        const declares = current.declares;
        const at = self.at;
        // `a = new Map<string, T>()`: members of classes are not parted by commas.
        if (current.role == .class) return self.advance(at + 1, false);
        if (current.role == .object) current.is_value = false;
        self.endStatement(at);
        self.advance(at + 1, false);
        if (declares) |kind| {
            const next = try self.skipTrivia(at + 1);
            try self.declarator(kind, next, next);
        }
    }

    fn equals(self: *Scanner) Allocator.Error!void {
        const at = self.at;
        switch (lexer.peek(self.text, at + 1)) {
            '=' => return self.advance(at + 2, false),
            '>' => return self.advance(at + 2, false),
            else => {},
        }
        const is_assignment = self.previous.is_operand and self.previous.end > 0;
        const name_end = self.previous.end;
        self.advance(at + 1, false);
        if (is_assignment) try members.assignment(self, name_end);
    }

    fn word(self: *Scanner) Allocator.Error!void {
        const start = self.at;
        const end = Names.end(self.text, start);
        const is_property = self.previous.is_dot;
        const known = if (is_property) null else words.get(self.text[start..end]);
        if (self.endsByNewLine()) self.endStatement(self.previous.end);
        const keyword = known orelse return self.plainName(start, end);
        switch (keyword) {
            .@"export", .default, .declare, .abstract, .async => try self.modifier(keyword, end),
            .function => try members.function(self, self.leadStart(), end),
            .class => try members.class(self, self.leadStart(), end),
            .@"const", .let, .@"var" => try self.declaration(keyword, end),
            .import => try imports.ofImport(self, end),
            .require => try imports.ofRequire(self, end),
            .interface, .@"enum", .type, .namespace, .module, .global => {
                if (self.dialect.has_types and try members.declaredType(self, keyword, end)) return;
                self.advance(end, true);
            },
            .@"if", .@"for", .@"while", .with, .@"switch" => try self.control(keyword, end),
            .as, .satisfies => try self.typeOperand(end),
            .@"else", .do, .@"try", .finally => self.advance(end, false),
            .case => {
                self.state().is_case = true;
                self.operator(end);
            },
            else => self.operator(end),
        }
    }

    fn plainName(self: *Scanner, start: usize, end: usize) void {
        const before = if (self.previous.end == 0) ';' else self.text[self.previous.end - 1];
        self.advance(end, true);
        const is_statement = switch (before) {
            ';', '{', '}', ')', '*', '/' => true,
            else => self.is_new_line,
        };
        if (!is_statement or start == 0) return;
        switch (self.state().role) {
            .top, .block => {},
            else => return,
        }
        // A label: the brace behind it opens a block.
        if (lexer.peek(self.text, lexer.skipBlanks(self.text, end)) != ':') return;
        self.advance(lexer.skipBlanks(self.text, end) + 1, false);
        self.previous.opens_object = false;
    }

    /// `x as Type` and `x satisfies Type`.
    fn typeOperand(self: *Scanner, end: usize) Allocator.Error!void {
        if (!self.dialect.has_types or !self.previous.is_operand) return self.advance(end, true);
        self.advance(try self.reader.skipType(end), true);
    }

    /// A word behind which an operand is due.
    fn operator(self: *Scanner, end: usize) void {
        self.advance(end, false);
        self.previous.opens_object = true;
    }

    /// Where the statement at hand starts, its modifiers included.
    pub fn leadStart(self: *Scanner) usize {
        const is_led = self.lead.end == self.previous.end and !self.lead.isEmpty();
        return if (is_led) self.lead.start else self.at;
    }

    fn modifier(self: *Scanner, keyword: Word, end: usize) Allocator.Error!void {
        const start = self.leadStart();
        if (keyword == .default and self.state().role != .top) self.state().is_case = true;
        self.operator(end);
        self.lead = .{ .start = @intCast(start), .end = @intCast(end) };
        if (keyword != .@"export") {
            self.previous.is_operand = keyword == .async;
            return;
        }
        try imports.ofExport(self, end);
    }

    pub fn isWord(self: *Scanner, at: usize, what: []const u8) bool {
        if (!lexer.startsWith(self.text, at, what)) return false;
        return Names.end(self.text, at) == at + what.len;
    }

    fn control(self: *Scanner, keyword: Word, end: usize) Allocator.Error!void {
        var list = try self.skipTrivia(end);
        if (keyword == .@"for" and self.isWord(list, "await")) {
            list = try self.skipTrivia(list + "await".len);
        }
        if (lexer.peek(self.text, list) != '(') return self.advance(end, true);
        self.at = list;
        try self.open(.condition);
    }

    fn declaration(self: *Scanner, keyword: Word, end: usize) Allocator.Error!void {
        const start = self.leadStart();
        const next = try self.skipTrivia(end);
        if (keyword == .@"const" and self.isWord(next, "enum")) {
            self.operator(end);
            self.lead = .{ .start = @intCast(start), .end = @intCast(end) };
            return;
        }
        self.advance(end, false);
        try self.declarator(if (keyword == .@"const") .constant else .variable, start, next);
    }

    /// One name, or one pattern, of a declaration.
    fn declarator(self: *Scanner, kind: Kind, start: usize, at: usize) Allocator.Error!void {
        const current = self.state();
        const is_top = current.role == .top;
        const byte = lexer.peek(self.text, at);
        if (byte == '{' or byte == '[') {
            const end = try self.reader.skipBracket(at);
            if (is_top) try members.pattern(self, kind, start, at, end);
            current.declares = kind;
            return self.advance(end, true);
        }
        if (!Names.isStart(byte)) return;
        const end = Names.end(self.text, at);
        const name: Span = .{ .start = @intCast(at), .end = @intCast(end) };
        current.declares = kind;
        self.advance(end, true);
        var next = try self.skipTrivia(end);
        if (self.dialect.has_types and lexer.peek(self.text, next) == '!') next += 1;
        if (self.dialect.has_types and lexer.peek(self.text, next) == ':') {
            const type_end = try self.reader.skipType(next + 1);
            self.advance(type_end, true);
            next = try self.skipTrivia(type_end);
        }
        const has_value = lexer.peek(self.text, next) == '=' and
            lexer.peek(self.text, next + 1) != '>';
        if (has_value) self.advance(next + 1, false);
        try members.bind(self, .{
            .name = name,
            .start = start,
            .value = if (has_value) try self.skipTrivia(next + 1) else self.text.len,
            .kind_of_function = .function,
            .kind_of_value = if (is_top) kind else null,
        });
    }

    fn templateText(self: *Scanner) Allocator.Error!void {
        var to = lexer.find("`\\$", self.text, self.at);
        while (to < self.text.len) : (to = lexer.find("`\\$", self.text, @min(to, self.text.len))) {
            switch (self.text[to]) {
                '\\' => to += 2,
                '`' => {
                    _ = self.scopes.close('`', to + 1);
                    return self.advance(to + 1, true);
                },
                else => {
                    if (lexer.peek(self.text, to + 1) != '{') {
                        to += 1;
                        continue;
                    }
                    try self.scopes.push('{', .{ .role = .bracket }, null, .empty);
                    return self.advance(to + 2, false);
                },
            }
        }
        self.at = self.text.len;
    }
};

const Regex = union(enum) {
    /// One past the regular expression and its flags.
    end: usize,
    /// The slash divides, and so do the others of its line.
    none_before: usize,
};

fn regexEnd(text: []const u8, at: usize) Regex {
    var is_class = false;
    var to = at + 1;
    while (to < text.len) : (to += 1) switch (text[to]) {
        '\\' => to += 1,
        '[' => is_class = true,
        ']' => is_class = false,
        '\n' => break,
        '/' => if (!is_class) return .{ .end = Names.end(text, to + 1) },
        else => {},
    };
    return .{ .none_before = @min(to, text.len) };
}

const helpers = @import("../testing.zig");

test "functions by every way to a name" {
    try helpers.expectSymbols(.javascript,
        \\export default async function a() { function b() {} }
        \\const c = async (x, { y }) => { const local = 1; function d() {} },
        \\  e = function () {}, f = 1;
        \\let { g, h: [i] = [], ...j } = k
        \\exports.l = function m() {};
        \\A.prototype.n = x => x;
        \\A.prototype = { o() {} };
        \\module.exports = { p, q: () => 1, 'r-s': function () {}, get t() { return 1; } };
        \\use(function named() {}, { u() {}, no: () => {} }, () => {});
        \\exports.v = 1
        \\A.prototype.w = B.prototype.x = () => y; delete A.prototype.no
        \\var z = 1, prototype.aa = () => z
        \\
    ,
        \\function a 1-1
        \\function a.b 1-1
        \\function c 2-2
        \\function c.d 2-2
        \\function e 3-3
        \\constant f 3-3
        \\variable g 4-4
        \\variable i 4-4
        \\variable j 4-4
        \\function l 5-5
        \\function m 5-5
        \\method A.n 6-6
        \\method A.o 7-7
        \\method q 8-8
        \\method r-s 8-8
        \\method t 8-8
        \\function named 9-9
        \\method u 9-9
        \\variable v 10-10
        \\variable A.w 11-11
        \\method B.x 11-11
        \\variable z 12-12
        \\variable prototype 12-12
    );
}

test "classes and their members" {
    try helpers.expectSymbols(.typescript,
        \\@Component({ selector: 'x' })
        \\export abstract class A<T extends { a: 1 }> extends mixin(B)<T> implements C {
        \\  private readonly map = new Map<string, () => void>()
        \\  handler = (e: E): void => {
        \\  }
        \\  static { init(); }
        \\  constructor(private x = {}) { super() }
        \\  get size(): number { return this.map.size / 2 }
        \\  f(a: string): void;
        \\  f(a: any) { return class { inner() {} } }
        \\  abstract g?(): { h: 1 };
        \\  async *#i() {} @Deco() ['j k']() {}
        \\  [Symbol.iterator]() {}
        \\}
        \\const D = class extends A { k() {} }
    ,
        \\class A 2-14
        \\method A.handler 4-5
        \\method A.constructor 7-7
        \\method A.size 8-8
        \\method A.f 9-9
        \\method A.f 10-10
        \\method f.inner 10-10
        \\method A.g 11-11
        \\method A.i 12-12
        \\method A.j k 12-12
        \\class D 15-15
        \\method D.k 15-15
    );
}

test "types, enums, namespaces and declarations without a body" {
    try helpers.expectSymbols(.typescript,
        \\interface I<T> extends J { a: { no(): void }; b?<U>(x: U): T; (y: T): I<T>; new (): I<T> }
        \\type K = { no(): void } | (() => void)
        \\export declare const enum E { A = 1, 'B' = "x".length, C = f({ d: 1 }) }
        \\namespace N.M { export const x = y as const
        \\  export function f(): asserts x is string }
        \\declare module 'm' { function g(): void; let h: number }
        \\declare global { var i: string }
        \\type = 1; interface; module.exports; namespace = { j() {} }
    ,
        \\interface I 1-1
        \\method I.b 1-1
        \\type K 2-2
        \\enum E 3-3
        \\constant E.A 3-3
        \\constant E.B 3-3
        \\constant E.C 3-3
        \\module N.M 4-5
        \\constant N.M.x 4-4
        \\function N.M.f 5-5
        \\module m 6-6
        \\function m.g 6-6
        \\variable m.h 6-6
        \\module global 7-7
        \\variable global.i 7-7
        \\method namespace.j 8-8
    );
}

test "literals and tags hide what is in them" {
    const text =
        \\const a = b / c; const r = /[/"`]function no() {}/g, s = `x${`${{ no: 1 }}function no() {}`}`
        \\if (x) /'/.test(y); label: { if (z) {} } switch (w) { case 1: { while (x) {} } }
        \\const App = () => <A b="{" c={() => { function d() {} }}>it's {/* c */} <B<string> /> // no
        \\  <>{list.map(x => <li key={x}>"</li>)}</>
        \\</A>
        \\const g = <T,>(t: T) => t
        \\function last() {}
    ;
    try helpers.expectSymbols(.tsx, text,
        \\constant a 1-1
        \\constant r 1-1
        \\constant s 1-1
        \\function App 3-5
        \\function d 3-3
        \\function g 6-6
        \\function last 7-7
    );
    try helpers.expectSpans(.tsx, text, .comments, "/* c */");
}
