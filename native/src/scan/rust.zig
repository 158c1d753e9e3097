//! Finds what Rust texts define. Every word is looked at, within functions too: items may stand
//! anywhere. The contents of `name! { … }` among items are read as items, as macros such as
//! `cfg_net!` and `thread_local!` hold whole modules.
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

const syntax: lexer.Syntax = .{ .literalEnd = literalEnd, .do_block_comments_nest = true };

/// What braces hold: items; items that belong to a type; the code of a function.
const Holds = enum { items, members, code };

const Word = enum {
    @"fn",
    @"struct",
    @"enum",
    @"union",
    trait,
    impl,
    mod,
    type,
    @"const",
    static,
    use,
    @"extern",
    macro_rules,
};
const keywords = lexer.Keywords(Word);
const Finder = keyword_finder.KeywordFinder("/\"'{};#", &.{
    "fn", "st", "en", "un", "tr", "im", "mo", "ty", "co", "us", "ex", "ma",
});

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var scanner: Scanner = .{
        .text = text,
        .found = found,
        .scopes = .init(found),
        .finder = .init(text),
    };
    defer scanner.scopes.deinit();
    if (std.mem.startsWith(u8, text, "\xef\xbb\xbf")) scanner.pos = 3;
    if (lexer.startsWith(text, scanner.pos, "#!") and !lexer.startsWith(text, scanner.pos, "#![")) {
        scanner.pos = lexer.lineEnd(text, scanner.pos);
    }
    try keyword_finder.stepThrough(&scanner);
}

/// Literals of Rust: strings over many lines, raw strings between `#`, and characters, which only
/// their closing quote tells from lifetimes.
fn literalEnd(text: []const u8, at: usize) usize {
    if (text[at] == '"') {
        var start = at;
        while (start > 0 and text[start - 1] == '#') start -= 1;
        if (start > 0 and text[start - 1] == 'r' and isPrefix(text, start - 1)) {
            return rawEnd(text, at + 1, at - start);
        }
        return lexer.quoteEnd('"', .many, text, at);
    }
    const first = lexer.peek(text, at + 1);
    if (first == '\\') return lexer.quoteEnd('\'', .one, text, at);
    const length = std.unicode.utf8ByteSequenceLength(first) catch 1;
    return if (lexer.peek(text, at + 1 + length) == '\'') at + length + 2 else at + 1;
}

/// Whether the `r` at `at` starts a literal, alone or after `b` or `c`, and ends no name.
fn isPrefix(text: []const u8, at: usize) bool {
    if (at == 0 or !Names.isPart(text[at - 1])) return true;
    const is_marked = text[at - 1] == 'b' or text[at - 1] == 'c';
    return is_marked and (at == 1 or !Names.isPart(text[at - 2]));
}

fn rawEnd(text: []const u8, from: usize, hashes: usize) usize {
    var at = lexer.find("\"", text, from);
    while (at < text.len) : (at = lexer.find("\"", text, at)) {
        at += 1;
        var count: usize = 0;
        while (count < hashes and lexer.peek(text, at + count) == '#') count += 1;
        if (count == hashes) return at + count;
    }
    return text.len;
}

