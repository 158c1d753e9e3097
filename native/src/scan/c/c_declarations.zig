//! Reads what stands outside of bodies in C and C++, word by word, and makes symbols of it.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const types = @import("../../base/types.zig");
const c_statement = @import("c_statement.zig");
const c_text = @import("c_text.zig");
const habits = @import("c_habits.zig");
const Scanner = @import("c_scanner.zig").Scanner;

const Allocator = std.mem.Allocator;
const Kind = types.Kind;
const Names = c_text.Names;
const Span = types.Span;
const Word = c_statement.Word;
const keywords = lexer.Keywords(Word);

pub fn read(scanner: *Scanner) Allocator.Error!void {
    const text = scanner.text;
    while (scanner.pos < text.len) {
        const at = scanner.pos;
        const byte = text[at];
        if (Names.isPart(byte)) {
            const end = Names.end(text, at);
            scanner.pos = end;
            if (std.ascii.isDigit(byte)) continue;
            try readWord(scanner, at, end);
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
                try readMark(scanner, at);
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
        '(' => return openParens(scanner, at),
        '{' => return openBrace(scanner, at),
        '}' => return closeBrace(scanner, at),
        ';' => return endStatement(scanner, at),
        ',' => return readComma(scanner, at),
        '=' => return readEquals(scanner, at),
        '[' => scanner.pos = habits.bracketEnd(text, at),
        ':' => if (lexer.peek(text, at + 1) == ':') {
            scanner.pos = at + 2;
            statement.takeQualifier();
            return;
        } else if (scanner.mode.is_cpp and (statement.tag != null or statement.call != null)) {
            statement.is_behind_colon = true;
        },
        '<' => if (scanner.mode.is_cpp and !statement.is_value) return skipTemplate(scanner, at),
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
        if (!scanner.mode.is_cpp and scanner.depth.scopes == 0 and habits.startsCpp(text, span)) {
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
        .@"struct", .@"union", .class, .@"enum" => readTag(scanner, word, span),
        .typedef => statement.is_typedef = true,
        .@"extern" => statement.is_extern = true,
        .namespace => if (scanner.mode.is_cpp) {
            statement.is_namespace = true;
        } else statement.addWord(text, span),
        .using, .concept => if (scanner.mode.is_cpp) {
            statement.is_using = true;
        } else statement.addWord(text, span),
        .operator => if (scanner.mode.is_cpp) {
            readOperator(scanner, start, end);
        } else statement.addWord(text, span),
        .int, .char, .void, .short, .long, .float, .double => statement.addType(),
        .signed, .unsigned, .bool, ._Bool, .auto => statement.addType(),
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
            skipArguments(scanner, end);
        },
        .throw, .explicit, .requires, .@"asm", .__asm__, .__asm, .typeof, .__typeof__ => {
            if (word == .typeof or word == .__typeof__) statement.has_type = true;
            skipArguments(scanner, end);
        },
        .static_assert, ._Static_assert => skipArguments(scanner, end),
        .public, .private, .protected => if (scanner.mode.is_cpp) {
            readLabel(scanner, end);
        } else statement.addWord(text, span),
        .@"if", .@"else", .@"for", .@"while", .do, .@"switch" => statement.is_code = true,
        .case, .@"return", .goto, .sizeof => statement.is_code = true,
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
    if (statement.last == .word and !habits.startsPointer(text, at, statement.is_typedef)) {
        if (!statement.isBetterCall(text)) return;
        if (statement.call) |call| if (call.words_before == 0 and call.qualifier.isEmpty()) {
            startAfterMacro(scanner, call.open);
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
        readWrapped(scanner, at);
    }
}

/// The statement before this word was a macro without a semicolon: it starts at the word after.
fn startAfterMacro(scanner: *Scanner, open: u32) void {
    const text = scanner.text;
    const longest = 200;
    const window = text[0..@min(text.len, open + longest)];
    const close = std.mem.indexOfScalarPos(u8, window, open, ')') orelse return;
    const start = lexer.skipSpace(text, close + 1);
    // An `#else` may have taken the closing parenthesis of the macro away.
    if (start > scanner.statement.last_word.start) return;
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
    if (statement.is_namespace) return openNamespace(scanner, at);
    if (statement.is_extern and statement.has_string and statement.words == 0) {
        return scanner.openScope(.{ .kind = .linkage });
    }
    if (statement.tag != null and statement.call == null and !statement.is_tag_closed) {
        return openTag(scanner, at);
    }
    if (statement.old_style) |call| if (statement.start == null) {
        statement.start = statement.old_style_start;
        statement.call = call;
        return openFunction(scanner, call, at);
    };
    if (statement.call) |call| {
        const before = if (scanner.token_end > 0) text[scanner.token_end - 1] else 0;
        const is_member = statement.is_behind_colon and (Names.isPart(before) or before == '>');
        if (is_member) return scanner.openBody(.value);
        if (!statement.is_code) return openFunction(scanner, call, at);
    }
    const is_variable = scanner.mode.is_cpp and statement.words >= 2 and !statement.is_code and
        !scanner.isInTag() and !statement.declared().isEmpty() and statement.call == null;
    if (is_variable) {
        try addVariable(scanner);
        statement.is_value = true;
        return scanner.openBody(.value);
    }
    scanner.openBody(.nobody);
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

fn openFunction(scanner: *Scanner, call: c_statement.Call, at: usize) Allocator.Error!void {
    const named = nameFunction(scanner, call);
    const is_member = scanner.mode.is_cpp and scanner.isInTag();
    if (!scanner.mode.is_cpp and scanner.isInTag()) return scanner.openBody(.nobody);
    const is_method = is_member or !named.container.isEmpty();
    const start = scanner.statement.start orelse call.name.start;
    const kind: Kind = if (is_method) .method else .function;
    const symbol = try scanner.add(kind, named.name, start, at + 1);
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
    const first = habits.argument(text, call.open + 1) orelse return .{ .name = call.name };
    if (std.mem.find(u8, macro, "TEST") == null) {
        if (std.mem.find(u8, macro, "DEFINE") != null or std.mem.find(u8, macro, "CALL") != null) {
            return .{ .name = first };
        }
        return .{ .name = call.name };
    }
    const comma = lexer.skipSpace(text, first.end);
    if (lexer.peek(text, comma) != ',') return .{ .name = first };
    const second = habits.argument(text, comma + 1) orelse return .{ .name = first };
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
    const old_style = oldStyle(scanner);
    const old_style_start = if (statement.old_style == null)
        statement.start orelse 0
    else
        statement.old_style_start;
    if (statement.is_value) {
        if (statement.symbol) |symbol| scanner.setEnd(symbol, at + 1);
    } else if (statement.is_typedef) {
        try addType(scanner, at + 1);
    } else if (old_style == null) {
        try addVariable(scanner);
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
    return if (habits.argument(scanner.text, call.open + 1) == null) null else call;
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
        try addType(scanner, at);
    } else if (statement.call == null) {
        try addVariable(scanner);
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
        try addVariable(scanner);
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
        if (habits.definesVariable(macro)) {
            name = habits.argument(text, call.open + 1) orelse return;
        } else if (statement.pointer.isEmpty() and !habits.isAttribute(macro)) return;
    }
    if (name.isEmpty() or (statement.tag != null and statement.words == 1)) return;
    const start = if (statement.is_tag_closed) name.start else statement.start orelse name.start;
    const is_first = statement.symbol == null and start <= name.start;
    const kind: Kind = if (statement.is_constexpr) .constant else .variable;
    statement.symbol = try scanner.add(kind, name, if (is_first) start else name.start, name.end);
}

fn addType(scanner: *Scanner, end: usize) Allocator.Error!void {
    const statement = &scanner.statement;
    var name = statement.declared();
    if (statement.pointer.isEmpty()) if (statement.call) |call| {
        if (statement.words_since_call == 0 and !habits.isAttribute(call.name.of(scanner.text))) {
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
