//! Patterns as git's ignore files have them: `*`, `?`, `[…]`, `\` and, in paths, `**`.
//!
//! A pattern is compiled once into tokens. Matching never recurses: when a later part fails, only
//! the last `*` and the last `**` need to be tried further on, because whatever an earlier one
//! could take beyond its first fit, the later one can take as well.
const std = @import("std");

const Allocator = std.mem.Allocator;

/// The bytes that `[…]` stands for.
pub const Class = std.StaticBitSet(256);

/// Up to 255 the byte itself, from `Token.class` on a class by its number.
pub const Token = enum(u32) {
    /// `?`: any byte but the slash.
    any = 256,
    /// `*`: any bytes but slashes.
    star,
    /// `**` at the end: everything, slashes too.
    rest,
    /// `**/`: no folder, or any number of them, with the slash.
    folders,
    /// `**` before an escaped slash: as `rest`, but something follows.
    deep,
    class,
    _,

    pub const slash: Token = .literal('/');

    fn literal(byte: u8) Token {
        return @enumFromInt(byte);
    }

    pub fn isLiteral(token: Token) bool {
        return @intFromEnum(token) < 256;
    }
};

pub const Options = struct {
    /// The pattern is for a path: `**` crosses slashes, nothing else does.
    is_path: bool,
    /// Letters match whatever their case. The text must come in lower case then.
    ignores_case: bool,
};

pub const Glob = struct {
    tokens: []const Token,
    classes: []const Class,

    /// Null for a pattern that matches nothing at all, as one with an open `[`.
    pub fn compile(
        arena: Allocator,
        pattern: []const u8,
        options: Options,
    ) error{OutOfMemory}!?Glob {
        var compiler: Compiler = .{ .arena = arena, .pattern = pattern, .options = options };
        compiler.run() catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.MatchesNothing => return null,
        };
        return .{
            .tokens = try compiler.tokens.toOwnedSlice(arena),
            .classes = try compiler.classes.toOwnedSlice(arena),
        };
    }

    /// True when the pattern matches the whole text.
    pub fn matches(glob: Glob, text: []const u8) bool {
        const tokens = glob.tokens;
        var at: usize = 0;
        var token_at: usize = 0;
        var star: ?Retry = null;
        var deep: ?Retry = null;
        while (true) {
            if (token_at == tokens.len) {
                if (at == text.len) return true;
            } else switch (tokens[token_at]) {
                .rest => return true,
                .star => {
                    token_at += 1;
                    star = .{ .token_at = token_at, .at = at };
                    continue;
                },
                .folders, .deep => {
                    token_at += 1;
                    deep = .{ .token_at = token_at, .at = at };
                    star = null;
                    continue;
                },
                else => |token| if (at < text.len and glob.takes(token, text[at])) {
                    at += 1;
                    token_at += 1;
                    continue;
                },
            }
            if (star) |*retry| if (retry.at < text.len and text[retry.at] != '/') {
                retry.at += 1;
                at = retry.at;
                token_at = retry.token_at;
                continue;
            };
            const retry = if (deep) |*retry| retry else return false;
            if (!retry.advance(text, tokens[retry.token_at - 1])) return false;
            at = retry.at;
            token_at = retry.token_at;
            star = null;
        }
    }

    fn takes(glob: Glob, token: Token, byte: u8) bool {
        if (token.isLiteral()) return @intFromEnum(token) == byte;
        if (byte == '/') return false;
        if (token == .any) return true;
        return glob.classes[@intFromEnum(token) - @intFromEnum(Token.class)].isSet(byte);
    }
};

/// Where to go on when what follows a `*` does not match: one byte or one folder later.
const Retry = struct {
    token_at: usize,
    at: usize,

    fn advance(retry: *Retry, text: []const u8, token: Token) bool {
        if (token == .folders) {
            const slash = std.mem.findScalarPos(u8, text, retry.at, '/') orelse return false;
            retry.at = slash + 1;
            return true;
        }
        if (retry.at == text.len) return false;
        retry.at += 1;
        return true;
    }
};

