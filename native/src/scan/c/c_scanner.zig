//! Where the scan of a text of C or C++ stands between its braces, parentheses and `#if`s. A body
//! is only counted through from brace to brace, 64 bytes at a time. Both branches of
//! `#if … #else … #endif` are read, each from the depth that the first began with, and the text
//! after them goes on from where the first one ended.
const std = @import("std");
const lexer = @import("../lexing/lexer.zig");
const scan = @import("../scan.zig");
const types = @import("../../base/types.zig");
const c_declarations = @import("c_declarations.zig");
const c_text = @import("c_text.zig");
const keyword_finder = @import("../lexing/keyword_finder.zig");
const habits = @import("c_habits.zig");
const Statement = @import("c_statement.zig").Statement;

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Kind = types.Kind;
const Names = c_text.Names;
const Span = types.Span;

pub const Mode = struct {
    is_cpp: bool = false,
    /// A brace in the first column ends every body: for texts whose braces do not match.
    trusts_columns: bool = false,
};

/// What stands in braces whose declarations are read.
pub const Scope = struct {
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
pub const Owner = union(enum) {
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

const body_marks = "{}\"'/#";
const AliasFinder = keyword_finder.KeywordFinder(body_marks, &.{"us"});

pub const Scanner = struct {
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

    pub fn run(scanner: *Scanner) Allocator.Error!void {
        if (std.mem.startsWith(u8, scanner.text, "\xef\xbb\xbf")) scanner.pos = 3;
        while (scanner.pos < scanner.text.len) {
            if (scanner.depth.parens > 0) {
                try scanner.skipParens();
            } else if (scanner.depth.body > 0) {
                try scanner.skipBody();
            } else {
                try c_declarations.read(scanner);
            }
            if (scanner.is_other_dialect) return;
        }
        const depth = scanner.depth;
        if (depth.scopes > 0 or depth.body > 0 or depth.parens > 0) scanner.is_unbalanced = true;
        switch (scanner.depth.owner) {
            .function, .enumeration => |symbol| scanner.setEnd(symbol, scanner.text.len),
            else => {},
        }
        for (scanner.scopes.items[0..scanner.depth.scopes]) |scope| {
            if (scope.symbol) |symbol| scanner.setEnd(symbol, scanner.text.len);
        }
    }

    pub fn setEnd(scanner: *Scanner, symbol: u32, end: usize) void {
        scanner.found.symbols.items[symbol].end = @intCast(end);
    }

    fn innermost(scanner: *const Scanner) ?Scope {
        if (scanner.depth.scopes == 0) return null;
        return scanner.scopes.items[scanner.depth.scopes - 1];
    }

    pub fn isInTag(scanner: *const Scanner) bool {
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

    pub fn add(
        scanner: *Scanner,
        kind: Kind,
        name: Span,
        start: usize,
        end: usize,
    ) Allocator.Error!u32 {
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
        // Only C++ has names of types to look for within functions.
        if (scanner.mode.is_cpp) return scanner.skipBodyWith(AliasFinder);
        return scanner.skipBodyWith(lexer.Finder(body_marks));
    }

    fn skipBodyWith(scanner: *Scanner, comptime Finder: type) Allocator.Error!void {
        const text = scanner.text;
        const floor = scanner.pos;
        var finder: Finder = .{ .text = text, .base = text.len };
        var depth = scanner.depth.body;
        var at = finder.next(floor);
        while (at < text.len) : (at = finder.next(at)) {
            switch (text[at]) {
                '{' => {
                    if (habits.localTag(text, floor, at)) |tag| {
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
                'u' => at = try scanner.readAlias(at),
                else => at = try scanner.skipHidden(floor, at),
            }
        }
        scanner.depth.body = depth;
        scanner.pos = text.len;
    }

    /// `using name = …;` within a function; returns where to go on.
    fn readAlias(scanner: *Scanner, at: usize) Allocator.Error!usize {
        const text = scanner.text;
        const keyword = "using ";
        if (!lexer.startsWith(text, at, keyword)) return at + 1;
        const start = lexer.skipBlanks(text, at + keyword.len);
        const end = Names.end(text, start);
        const equals = lexer.skipBlanks(text, end);
        if (!Names.startsAt(text, start) or lexer.peek(text, equals) != '=') return end;
        const longest = 400;
        const window = text[0..@min(text.len, equals + longest)];
        const name: Span = .{ .start = @intCast(start), .end = @intCast(end) };
        _ = try scanner.add(.type, name, at, lexer.find(";{}", window, equals));
        return equals;
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

    pub fn closeTag(scanner: *Scanner, symbol: u32) void {
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

    pub fn readDirective(scanner: *Scanner) Allocator.Error!void {
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
                const name_end = Names.end(text, from);
                if (name_end == from) return;
                const name: Span = .{ .start = @intCast(from), .end = @intCast(name_end) };
                const last = lexer.trimBack(text, name_end, end);
                const symbol = try scanner.add(.macro, name, hash, last);
                scanner.found.symbols.items[symbol].container = .empty;
            },
            .include, .include_next, .import => try scanner.addImport(from, end),
            .@"if", .ifdef, .ifndef => {
                scanner.openCondition();
                const is_dead = std.mem.eql(u8, std.mem.trim(u8, text[from..end], " \t\r"), "0");
                if (is_dead) scanner.pos = c_text.deadBranchEnd(text, end);
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
        // What opened the body in the branch before was a statement of that branch.
        if (scanner.depth.body > 0 and depth.body == 0) scanner.statement = .{};
        scanner.depth = depth;
        // Scopes that were closed since and then opened anew are gone.
        scanner.depth.scopes = @min(depth.scopes, @as(u32, @intCast(scanner.scopes.items.len)));
    }

    pub fn openBody(scanner: *Scanner, owner: Owner) void {
        scanner.depth.owner = owner;
        scanner.depth.body = 1;
    }

    pub fn openScope(scanner: *Scanner, scope: Scope) Allocator.Error!void {
        scanner.scopes.shrinkRetainingCapacity(scanner.depth.scopes);
        try scanner.scopes.append(scanner.found.gpa, scope);
        scanner.depth.scopes += 1;
        scanner.statement = .{};
    }

    /// A structure within a function: its methods are read, then the body goes on.
    pub fn openLocal(scanner: *Scanner, tag: habits.LocalTag) Allocator.Error!void {
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
};
