//! Finds what C and C++ texts define. Outside of bodies every word is looked at and put into a
//! `Statement`; a body is only counted through from brace to brace, 64 bytes at a time. Both
//! branches of `#if … #else … #endif` are read, each from the depth that the first began with, and
//! the text after them goes on from where the first one ended.
const std = @import("std");
const lexer = @import("lexer.zig");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");
const c_text = @import("c_text.zig");
const c_statement = @import("c_statement.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = c_text.Names;
const Span = types.Span;
const Statement = c_statement.Statement;
const Word = c_statement.Word;
const keywords = lexer.Keywords(Word);

pub fn scanC(text: []const u8, found: *Found) Allocator.Error!void {
    return scanFrom(text, .{}, found);
}

pub fn scanCpp(text: []const u8, found: *Found) Allocator.Error!void {
    return scanFrom(text, .{ .is_cpp = true }, found);
}

const Mode = struct {
    is_cpp: bool = false,
    /// A brace in the first column ends every body: for texts whose braces do not match.
    trusts_columns: bool = false,
};

/// Reads the text again, at most twice, when it turns out to be another dialect or not to match.
fn scanFrom(text: []const u8, first_mode: Mode, found: *Found) Allocator.Error!void {
    var mode = first_mode;
    const symbols = found.symbols.items.len;
    const comments = found.comments.items.len;
    const imports = found.imports.items.len;
    while (true) {
        var scanner: Scanner = .{ .text = text, .found = found, .mode = mode };
        defer scanner.scopes.deinit(found.gpa);
        try scanner.run();
        if (scanner.is_other_dialect) {
            mode.is_cpp = true;
        } else if (scanner.is_unbalanced and !mode.trusts_columns) {
            mode.trusts_columns = true;
        } else break;
        found.symbols.shrinkRetainingCapacity(symbols);
        found.comments.shrinkRetainingCapacity(comments);
        found.imports.shrinkRetainingCapacity(imports);
    }
    tidy(found, symbols);
}

/// Takes out the symbols that got no name and brings the others into order.
fn tidy(found: *Found, first: usize) void {
    const symbols = found.symbols.items;
    var kept = first;
    var is_sorted = true;
    for (symbols[first..]) |symbol| {
        if (symbol.name.isEmpty()) continue;
        if (kept > first and symbols[kept - 1].start > symbol.start) is_sorted = false;
        symbols[kept] = symbol;
        kept += 1;
    }
    found.symbols.shrinkRetainingCapacity(kept);
    if (is_sorted) return;
    std.mem.sort(types.Symbol, symbols[first..kept], {}, struct {
        fn isBefore(_: void, a: types.Symbol, b: types.Symbol) bool {
            return if (a.start == b.start) a.end > b.end else a.start < b.start;
        }
    }.isBefore);
}

/// What stands in braces whose declarations are read.
const Scope = struct {
    kind: enum { namespace, linkage, tag, local },
    /// What its braces define; a namespace and a tag may have no name.
    symbol: ?u32 = null,
    name: Span = .empty,
    is_typedef: bool = false,
    is_extern: bool = false,
    /// The body around a `local` tag.
    body: u32 = 0,
    owner: Owner = .nobody,
};

/// Whose body is being skipped.
const Owner = union(enum) {
    nobody,
    function: u32,
    value,
    enumeration: u32,
};

/// Where the scanner stands between braces and parentheses.
const Depth = struct {
    scopes: u32 = 0,
    body: u32 = 0,
    parens: u32 = 0,
    owner: Owner = .nobody,
};

/// An `#if` that is open.
const Condition = struct {
    before: Depth,
    after_first: ?Depth = null,
};

const Scanner = struct {
    text: []const u8,
    found: *Found,
    mode: Mode,
    pos: usize = 0,
    statement: Statement = .{},
    depth: Depth = .{},
    scopes: std.ArrayList(Scope) = .empty,
    conditions: [max_conditions]Condition = undefined,
    condition_count: usize = 0,
    /// Where the last look-ahead for template arguments failed: none is started before it.
    no_template_before: usize = 0,
    /// One past the last byte that is no space or comment.
    token_end: usize = 0,
    is_unbalanced: bool = false,
    is_other_dialect: bool = false,

    const max_conditions = 64;

    fn run(scanner: *Scanner) Allocator.Error!void {
        if (std.mem.startsWith(u8, scanner.text, "\xef\xbb\xbf")) scanner.pos = 3;
        while (scanner.pos < scanner.text.len) {
            if (scanner.depth.parens > 0) {
                try scanner.skipParens();
            } else if (scanner.depth.body > 0) {
                try scanner.skipBody();
            } else {
                try scanner.readDeclarations();
            }
            if (scanner.is_other_dialect) return;
        }
        const is_open = scanner.depth.scopes > 0 or scanner.depth.body > 0 or scanner.depth.parens > 0;
        if (is_open) scanner.is_unbalanced = true;
        switch (scanner.depth.owner) {
            .function, .enumeration => |symbol| scanner.setEnd(symbol, scanner.text.len),
            else => {},
        }
        for (scanner.scopes.items[0..scanner.depth.scopes]) |scope| {
            if (scope.symbol) |symbol| scanner.setEnd(symbol, scanner.text.len);
        }
    }

    fn setEnd(scanner: *Scanner, symbol: u32, end: usize) void {
        scanner.found.symbols.items[symbol].end = @intCast(end);
    }

    fn slice(scanner: *const Scanner, span: Span) []const u8 {
        return span.of(scanner.text);
    }

    fn innermost(scanner: *const Scanner) ?Scope {
        if (scanner.depth.scopes == 0) return null;
        return scanner.scopes.items[scanner.depth.scopes - 1];
    }

    fn isInTag(scanner: *const Scanner) bool {
        const scope = scanner.innermost() orelse return false;
        return scope.kind == .tag or scope.kind == .local;
    }

    /// The name of the innermost scope that has one.
    fn container(scanner: *const Scanner) Span {
        var index: usize = scanner.depth.scopes;
        while (index > 0) : (index -= 1) {
            const name = scanner.scopes.items[index - 1].name;
            if (!name.isEmpty()) return name;
            if (scanner.depth.scopes - index > 8) break;
        }
        return .empty;
    }

    fn add(scanner: *Scanner, kind: Kind, name: Span, start: usize, end: usize) Allocator.Error!u32 {
        const symbols = &scanner.found.symbols;
        try symbols.append(scanner.found.gpa, .{
            .name = name,
            .container = scanner.container(),
            .kind = kind,
            .start = @intCast(start),
            .end = @intCast(end),
        });
        return @intCast(symbols.items.len - 1);
    }

    // Bodies and parentheses.

    fn skipBody(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const floor = scanner.pos;
        var finder: lexer.Finder("{}\"'/#") = .{ .text = text, .base = text.len };
        var depth = scanner.depth.body;
        var at = finder.next(floor);
        while (at < text.len) : (at = finder.next(at)) {
            switch (text[at]) {
                '{' => {
                    if (localTag(text, floor, at)) |tag| {
                        scanner.depth.body = depth;
                        scanner.pos = at + 1;
                        return scanner.openLocal(tag);
                    }
                    depth += 1;
                    at += 1;
                },
                '}' => {
                    depth -= 1;
                    at += 1;
                    if (scanner.mode.trusts_columns and scanner.endsAllAt(at - 1)) depth = 0;
                    if (depth > 0) continue;
                    scanner.pos = at;
                    scanner.depth.body = 0;
                    return scanner.closeBody();
                },
                '#' => if (c_text.isFirstOfLine(text, floor, at)) {
                    scanner.depth.body = depth;
                    scanner.pos = at;
                    const before = scanner.depth;
                    try scanner.readDirective();
                    if (!std.meta.eql(before, scanner.depth)) return;
                    at = scanner.pos;
                } else {
                    at += 1;
                },
                else => at = try scanner.skipHidden(floor, at),
            }
        }
        scanner.depth.body = depth;
        scanner.pos = text.len;
    }

    /// One past the comment or literal that opens at `at`, or `at + 1` if none does.
    fn skipHidden(scanner: *Scanner, floor: usize, at: usize) Allocator.Error!usize {
        const text = scanner.text;
        switch (text[at]) {
            '"' => return c_text.stringEnd(scanner.mode.is_cpp, text, floor, at),
            '\'' => return c_text.characterEnd(text, floor, at),
            else => {
                const end = c_text.commentEnd(text, at) orelse return at + 1;
                try lexer.addComment(scanner.found, at, end);
                return end;
            },
        }
    }

    /// Whether the brace at `at` stands in the first column, where only functions end.
    fn endsAllAt(scanner: *const Scanner, at: usize) bool {
        return at == 0 or scanner.text[at - 1] == '\n';
    }

    fn closeBody(scanner: *Scanner) void {
        const owner = scanner.depth.owner;
        scanner.depth.owner = .nobody;
        scanner.token_end = scanner.pos;
        switch (owner) {
            .nobody => scanner.statement = .{},
            .function => |symbol| {
                scanner.setEnd(symbol, scanner.pos);
                scanner.statement = .{};
            },
            .value => scanner.statement.last = .closing,
            .enumeration => |symbol| {
                scanner.setEnd(symbol, scanner.pos);
                scanner.closeTag(symbol);
            },
        }
    }

    fn closeTag(scanner: *Scanner, symbol: u32) void {
        scanner.statement.tag_symbol = symbol;
        scanner.statement.is_tag_closed = true;
        scanner.statement.nextDeclarator();
    }

    fn skipParens(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const floor = scanner.pos;
        var finder: lexer.Finder("(){}\"'/#") = .{ .text = text, .base = text.len };
        var at = finder.next(floor);
        while (at < text.len) : (at = finder.next(at)) {
            switch (text[at]) {
                '(' => {
                    scanner.depth.parens += 1;
                    at += 1;
                },
                ')' => {
                    at += 1;
                    scanner.depth.parens -= 1;
                    if (scanner.depth.parens == 0) break;
                },
                // A brace in the first column is the body of what lost its parenthesis.
                '{', '}' => if (scanner.endsAllAt(at)) {
                    scanner.is_unbalanced = true;
                    scanner.depth.parens = 0;
                    break;
                } else {
                    at += 1;
                },
                '#' => if (c_text.isFirstOfLine(text, floor, at)) {
                    scanner.pos = at;
                    const before = scanner.depth;
                    try scanner.readDirective();
                    if (!std.meta.eql(before, scanner.depth)) return;
                    at = scanner.pos;
                } else {
                    at += 1;
                },
                else => at = try scanner.skipHidden(floor, at),
            }
        }
        scanner.pos = at;
        scanner.token_end = at;
        scanner.statement.last = .closing;
    }

    // The preprocessor.

    fn readDirective(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const hash = scanner.pos;
        const word = c_text.directiveWord(text, hash);
        const Directive = enum {
            define,
            include,
            include_next,
            import,
            @"if",
            ifdef,
            ifndef,
            elif,
            elifdef,
            elifndef,
            @"else",
            endif,
        };
        const directive = lexer.Keywords(Directive).get(word.of(text));
        const from = lexer.skipBlanks(text, word.end);
        const end = try c_text.directiveEnd(scanner.mode.is_cpp, text, from, scanner.found);
        scanner.pos = end;
        switch (directive orelse return) {
            .define => {
                const name: Span = .{ .start = @intCast(from), .end = @intCast(Names.end(text, from)) };
                if (name.isEmpty()) return;
                const symbol = try scanner.add(.macro, name, hash, lexer.trimBack(text, name.end, end));
                scanner.found.symbols.items[symbol].container = .empty;
            },
            .include, .include_next, .import => try scanner.addImport(from, end),
            .@"if", .ifdef, .ifndef => {
                scanner.openCondition();
                const isDead = std.mem.eql(u8, std.mem.trim(u8, text[from..end], " \t\r"), "0");
                if (isDead) scanner.pos = c_text.deadBranchEnd(text, end);
            },
            .elif, .elifdef, .elifndef, .@"else" => scanner.switchCondition(),
            .endif => scanner.closeCondition(),
        }
    }

    fn addImport(scanner: *Scanner, from: usize, end: usize) Allocator.Error!void {
        const text = scanner.text;
        const closer: u8 = switch (lexer.peek(text, from)) {
            '<' => '>',
            '"' => '"',
            else => return,
        };
        const close = std.mem.indexOfScalarPos(u8, text[0..end], from + 1, closer) orelse return;
        const import: Span = .{ .start = @intCast(from + 1), .end = @intCast(close) };
        if (!import.isEmpty()) try scanner.found.imports.append(scanner.found.gpa, import);
    }

    fn openCondition(scanner: *Scanner) void {
        if (scanner.condition_count < max_conditions) {
            scanner.conditions[scanner.condition_count] = .{ .before = scanner.depth };
        }
        scanner.condition_count += 1;
    }

    fn condition(scanner: *Scanner) ?*Condition {
        const count = scanner.condition_count;
        if (count == 0 or count > max_conditions) return null;
        return &scanner.conditions[count - 1];
    }

    fn switchCondition(scanner: *Scanner) void {
        const open = scanner.condition() orelse return;
        if (open.after_first == null) open.after_first = scanner.depth;
        scanner.goTo(open.before);
    }

    fn closeCondition(scanner: *Scanner) void {
        if (scanner.condition()) |open| if (open.after_first) |depth| scanner.goTo(depth);
        scanner.condition_count -|= 1;
    }

    fn goTo(scanner: *Scanner, depth: Depth) void {
        if (std.meta.eql(scanner.depth, depth)) return;
        switch (scanner.depth.owner) {
            .function, .enumeration => |symbol| scanner.setEnd(symbol, scanner.pos),
            else => {},
        }
        scanner.depth = depth;
        // Scopes that were closed since and then opened anew are gone.
        scanner.depth.scopes = @min(depth.scopes, @as(u32, @intCast(scanner.scopes.items.len)));
    }

    // Declarations.

    fn readDeclarations(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        while (scanner.pos < text.len) {
            const at = scanner.pos;
            const byte = text[at];
            if (Names.isPart(byte)) {
                const end = Names.end(text, at);
                scanner.pos = end;
                if (std.ascii.isDigit(byte)) continue;
                try scanner.readWord(at, end);
                scanner.token_end = @max(end, scanner.token_end);
                if (scanner.depth.parens > 0 or scanner.is_other_dialect) return;
                continue;
            }
            switch (byte) {
                ' ', '\t', '\n', '\r', '\\', 0x0b, 0x0c, 0 => {
                    scanner.pos = at + 1;
                    continue;
                },
                '/' => if (c_text.commentEnd(text, at)) |end| {
                    try lexer.addComment(scanner.found, at, end);
                    scanner.pos = end;
                    continue;
                } else {
                    scanner.pos = at + 1;
                },
                '#' => {
                    scanner.pos = at + 1;
                    if (!c_text.isFirstOfLine(text, 0, at)) continue;
                    scanner.pos = at;
                    const before = scanner.depth;
                    try scanner.readDirective();
                    if (!std.meta.eql(before, scanner.depth)) return;
                    continue;
                },
                '"' => {
                    scanner.statement.has_string = true;
                    scanner.pos = c_text.stringEnd(scanner.mode.is_cpp, text, 0, at);
                },
                '\'' => scanner.pos = c_text.characterEnd(text, 0, at),
                else => {
                    scanner.pos = at + 1;
                    try scanner.readMark(at);
                },
            }
            scanner.token_end = @max(scanner.token_end, scanner.pos);
            if (scanner.depth.parens > 0 or scanner.depth.body > 0) return;
        }
    }

    fn readMark(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const statement = &scanner.statement;
        switch (text[at]) {
            '(' => return scanner.openParens(at),
            '{' => return scanner.openBrace(at),
            '}' => return scanner.closeBrace(at),
            ';' => return scanner.endStatement(at),
            ',' => return scanner.readComma(at),
            '=' => return scanner.readEquals(at),
            '[' => scanner.pos = bracketEnd(text, at),
            ':' => if (lexer.peek(text, at + 1) == ':') {
                scanner.pos = at + 2;
                statement.takeQualifier();
                return;
            } else if (scanner.mode.is_cpp and (statement.tag != null or statement.call != null)) {
                statement.is_behind_colon = true;
            },
            '<' => if (scanner.mode.is_cpp and !statement.is_value) return scanner.skipTemplate(at),
            '~' => if (scanner.mode.is_cpp and Names.startsAt(text, at + 1) and !statement.is_value) {
                const end = Names.end(text, at + 1);
                if (statement.start == null) statement.start = @intCast(at);
                statement.addWord(text, .{ .start = @intCast(at), .end = @intCast(end) });
                scanner.pos = end;
                return;
            },
            else => {},
        }
        statement.last = .other;
    }

    /// A word is left as the last token, for `Foo<T>::bar` and `foo<T>(`.
    fn skipTemplate(scanner: *Scanner, at: usize) void {
        if (at < scanner.no_template_before) return;
        scanner.pos = c_text.templateEnd(scanner.text, at, &scanner.no_template_before) orelse {
            scanner.statement.last = .other;
            return;
        };
    }

    fn readWord(scanner: *Scanner, start: usize, end: usize) Allocator.Error!void {
        const text = scanner.text;
        const statement = &scanner.statement;
        const span: Span = .{ .start = @intCast(start), .end = @intCast(end) };
        if (statement.start == null) {
            statement.start = span.start;
            if (!scanner.mode.is_cpp and scanner.depth.scopes == 0 and startsCpp(text, span)) {
                scanner.is_other_dialect = true;
                return;
            }
        }
        if (statement.is_value or statement.is_behind_colon) {
            statement.last = .word;
            return;
        }
        const word = keywords.get(text[start..end]) orelse return statement.addWord(text, span);
        statement.last = .type_word;
        switch (word) {
            .@"struct", .@"union", .class, .@"enum" => scanner.readTag(word, span),
            .typedef => statement.is_typedef = true,
            .@"extern" => statement.is_extern = true,
            .namespace => if (scanner.mode.is_cpp) {
                statement.is_namespace = true;
            } else statement.addWord(text, span),
            .using, .concept => if (scanner.mode.is_cpp) {
                statement.is_using = true;
            } else statement.addWord(text, span),
            .operator => if (scanner.mode.is_cpp) {
                scanner.readOperator(start, end);
            } else statement.addWord(text, span),
            .int, .char, .void, .short, .long, .float, .double, .signed, .unsigned, .bool, ._Bool, .auto => {
                statement.has_type = true;
                statement.words += 1;
                if (statement.call != null) statement.words_since_call += 1;
            },
            .constexpr, .constinit => statement.is_constexpr = true,
            .static, .@"const", .@"inline", .__inline, .__inline__, .@"volatile", .register => {},
            .restrict, .typename, .__extension__, .__always_inline => {},
            .template => if (scanner.mode.is_cpp) {
                statement.* = .{ .start = statement.start };
            } else statement.addWord(text, span),
            .consteval, .virtual, .friend, .mutable, .final, .override, .@"export" => {
                if (!scanner.mode.is_cpp) statement.addWord(text, span);
            },
            .__attribute__, .__attribute, .__declspec, .alignas, ._Alignas, .decltype, .noexcept => {
                scanner.skipArguments(end);
            },
            .throw, .explicit, .requires, .@"asm", .__asm__, .__asm, .typeof, .__typeof__ => {
                if (word == .typeof or word == .__typeof__) statement.has_type = true;
                scanner.skipArguments(end);
            },
            .static_assert, ._Static_assert => scanner.skipArguments(end),
            .public, .private, .protected => if (scanner.mode.is_cpp) {
                scanner.readLabel(end);
            } else statement.addWord(text, span),
            .@"if", .@"else", .@"for", .@"while", .do, .@"switch", .case, .@"return", .goto, .sizeof => {
                statement.is_code = true;
            },
        }
    }

    fn readTag(scanner: *Scanner, word: Word, span: Span) void {
        const statement = &scanner.statement;
        if (word == .class and !scanner.mode.is_cpp) {
            return statement.addWord(scanner.text, span);
        }
        // `enum class x`, `friend struct x`: the first word decides.
        if (statement.tag != null and statement.tag_words == 0) return;
        if (statement.isOnlyMacro(scanner.text)) {
            statement.* = .{ .start = span.start };
        } else if (statement.call != null) return;
        statement.tag = if (word == .@"enum") .@"enum" else .class;
        statement.tag_words = 0;
        statement.tag_name = .empty;
        statement.words += 1;
    }

    /// Parentheses that belong to a keyword are passed over.
    fn skipArguments(scanner: *Scanner, end: usize) void {
        const open = lexer.skipSpace(scanner.text, end);
        if (lexer.peek(scanner.text, open) != '(') return;
        scanner.pos = open + 1;
        scanner.depth.parens = 1;
    }

    fn readLabel(scanner: *Scanner, end: usize) void {
        const colon = lexer.skipBlanks(scanner.text, end);
        if (lexer.peek(scanner.text, colon) != ':') return;
        scanner.pos = colon + 1;
        scanner.statement = .{};
    }

    /// `operator==`, `operator()`, `operator bool`: all up to the parameters is the name.
    fn readOperator(scanner: *Scanner, start: usize, end: usize) void {
        const text = scanner.text;
        const longest = 80;
        const first = lexer.skipBlanks(text, end);
        const from = if (lexer.startsWith(text, first, "()")) first + 2 else first;
        const window = text[0..@min(text.len, from + longest)];
        const open = std.mem.indexOfAnyPos(u8, window, from, "(;{") orelse from;
        const to = lexer.trimBack(text, end, open);
        scanner.statement.addWord(text, .{ .start = @intCast(start), .end = @intCast(to) });
        scanner.pos = @max(to, end);
    }

    fn openParens(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const statement = &scanner.statement;
        scanner.depth.parens = 1;
        if (statement.is_value or statement.is_behind_colon or statement.is_code) return;
        if (statement.last == .word and !startsPointer(text, at, statement.is_typedef)) {
            if (!statement.isBetterCall(text)) return;
            if (statement.call) |call| if (call.words_before == 0 and call.qualifier.isEmpty()) {
                scanner.startAfterMacro(call.open);
            };
            statement.call = .{
                .name = statement.last_word,
                .qualifier = statement.qualifier,
                .open = @intCast(at),
                .words_before = statement.words - 1,
            };
            statement.words_since_call = 0;
        } else if (statement.call == null and statement.start != null and
            statement.pointer.isEmpty())
        {
            scanner.readWrapped(at);
        }
    }

    /// The statement before this word was a macro without a semicolon: it starts at the word after.
    fn startAfterMacro(scanner: *Scanner, open: u32) void {
        const text = scanner.text;
        const longest = 200;
        const window = text[0..@min(text.len, open + longest)];
        const close = std.mem.indexOfScalarPos(u8, window, open, ')') orelse return;
        const start = lexer.skipSpace(text, close + 1);
        if (Names.startsAt(text, start)) scanner.statement.start = @intCast(start);
    }

    /// `(*name)(…)`, `(*name(…))(…)` and `(name)(…)`.
    fn readWrapped(scanner: *Scanner, at: usize) void {
        const text = scanner.text;
        const statement = &scanner.statement;
        var to = at + 1;
        var is_pointer = false;
        var name: Span = .empty;
        const limit = @min(text.len, at + 200);
        while (to < limit) {
            const byte = text[to];
            if (Names.isStart(byte)) {
                const end = Names.end(text, to);
                name = .{ .start = @intCast(to), .end = @intCast(end) };
                to = end;
            } else switch (byte) {
                '*', '^', '&' => {
                    is_pointer = true;
                    to += 1;
                },
                ' ', '\t', '\n', ':' => to += 1,
                else => break,
            }
        }
        if (name.isEmpty() or to >= limit) return;
        if (keywords.get(name.of(text)) != null) return;
        if (is_pointer and (text[to] == ')' or text[to] == '[')) {
            statement.pointer = name;
        } else if (text[to] == '(' or (text[to] == ')' and !is_pointer)) {
            statement.call = .{ .name = name, .open = @intCast(to), .words_before = statement.words };
            statement.words_since_call = 0;
        }
    }

    fn openBrace(scanner: *Scanner, at: usize) Allocator.Error!void {
        const text = scanner.text;
        const statement = &scanner.statement;
        if (statement.is_value) return scanner.openBody(.value);
        if (statement.is_namespace) return scanner.openNamespace(at);
        if (statement.is_extern and statement.has_string and statement.words == 0) {
            return scanner.openScope(.{ .kind = .linkage });
        }
        if (statement.tag != null and statement.call == null and !statement.is_tag_closed) {
            return scanner.openTag(at);
        }
        if (statement.old_style) |call| if (statement.start == null) {
            statement.start = statement.old_style_start;
            statement.call = call;
            return scanner.openFunction(call, at);
        };
        if (statement.call) |call| {
            const before = if (scanner.token_end > 0) text[scanner.token_end - 1] else 0;
            const isMember = statement.is_behind_colon and (Names.isPart(before) or before == '>');
            if (isMember) return scanner.openBody(.value);
            if (!statement.is_code) return scanner.openFunction(call, at);
        }
        const isVariable = scanner.mode.is_cpp and statement.words >= 2 and !statement.is_code and
            !scanner.isInTag() and !statement.declared().isEmpty() and statement.call == null;
        if (isVariable) {
            try scanner.addVariable();
            statement.is_value = true;
            return scanner.openBody(.value);
        }
        scanner.openBody(.nobody);
    }

    fn openBody(scanner: *Scanner, owner: Owner) void {
        scanner.depth.owner = owner;
        scanner.depth.body = 1;
    }

    fn openScope(scanner: *Scanner, scope: Scope) Allocator.Error!void {
        scanner.scopes.shrinkRetainingCapacity(scanner.depth.scopes);
        try scanner.scopes.append(scanner.found.gpa, scope);
        scanner.depth.scopes += 1;
        scanner.statement = .{};
    }

    fn openNamespace(scanner: *Scanner, at: usize) Allocator.Error!void {
        const name = scanner.statement.last_word;
        if (name.isEmpty()) return scanner.openScope(.{ .kind = .namespace });
        const start = scanner.statement.start orelse name.start;
        const symbol = try scanner.add(.module, name, start, at + 1);
        try scanner.openScope(.{ .kind = .namespace, .symbol = symbol, .name = name });
    }

    fn openTag(scanner: *Scanner, at: usize) Allocator.Error!void {
        const statement = &scanner.statement;
        const kind = statement.tag orelse .class;
        const name = statement.tag_name;
        const start = statement.start orelse name.start;
        const symbol = try scanner.add(kind, name, start, at + 1);
        if (kind == .@"enum") return scanner.openBody(.{ .enumeration = symbol });
        try scanner.openScope(.{
            .kind = .tag,
            .symbol = symbol,
            .name = name,
            .is_typedef = statement.is_typedef,
            .is_extern = statement.is_extern,
        });
    }

    /// A structure within a function: its methods are read, then the body goes on.
    fn openLocal(scanner: *Scanner, tag: LocalTag) Allocator.Error!void {
        const symbol = try scanner.add(tag.kind, tag.name, tag.start, scanner.pos);
        const outer = scanner.depth;
        scanner.depth.body = 0;
        scanner.depth.owner = .nobody;
        try scanner.openScope(.{
            .kind = .local,
            .symbol = symbol,
            .name = tag.name,
            .body = outer.body,
            .owner = outer.owner,
        });
    }

    fn openFunction(scanner: *Scanner, call: c_statement.Call, at: usize) Allocator.Error!void {
        const named = scanner.nameFunction(call);
        const isMember = scanner.mode.is_cpp and scanner.isInTag();
        if (!scanner.mode.is_cpp and scanner.isInTag()) return scanner.openBody(.nobody);
        const isMethod = isMember or !named.container.isEmpty();
        const start = scanner.statement.start orelse call.name.start;
        const symbol = try scanner.add(if (isMethod) .method else .function, named.name, start, at + 1);
        if (!named.container.isEmpty()) scanner.found.symbols.items[symbol].container = named.container;
        scanner.openBody(.{ .function = symbol });
    }

    const Named = struct { name: Span, container: Span = .empty };

    /// A macro in capitals that stands alone names in its arguments what it defines:
    /// `SYSCALL_DEFINE1(close, …)` and `TEST(Suite, Case)`.
    fn nameFunction(scanner: *const Scanner, call: c_statement.Call) Named {
        const text = scanner.text;
        const macro = call.name.of(text);
        if (call.words_before > 0 or !c_statement.isUpper(macro)) {
            return .{ .name = call.name, .container = call.qualifier };
        }
        const first = argument(text, call.open + 1) orelse return .{ .name = call.name };
        if (std.mem.find(u8, macro, "TEST") == null) {
            if (std.mem.find(u8, macro, "DEFINE") != null or std.mem.find(u8, macro, "CALL") != null) {
                return .{ .name = first };
            }
            return .{ .name = call.name };
        }
        const comma = lexer.skipSpace(text, first.end);
        if (lexer.peek(text, comma) != ',') return .{ .name = first };
        const second = argument(text, comma + 1) orelse return .{ .name = first };
        return .{ .name = second, .container = first };
    }

    fn closeBrace(scanner: *Scanner, at: usize) void {
        scanner.statement = .{};
        if (scanner.depth.scopes == 0) {
            scanner.is_unbalanced = true;
            return;
        }
        scanner.depth.scopes -= 1;
        const scope = scanner.scopes.items[scanner.depth.scopes];
        if (scope.kind == .local) {
            scanner.depth.body = scope.body;
            scanner.depth.owner = scope.owner;
        }
        const symbol = scope.symbol orelse return;
        scanner.setEnd(symbol, at + 1);
        if (scope.kind != .tag) return;
        scanner.statement.start = @intCast(at);
        scanner.statement.is_typedef = scope.is_typedef;
        scanner.statement.is_extern = scope.is_extern;
        scanner.statement.tag = .class;
        scanner.closeTag(symbol);
    }

    fn endStatement(scanner: *Scanner, at: usize) Allocator.Error!void {
        const statement = &scanner.statement;
        const old_style = scanner.oldStyle();
        const old_style_start = if (statement.old_style == null)
            statement.start orelse 0
        else
            statement.old_style_start;
        if (statement.is_value) {
            if (statement.symbol) |symbol| scanner.setEnd(symbol, at + 1);
        } else if (statement.is_typedef) {
            try scanner.addType(at + 1);
        } else if (old_style == null) {
            try scanner.addVariable();
            if (statement.symbol) |symbol| scanner.setEnd(symbol, at + 1);
        }
        scanner.statement = .{ .old_style = old_style, .old_style_start = old_style_start };
    }

    /// The function whose parameters are declared between its parentheses and its body:
    /// `int f(a) int a; {`.
    fn oldStyle(scanner: *const Scanner) ?c_statement.Call {
        const statement = &scanner.statement;
        if (scanner.mode.is_cpp or scanner.depth.scopes > 0 or statement.is_value) return null;
        if (statement.is_typedef or statement.is_extern) return null;
        if (statement.old_style) |call| return if (statement.call == null) call else null;
        const call = statement.call orelse return null;
        if (statement.words_since_call < 2) return null;
        return if (argument(scanner.text, call.open + 1) == null) null else call;
    }

    fn readComma(scanner: *Scanner, at: usize) Allocator.Error!void {
        const statement = &scanner.statement;
        // In a value of C++ it may stand between template arguments.
        if (statement.is_behind_colon or (scanner.mode.is_cpp and statement.is_value)) {
            statement.last = .other;
            return;
        }
        if (statement.is_value) {
            if (statement.symbol) |symbol| scanner.setEnd(symbol, at);
        } else if (statement.is_typedef) {
            try scanner.addType(at);
        } else if (statement.call == null) {
            try scanner.addVariable();
        }
        statement.nextDeclarator();
    }

    fn readEquals(scanner: *Scanner, at: usize) Allocator.Error!void {
        const statement = &scanner.statement;
        if (statement.is_value) return;
        if (statement.is_using) {
            const name = statement.last_word;
            if (!name.isEmpty()) {
                statement.symbol = try scanner.add(.type, name, statement.start orelse name.start, at);
            }
        } else if (!statement.is_typedef and !statement.is_namespace) {
            try scanner.addVariable();
        }
        statement.is_value = true;
    }

    /// A variable outside of functions and structures. Others are members, which nobody looks for
    /// by a list of definitions.
    fn addVariable(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const statement = &scanner.statement;
        if (scanner.isInTag() or statement.is_extern or statement.is_using) return;
        if (statement.is_code or statement.is_namespace or statement.is_behind_colon) return;
        var name = statement.declared();
        if (statement.call) |call| {
            const macro = call.name.of(text);
            if (definesVariable(macro)) {
                name = argument(text, call.open + 1) orelse return;
            } else if (statement.pointer.isEmpty() and !isAttribute(macro)) return;
        }
        if (name.isEmpty() or (statement.tag != null and statement.words == 1)) return;
        const start = if (statement.is_tag_closed) name.start else statement.start orelse name.start;
        const isFirst = statement.symbol == null and start <= name.start;
        const kind: Kind = if (statement.is_constexpr) .constant else .variable;
        statement.symbol = try scanner.add(kind, name, if (isFirst) start else name.start, name.end);
    }

    fn addType(scanner: *Scanner, end: usize) Allocator.Error!void {
        const statement = &scanner.statement;
        var name = statement.declared();
        if (statement.pointer.isEmpty()) if (statement.call) |call| {
            if (statement.words_since_call == 0 and !isAttribute(call.name.of(scanner.text))) {
                name = call.name;
            }
        };
        if (name.isEmpty() and statement.last == .word) name = statement.last_word;
        if (name.isEmpty()) return;
        if (statement.tag_symbol) |symbol| {
            const tag = &scanner.found.symbols.items[symbol];
            if (tag.name.isEmpty()) {
                tag.name = name;
                tag.end = @max(tag.end, @as(u32, @intCast(end)));
                return;
            }
        }
        const start = if (statement.is_tag_closed) name.start else statement.start orelse name.start;
        _ = try scanner.add(.type, name, @min(start, name.start), end);
    }
};

/// Macros with parentheses that may stand behind the name of a variable or type.
fn isAttribute(macro: []const u8) bool {
    for ([_][]const u8{ "__aligned", "__section", "__attribute", "__counted_by" }) |attribute| {
        if (std.mem.startsWith(u8, macro, attribute)) return true;
    }
    return false;
}

/// Macros of the kernel that define a variable named by their first argument.
fn definesVariable(macro: []const u8) bool {
    return std.mem.startsWith(u8, macro, "DEFINE_") or std.mem.eql(u8, macro, "LIST_HEAD") or
        std.mem.eql(u8, macro, "HLIST_HEAD");
}

/// The name that stands at `from` as an argument of its own.
fn argument(text: []const u8, from: usize) ?Span {
    const start = lexer.skipSpace(text, from);
    if (!Names.startsAt(text, start)) return null;
    const end = Names.end(text, start);
    const after = lexer.peek(text, lexer.skipSpace(text, end));
    if (after != ',' and after != ')') return null;
    return .{ .start = @intCast(start), .end = @intCast(end) };
}

/// Whether the parenthesis at `at` opens `(*name)` and no parameters. In a typedef a calling
/// convention may stand before the star.
fn startsPointer(text: []const u8, at: usize, is_typedef: bool) bool {
    const first = lexer.skipSpace(text, at + 1);
    if (lexer.peek(text, first) == '*' or lexer.peek(text, first) == '^') return true;
    if (!is_typedef) return false;
    const star = lexer.skipSpace(text, Names.end(text, first));
    if (lexer.peek(text, star) != '*') return false;
    const name = lexer.skipSpace(text, star + 1);
    const close = lexer.skipSpace(text, Names.end(text, name));
    return lexer.peek(text, close) == ')' and
        lexer.peek(text, lexer.skipSpace(text, close + 1)) == '(';
}

/// One past the `]` of the `[` at `at`, or where the statement ends without one.
fn bracketEnd(text: []const u8, at: usize) usize {
    var depth: usize = 0;
    var to = lexer.find("[];{}", text, at);
    while (to < text.len) : (to = lexer.find("[];{}", text, to + 1)) {
        switch (text[to]) {
            '[' => depth += 1,
            ']' => {
                depth -|= 1;
                if (depth == 0) return to + 1;
            },
            else => return to,
        }
    }
    return text.len;
}

const LocalTag = struct { kind: Kind, name: Span, start: usize };

/// The structure whose body opens at the brace at `at` within a function: `struct name {`, with
/// bases or without.
fn localTag(text: []const u8, floor: usize, at: usize) ?LocalTag {
    const longest = 160;
    const before = lexer.trimBack(text, floor, at);
    if (before == floor or !(Names.isPart(text[before - 1]) or text[before - 1] == '>')) return null;
    const lowest = @max(floor, at -| longest);
    var start = before;
    while (start > lowest) : (start -= 1) switch (text[start - 1]) {
        ';', '{', '}', ')', '/', '"' => break,
        else => {},
    };
    start = lexer.skipSpace(text, start);
    var end = Names.end(text, start);
    const kind: Kind = switch (keywords.get(text[start..end]) orelse return null) {
        .@"struct", .@"union", .class => .class,
        .@"enum" => .@"enum",
        else => return null,
    };
    var name = lexer.skipSpace(text, end);
    end = Names.end(text, name);
    if (kind == .@"enum" and std.mem.eql(u8, text[name..end], "class")) {
        name = lexer.skipSpace(text, end);
        end = Names.end(text, name);
    }
    if (!Names.startsAt(text, name) or end > at) return null;
    const after = lexer.skipSpace(text, end);
    const isBody = after == at or lexer.peek(text, after) == ':' or
        lexer.startsWith(text, after, "final");
    if (!isBody) return null;
    return .{ .kind = kind, .name = .{ .start = @intCast(name), .end = @intCast(end) }, .start = start };
}

/// Whether a statement that starts with `word` can only be C++: a header may be either.
fn startsCpp(text: []const u8, word: Span) bool {
    const name = word.of(text);
    const next = lexer.skipSpace(text, word.end);
    if (std.mem.eql(u8, name, "template")) return lexer.peek(text, next) == '<';
    if (std.mem.eql(u8, name, "namespace")) {
        if (lexer.peek(text, next) == '{') return true;
        const after = lexer.skipSpace(text, Names.end(text, next));
        return after > next and (lexer.peek(text, after) == '{' or lexer.startsWith(text, after, "::"));
    }
    if (std.mem.eql(u8, name, "using")) return Names.startsAt(text, next);
    if (!std.mem.eql(u8, name, "class") or !Names.startsAt(text, next)) return false;
    const after = lexer.peek(text, lexer.skipSpace(text, Names.end(text, next)));
    return after == '{' or after == ':' or after == ';' or Names.isStart(after);
}