const Compiler = struct {
    arena: Allocator,
    pattern: []const u8,
    options: Options,
    at: usize = 0,
    tokens: std.ArrayList(Token) = .empty,
    classes: std.ArrayList(Class) = .empty,

    const Error = error{ OutOfMemory, MatchesNothing };

    fn run(compiler: *Compiler) Error!void {
        while (compiler.at < compiler.pattern.len) {
            const byte = compiler.pattern[compiler.at];
            const token: Token = switch (byte) {
                '?' => .any,
                '*' => compiler.star(),
                '[' => try compiler.class(),
                '\\' => escaped: {
                    compiler.at += 1;
                    break :escaped compiler.literal(try compiler.byteAt(compiler.at));
                },
                else => compiler.literal(byte),
            };
            compiler.at += 1;
            try compiler.tokens.append(compiler.arena, token);
        }
    }

    fn byteAt(compiler: *const Compiler, at: usize) Error!u8 {
        return if (at < compiler.pattern.len) compiler.pattern[at] else error.MatchesNothing;
    }

    fn literal(compiler: *const Compiler, byte: u8) Token {
        return .literal(if (compiler.options.ignores_case) std.ascii.toLower(byte) else byte);
    }

    /// All stars in a row; leaves `at` on the last byte of what it read.
    fn star(compiler: *Compiler) Token {
        const pattern = compiler.pattern;
        const start = compiler.at;
        while (compiler.at + 1 < pattern.len and pattern[compiler.at + 1] == '*') compiler.at += 1;
        if (!compiler.options.is_path or compiler.at == start) return .star;
        if (start > 0 and pattern[start - 1] != '/') return .star;
        const following = pattern[compiler.at + 1 ..];
        if (following.len == 0) return .rest;
        if (std.mem.startsWith(u8, following, "\\/")) return .deep;
        if (following[0] != '/') return .star;
        compiler.at += 1;
        return .folders;
    }

    /// A `[…]`; leaves `at` on its `]`.
    fn class(compiler: *Compiler) Error!Token {
        var set: Class = .initEmpty();
        compiler.at += 1;
        const first = try compiler.byteAt(compiler.at);
        const is_negated = first == '!' or first == '^';
        if (is_negated) compiler.at += 1;
        // The byte that a range may begin with; none after a range or a named class.
        var previous: ?u8 = null;
        var is_first = true;
        while (true) : (compiler.at += 1) {
            const byte = try compiler.byteAt(compiler.at);
            if (byte == ']' and !is_first) break;
            is_first = false;
            if (byte == '-' and previous != null and compiler.isRange()) {
                compiler.at += 1;
                compiler.addRange(&set, previous.?, try compiler.escapable());
                previous = null;
            } else if (byte == '[' and compiler.at + 1 < compiler.pattern.len and
                compiler.pattern[compiler.at + 1] == ':')
            {
                previous = try compiler.namedClass(&set);
            } else {
                previous = try compiler.escapable();
                set.set(previous.?);
            }
        }
        if (is_negated) set.toggleAll();
        const number = compiler.classes.items.len;
        try compiler.classes.append(compiler.arena, set);
        return @enumFromInt(@intFromEnum(Token.class) + @as(u32, @intCast(number)));
    }

    /// The byte at `at`, or the one after it where that is a backslash.
    fn escapable(compiler: *Compiler) Error!u8 {
        if (try compiler.byteAt(compiler.at) == '\\') compiler.at += 1;
        return compiler.byteAt(compiler.at);
    }

    /// True for a `-` that has an end after it.
    fn isRange(compiler: *const Compiler) bool {
        const next = compiler.at + 1;
        return next < compiler.pattern.len and compiler.pattern[next] != ']';
    }

    fn addRange(compiler: *const Compiler, set: *Class, first: u8, last: u8) void {
        if (first > last) return;
        set.setRangeValue(.{ .start = first, .end = @as(usize, last) + 1 }, true);
        if (!compiler.options.ignores_case) return;
        var byte: u8 = 'A';
        while (byte <= 'Z') : (byte += 1) {
            if (byte >= first and byte <= last) set.set(std.ascii.toLower(byte));
        }
    }

    /// `[:alpha:]`. A `[:` without its `:]` is a bracket like any other byte, and is returned.
    fn namedClass(compiler: *Compiler, set: *Class) Error!?u8 {
        const start = compiler.at + 2;
        const end = std.mem.findScalarPos(u8, compiler.pattern, start, ']') orelse
            return error.MatchesNothing;
        if (end == start or compiler.pattern[end - 1] != ':') {
            set.set('[');
            return '[';
        }
        const name = std.meta.stringToEnum(ClassName, compiler.pattern[start .. end - 1]) orelse
            return error.MatchesNothing;
        for (0..256) |byte| {
            if (name.holds(@intCast(byte), compiler.options.ignores_case)) set.set(byte);
        }
        compiler.at = end;
        return null;
    }
};