const Scanner = struct {
    text: []const u8,
    found: *Found,
    scopes: lexer_scopes.Scopes(Holds),
    finder: Finder,
    pos: usize = 0,
    /// Where the item before ended: after it stand modifiers and the keyword.
    border: usize = 0,

    pub fn step(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const at = scanner.pos;
        const byte = text[at];
        if (Names.isPart(byte)) {
            const end = Names.end(text, at);
            scanner.pos = end;
            return scanner.readKeyword(keywords.get(text[at..end]) orelse return, at);
        }
        scanner.pos = at + 1;
        switch (byte) {
            '/' => if (lexer.commentEnd(syntax, text, at)) |end| {
                try lexer.addComment(scanner.found, at, end);
                scanner.pos = end;
                if (scanner.itemStart() == at) scanner.border = end;
            },
            '"', '\'' => scanner.pos = @max(at + 1, literalEnd(text, at)),
            '{' => {
                const is_macro = text[lexer.trimBack(text, 0, at) -| 1] == '!';
                try scanner.open(if (is_macro) scanner.holds() else .code, null, .empty);
            },
            '}' => {
                _ = scanner.scopes.close('{', at + 1);
                scanner.border = at + 1;
            },
            ';' => scanner.border = at + 1,
            '#' => {
                const bracket = if (lexer.peek(text, at + 1) == '!') at + 2 else at + 1;
                if (lexer.peek(text, bracket) != '[') return;
                scanner.pos = try lexer.skipBlock(syntax, '[', text, bracket, scanner.found);
                scanner.border = scanner.pos;
            },
            else => {},
        }
    }

    /// The first byte of the item being read.
    fn itemStart(scanner: *Scanner) usize {
        scanner.border = lexer.skipSpace(scanner.text, scanner.border);
        return scanner.border;
    }

    fn holds(scanner: *Scanner) Holds {
        return scanner.scopes.tagOr(.items);
    }

    fn open(scanner: *Scanner, inside: Holds, symbol: ?u32, name: Span) Allocator.Error!void {
        try scanner.scopes.push('{', inside, symbol, name);
        scanner.border = scanner.pos;
    }

    fn skip(scanner: *Scanner) Allocator.Error!usize {
        scanner.pos = try lexer.skipTrivia(syntax, scanner.text, scanner.pos, scanner.found);
        return scanner.pos;
    }

    fn readName(scanner: *Scanner) Allocator.Error!?Span {
        const text = scanner.text;
        var at = try scanner.skip();
        if (lexer.startsWith(text, at, "r#")) at += 2;
        if (!Names.startsAt(text, at)) return null;
        scanner.pos = Names.end(text, at);
        return .{ .start = @intCast(at), .end = @intCast(scanner.pos) };
    }

    fn add(scanner: *Scanner, kind: Kind, name: Span) Allocator.Error!u32 {
        const start = scanner.itemStart();
        return scanner.scopes.add(.{
            .name = name,
            .kind = kind,
            .start = @intCast(@min(start, name.start)),
            .end = @intCast(scanner.pos),
        });
    }

    fn readKeyword(scanner: *Scanner, word: Word, start: usize) Allocator.Error!void {
        const text = scanner.text;
        const end = scanner.pos;
        const holds_code = scanner.holds() == .code;
        switch (word) {
            .@"fn" => try scanner.readFunction(),
            .@"struct" => try scanner.readData(.class),
            .@"enum" => try scanner.readData(.@"enum"),
            .@"union" => if (isUnion(text, end)) try scanner.readData(.class),
            .trait => try scanner.readTrait(),
            .impl => if (startsItem(text[scanner.itemStart()..start])) try scanner.readImpl(),
            .mod => try scanner.readModule(),
            .type => if (!holds_code) try scanner.readValue(.type),
            .@"const" => if (!holds_code) try scanner.readValue(.constant),
            .static => if (!holds_code) try scanner.readValue(.variable),
            .use => try scanner.readUse(),
            .@"extern" => if (lexer.startsWith(text, lexer.skipSpace(text, end), "crate ")) {
                scanner.pos = lexer.skipSpace(text, end) + "crate ".len;
                try scanner.readUse();
            } else if (externBlock(text, end)) |brace| {
                scanner.pos = brace + 1;
                try scanner.open(.items, null, .empty);
            },
            .macro_rules => if (lexer.peek(text, end) == '!') {
                scanner.pos = end + 1;
                const name = try scanner.readName() orelse return;
                const symbol = try scanner.add(.macro, name);
                const bracket = try scanner.skip();
                scanner.pos = switch (lexer.peek(text, bracket)) {
                    '{' => try lexer.skipBlock(syntax, '{', text, bracket, scanner.found),
                    '(' => try lexer.skipBlock(syntax, '(', text, bracket, scanner.found),
                    '[' => try lexer.skipBlock(syntax, '[', text, bracket, scanner.found),
                    else => bracket,
                };
                scanner.scopes.setEnd(symbol, scanner.pos);
                scanner.border = scanner.pos;
            },
        }
    }

    /// `fn name(…) … { … }`; without a name it is the type of a pointer.
    fn readFunction(scanner: *Scanner) Allocator.Error!void {
        const name = try scanner.readName() orelse return;
        const kind: Kind = if (scanner.holds() == .members) .method else .function;
        const symbol = try scanner.add(kind, name);
        if (kind == .function and scanner.holds() == .code) {
            scanner.found.symbols.items[symbol].container = scanner.scopes.container();
        }
        if (try scanner.skipHeader()) return scanner.open(.code, symbol, .empty);
        scanner.scopes.setEnd(symbol, scanner.pos);
        scanner.border = scanner.pos;
    }

    /// Passes what stands before a body, the brace included; or through the `;`, then false.
    fn skipHeader(scanner: *Scanner) Allocator.Error!bool {
        const text = scanner.text;
        var at = scanner.pos;
        while (true) {
            at = lexer.find("{};([/", text, at);
            scanner.pos = at;
            if (at >= text.len or text[at] == '}') return false;
            switch (text[at]) {
                '(' => at = try lexer.skipBlock(syntax, '(', text, at, scanner.found),
                '[' => at = try lexer.skipBlock(syntax, '[', text, at, scanner.found),
                '/' => at = try lexer.pastComment(syntax, text, at, scanner.found),
                else => {
                    scanner.pos = at + 1;
                    return text[at] == '{';
                },
            }
        }
    }

    fn readData(scanner: *Scanner, kind: Kind) Allocator.Error!void {
        const name = try scanner.readName() orelse return;
        const symbol = try scanner.add(kind, name);
        if (try scanner.skipHeader()) {
            const brace = scanner.pos - 1;
            scanner.pos = try lexer.skipBlock(syntax, '{', scanner.text, brace, scanner.found);
        }
        scanner.scopes.setEnd(symbol, scanner.pos);
        scanner.border = scanner.pos;
    }

    fn readTrait(scanner: *Scanner) Allocator.Error!void {
        const name = try scanner.readName() orelse return;
        const symbol = try scanner.add(.interface, name);
        if (try scanner.skipHeader()) return scanner.open(.members, symbol, name);
        scanner.scopes.setEnd(symbol, scanner.pos);
        scanner.border = scanner.pos;
    }

    /// `impl<T> Trait for path::Type<T> where … {`: what it holds belongs to `Type`.
    fn readImpl(scanner: *Scanner) Allocator.Error!void {
        const from = scanner.pos;
        if (!try scanner.skipHeader()) return;
        const header = scanner.text[0 .. scanner.pos - 1];
        try scanner.open(.members, null, implementor(header, from));
    }

    fn readModule(scanner: *Scanner) Allocator.Error!void {
        const name = try scanner.readName() orelse return;
        const after = try scanner.skip();
        switch (lexer.peek(scanner.text, after)) {
            '{' => {
                scanner.pos = after + 1;
                const symbol = try scanner.add(.module, name);
                try scanner.open(.items, symbol, name);
            },
            ';' => try scanner.found.imports.append(scanner.found.gpa, name),
            else => {},
        }
    }

    /// `type`, `const` and `static`; the value is read on as code.
    fn readValue(scanner: *Scanner, kind: Kind) Allocator.Error!void {
        const text = scanner.text;
        var name = try scanner.readName() orelse return;
        for ([_][]const u8{ "mut", "ref" }) |word| {
            if (std.mem.eql(u8, name.of(text), word)) name = try scanner.readName() orelse return;
        }
        const word = name.of(text);
        if (std.mem.eql(u8, word, "_")) return;
        const is_modifier = keywords.get(word) != null or std.mem.eql(u8, word, "unsafe") or
            std.mem.eql(u8, word, "async");
        if (is_modifier) {
            scanner.pos = name.start;
            return;
        }
        if (kind != .type and lexer.peek(text, try scanner.skip()) != ':') return;
        const symbol = try scanner.add(kind, name);
        scanner.scopes.setEnd(symbol, scanner.valueEnd());
    }

    /// The `;` on the line of a value, or the end of the line: long values need no exact end.
    fn valueEnd(scanner: *const Scanner) usize {
        const longest = 400;
        const window = scanner.text[0..@min(scanner.text.len, scanner.pos + longest)];
        const end = lexer.find(";\n", window, scanner.pos);
        return if (lexer.peek(window, end) == ';') end + 1 else end;
    }

    fn readUse(scanner: *Scanner) Allocator.Error!void {
        const text = scanner.text;
        const start = try scanner.skip();
        const end = lexer.find(";", text, start);
        scanner.pos = end;
        const import: Span = .{ .start = @intCast(start), .end = @intCast(end) };
        if (end < text.len and !import.isEmpty()) {
            try scanner.found.imports.append(scanner.found.gpa, import);
        }
    }
};