const ClassName = enum {
    alnum,
    alpha,
    blank,
    cntrl,
    digit,
    graph,
    lower,
    print,
    punct,
    space,
    upper,
    xdigit,

    fn holds(name: ClassName, byte: u8, ignores_case: bool) bool {
        const ascii = std.ascii;
        return switch (name) {
            .alnum => ascii.isAlphanumeric(byte),
            .alpha => ascii.isAlphabetic(byte),
            .blank => byte == ' ' or byte == '\t',
            .cntrl => ascii.isControl(byte),
            .digit => ascii.isDigit(byte),
            .graph => ascii.isPrint(byte) and byte != ' ',
            .lower => ascii.isLower(byte),
            .print => ascii.isPrint(byte),
            .punct => ascii.isPrint(byte) and byte != ' ' and !ascii.isAlphanumeric(byte),
            .space => byte == ' ' or byte == '\t' or byte == '\n' or byte == '\r',
            .upper => ascii.isUpper(byte) or (ignores_case and ascii.isLower(byte)),
            .xdigit => ascii.isHex(byte),
        };
    }
};

const Case = struct { pattern: []const u8, hits: []const []const u8, misses: []const []const u8 };

fn expectCases(cases: []const Case, options: Options) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    for (cases) |case| {
        const glob = try Glob.compile(arena.allocator(), case.pattern, options);
        for (case.hits) |text| if (glob == null or !glob.?.matches(text)) {
            std.debug.print("{s} should match {s}\n", .{ case.pattern, text });
            return error.TestUnexpectedResult;
        };
        for (case.misses) |text| if (glob != null and glob.?.matches(text)) {
            std.debug.print("{s} should not match {s}\n", .{ case.pattern, text });
            return error.TestUnexpectedResult;
        };
    }
}

test "stars, question marks and escapes in names" {
    try expectCases(&.{
        .{ .pattern = "*.o", .hits = &.{ "a.o", ".o" }, .misses = &.{ "a.oo", "o" } },
        .{ .pattern = "a*b*c", .hits = &.{ "abc", "aXbbYc" }, .misses = &.{ "acb", "abca" } },
        .{ .pattern = "**x", .hits = &.{ "x", "aax" }, .misses = &.{"xa"} },
        .{ .pattern = "?", .hits = &.{"a"}, .misses = &.{ "", "ab" } },
        .{ .pattern = "\\*\\a", .hits = &.{"*a"}, .misses = &.{ "xa", "\\*\\a" } },
        .{ .pattern = "a\\", .hits = &.{}, .misses = &.{ "a", "a\\" } },
        .{ .pattern = "*.[ch]", .hits = &.{ "a.c", "a.h" }, .misses = &.{"a.o"} },
    }, .{ .is_path = false, .ignores_case = false });
}