/// Whether an item starts with `impl` after `before`: not a type in code.
fn startsItem(before: []const u8) bool {
    const words = std.mem.trim(u8, before, " \t\r\n");
    return words.len == 0 or std.mem.eql(u8, words, "unsafe") or std.mem.eql(u8, words, "default");
}

/// `union` is a keyword only before a name and its body.
fn isUnion(text: []const u8, end: usize) bool {
    const name = lexer.skipSpace(text, end);
    if (name == end or !Names.startsAt(text, name)) return false;
    const after = lexer.peek(text, lexer.skipSpace(text, Names.end(text, name)));
    return after == '{' or after == '<';
}

/// The brace of `extern "C" {`.
fn externBlock(text: []const u8, end: usize) ?usize {
    var at = lexer.skipSpace(text, end);
    if (lexer.peek(text, at) == '"') at = lexer.skipSpace(text, literalEnd(text, at));
    return if (lexer.peek(text, at) == '{') at else null;
}

/// The last part of the name of the type that `impl …` is for.
fn implementor(text: []const u8, from: usize) Span {
    var name: Span = .empty;
    var angles: usize = 0;
    var at = from;
    while (at < text.len) {
        if (Names.isPart(text[at])) {
            const end = Names.end(text, at);
            const word = text[at..end];
            if (std.mem.eql(u8, word, "where")) break;
            const is_lifetime = at > 0 and text[at - 1] == '\'';
            if (angles == 0 and !is_lifetime and Names.isStart(text[at])) {
                name = if (std.mem.eql(u8, word, "for"))
                    .empty
                else
                    .{ .start = @intCast(at), .end = @intCast(end) };
            }
            at = end;
            continue;
        }
        switch (text[at]) {
            '<' => angles += 1,
            '>' => if (text[at - 1] != '-') {
                angles -|= 1;
            },
            else => {},
        }
        at += 1;
    }
    return name;
}