test "two stars cross folders only where they are alone" {
    try expectCases(&.{
        .{ .pattern = "**/a", .hits = &.{ "a", "x/a", "x/y/a" }, .misses = &.{ "xa", "a/x" } },
        .{ .pattern = "a/**", .hits = &.{ "a/b", "a/b/c" }, .misses = &.{ "a", "b/a/c" } },
        .{ .pattern = "a/**/b", .hits = &.{ "a/b", "a/x/y/b" }, .misses = &.{ "a/xb", "ab" } },
        .{ .pattern = "a**/b", .hits = &.{ "a/b", "ax/b" }, .misses = &.{ "a/x/b", "ab" } },
        .{ .pattern = "a/**b", .hits = &.{ "a/b", "a/xb" }, .misses = &.{"a/x/b"} },
        .{ .pattern = "**\\/b", .hits = &.{ "a/b", "x/a/b" }, .misses = &.{"b"} },
        .{ .pattern = "a/*/b", .hits = &.{"a/x/b"}, .misses = &.{ "a/b", "a/x/y/b" } },
        .{ .pattern = "a/*", .hits = &.{"a/b"}, .misses = &.{"a/b/c"} },
        .{ .pattern = "**/x*/**/z", .hits = &.{ "x/z", "q/x1/w/z" }, .misses = &.{"x"} },
        .{ .pattern = "a?b", .hits = &.{"axb"}, .misses = &.{"a/b"} },
        .{ .pattern = "a[/]b", .hits = &.{}, .misses = &.{"a/b"} },
        .{ .pattern = "**/**/**/a", .hits = &.{ "a", "b/a" }, .misses = &.{"b"} },
    }, .{ .is_path = true, .ignores_case = false });
}

test "classes" {
    try expectCases(&.{
        .{ .pattern = "[a-c]", .hits = &.{ "a", "b", "c" }, .misses = &.{ "d", "-" } },
        .{ .pattern = "[!a]", .hits = &.{"b"}, .misses = &.{"a"} },
        .{ .pattern = "[^a]", .hits = &.{"^"}, .misses = &.{"a"} },
        .{ .pattern = "[]a]", .hits = &.{ "]", "a" }, .misses = &.{"b"} },
        .{ .pattern = "[a-]", .hits = &.{ "a", "-" }, .misses = &.{"b"} },
        .{ .pattern = "[a-c-e]", .hits = &.{ "b", "-", "e" }, .misses = &.{"d"} },
        .{ .pattern = "[\\]]", .hits = &.{"]"}, .misses = &.{"\\"} },
        .{ .pattern = "[[:digit:]x]", .hits = &.{ "7", "x" }, .misses = &.{ "d", ":" } },
        .{ .pattern = "[[:nope:]]", .hits = &.{}, .misses = &.{"n"} },
        .{ .pattern = "[[:x]", .hits = &.{ "[", ":", "x" }, .misses = &.{"y"} },
        .{ .pattern = "[a", .hits = &.{}, .misses = &.{ "a", "[a" } },
    }, .{ .is_path = false, .ignores_case = false });
}

test "case is ignored where it is asked for" {
    try expectCases(&.{
        .{ .pattern = "*.TXT", .hits = &.{"a.txt"}, .misses = &.{"a.tx"} },
        .{ .pattern = "[A-C]", .hits = &.{"b"}, .misses = &.{"d"} },
        .{ .pattern = "[[:upper:]]", .hits = &.{"b"}, .misses = &.{"1"} },
    }, .{ .is_path = false, .ignores_case = true });
}

test "a hostile pattern takes no exponential time" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const glob = try Glob.compile(arena.allocator(), "**/" ++ "*a" ** 60 ++ "/**/b", .{
        .is_path = true,
        .ignores_case = false,
    });
    try std.testing.expect(!glob.?.matches("a" ** 200 ++ "/" ++ "a" ** 200));
}