const helpers = @import("testing.zig");

test "what Rust texts define" {
    try helpers.expectSymbols(.rust,
        \\use std::{fs, io};
        \\mod elsewhere;
        \\#[derive(Debug)]
        \\pub struct Foo<'a, T: Bar> where T: 'a { x: &'a T, y: [u8; 3] }
        \\struct Unit;
        \\pub enum E { A(u8), B }
        \\pub(crate) trait Shape: Sized { type Item; fn area(&self) -> f64; fn draw(&self) {} }
        \\unsafe impl<'a, T> Shape for a::Foo<'a, T> where T: Bar {
        \\    const fn area(&self) -> f64 { let c = '}'; let l: &'a str = "}"; 0.0 }
        \\}
        \\pub const MAX: usize = 3;
        \\static mut COUNT: u32 = 0;
        \\type Alias<T> = Vec<T>;
        \\macro_rules! make { ($x:ident) => { fn $x() {} } }
        \\mod inner { pub async fn go(f: fn(i32) -> i32, x: impl Fn()) { fn nested() {} } }
        \\cfg_net! { pub fn listed() { r#"}"#; /* /* } */ */ } }
        \\extern "C" { fn from_c(x: i32); }
        \\union U { a: u8 }
    ,
        \\class Foo 4-4
        \\class Unit 5-5
        \\enum E 6-6
        \\interface Shape 7-7
        \\type Shape.Item 7-7
        \\method Shape.area 7-7
        \\method Shape.draw 7-7
        \\method Foo.area 9-9
        \\constant MAX 11-11
        \\variable COUNT 12-12
        \\type Alias 13-13
        \\macro make 14-14
        \\module inner 15-15
        \\function inner.go 15-15
        \\function inner.nested 15-15
        \\function listed 16-16
        \\function from_c 17-17
        \\class U 18-18
    );
    const text = "use a::b::{C, D};\nextern crate e;\nmod f;";
    try helpers.expectSpans(.rust, text, .imports, "a::b::{C, D}|e|f");
}

test "literals of Rust and lifetimes" {
    const testing = std.testing;
    try testing.expectEqual(1, literalEnd("'a, 'b", 0));
    try testing.expectEqual(3, literalEnd("'a'", 0));
    try testing.expectEqual(4, literalEnd("'é'", 0));
    try testing.expectEqual(4, literalEnd("'\\''", 0));
    try testing.expectEqual(9, literalEnd("br#\"a\"b\"#", 3));
    try testing.expectEqual(5, literalEnd("r\"a\\\"", 1));
}
