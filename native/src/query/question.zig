//! What a question asks for: the words, identifiers and paths in it that can be found in code.
//!
//! The first line is what it is about; the rest of an issue is often output, versions and talk, so
//! its words weigh less and only so many of them are taken.
const std = @import("std");
const mentions_file = @import("mentions.zig");
const scope_file = @import("scope.zig");
const weights = @import("weights.zig");
const words_file = @import("../index/words.zig");
const tokenize = @import("../index/tokenize.zig");
const vocabulary = @import("vocabulary.zig");

const Allocator = std.mem.Allocator;

/// One bit each in the masks of a passage.
pub const max_terms = 64;
const max_title_terms = 40;
const max_body_terms = 48;
pub const max_names = 24;
/// As many words at the start of a question may say which kind of file is asked for.
const kind_terms = 2;
/// A pasted log is read up to here.
const max_bytes = 12_000;
/// So far apart are two words at most that belong together: `no number is assigned`.
pub const max_distance = 3;

pub const Term = struct {
    /// Stemmed, in lower case, as in the dictionary of words.
    stem: []const u8,
    /// As it was written first, for people.
    shown: []const u8,
    weight: f32,
};

/// An identifier that is looked for as it is written.
pub const Name = struct {
    text: []const u8,
    weight: f32,
};

pub const Question = struct {
    terms: []const Term,
    /// For each term of the first line those right after it, as bits.
    followers: *const [max_terms]u64,
    names: []const Name,
    mentions: mentions_file.Mentions,
    /// The part of the project that the first line names before its colon.
    scope: ?[]const u8,
    /// No more than a first line.
    is_one_line: bool,
    asks_for_tests: bool,
    asks_for_prose: bool,

    pub fn isEmpty(question: *const Question) bool {
        return question.terms.len == 0 and question.names.len == 0 and question.mentions.isEmpty();
    }
};

/// Reads a question. Common words are dropped unless nothing else is left.
pub fn parse(arena: Allocator, text: []const u8) Allocator.Error!Question {
    const plain = try withoutNoise(arena, text[0..@min(text.len, max_bytes)]);
    const title_end = std.mem.indexOfScalar(u8, plain, '\n') orelse plain.len;
    const title = plain[0..title_end];
    const body = plain[title_end..];

    var parser: Parser = .{ .arena = arena, .common = try .init(arena) };
    try parser.addText(title, .{
        .word = weights.title_word,
        .name = weights.title_name,
        .max_terms = max_title_terms,
        .has_pairs = true,
    });
    // One word alone is a name that somebody looks for, however plain it is.
    if (isOneRun(plain)) try parser.addName(title, weights.title_name);
    const asked_stems = parser.terms.items.len;
    try parser.addText(body, .{
        .word = weights.body_word,
        .name = weights.body_name,
        .max_terms = max_body_terms,
        .has_pairs = false,
    });
    if (parser.terms.items.len == 0 and parser.names.items.len == 0) {
        parser.keeps_common = true;
        try parser.addText(plain, .{
            .word = weights.title_word,
            .name = weights.title_name,
            .max_terms = max_title_terms,
            .has_pairs = true,
        });
    }
    // What somebody asks for stands first; further on a test is what failed or what is tested.
    const asked = parser.terms.items[0..@min(asked_stems, kind_terms)];
    const asks_for_tests = asksFor(asked, vocabulary.test_words);
    const asks_for_prose = asksFor(asked, vocabulary.prose_words);
    try parser.addShortForms();
    const followers = try arena.create([max_terms]u64);
    followers.* = parser.followers;
    return .{
        .terms = parser.terms.items,
        .followers = followers,
        .names = parser.names.items,
        .mentions = try mentions_file.find(arena, plain),
        .scope = scope_file.find(title),
        .is_one_line = std.mem.trim(u8, body, " \t\r\n").len == 0,
        .asks_for_tests = asks_for_tests,
        .asks_for_prose = asks_for_prose,
    };
}

fn asksFor(terms: []const Term, kinds: []const u8) bool {
    var kind_words: words_file.Iterator = .init(kinds);
    while (kind_words.next()) |kind| {
        for (terms) |term| if (std.mem.eql(u8, term.stem, kind)) return true;
    }
    return false;
}

const Worth = struct { word: f32, name: f32, max_terms: usize, has_pairs: bool };

const Parser = struct {
    arena: Allocator,
    common: vocabulary.CommonWords,
    keeps_common: bool = false,
    terms: std.ArrayList(Term) = .empty,
    names: std.ArrayList(Name) = .empty,
    known: std.StringHashMapUnmanaged(u32) = .empty,
    followers: [max_terms]u64 = @splat(0),
    /// The last term, and how many words ago it was.
    previous: ?u32 = null,
    distance: u32 = 0,

    fn addText(parser: *Parser, text: []const u8, worth: Worth) Allocator.Error!void {
        var before: []const u8 = "";
        var before_end: usize = 0;
        var runs: Runs = .{ .text = text };
        while (runs.next()) |run| {
            const start = runs.at - run.len;
            const is_quoted = start > 0 and text[start - 1] == '`' and
                runs.at < text.len and (text[runs.at] == '`' or text[runs.at] == '(');
            const is_name = is_quoted and run.len > 2 or looksLikeName(run);
            if (is_name) try parser.addName(run, worth.name);
            const is_common = try parser.addWords(run, worth);
            const is_next = start == before_end + 1 and
                (text[before_end] == ' ' or text[before_end] == '-');
            if (is_next and !is_common and before.len > 0) try parser.addJoined(before, run, worth);
            before = if (is_common or !isPlainWord(run)) "" else run;
            before_end = runs.at;
        }
    }

    /// Says whether all of it was common words.
    fn addWords(parser: *Parser, run: []const u8, worth: Worth) Allocator.Error!bool {
        var is_common = true;
        var parts: words_file.Iterator = .init(run);
        while (parts.next()) |stem| {
            if (std.ascii.isDigit(stem[0]) and isNumber(stem)) continue;
            if (!parser.keeps_common and parser.common.has(stem)) continue;
            is_common = false;
            try parser.addTerm(stem, run, worth.word, worth.max_terms);
            if (worth.has_pairs) parser.addPair(stem);
        }
        parser.distance += 1;
        return is_common;
    }

    /// Remembers which term stands before this one.
    fn addPair(parser: *Parser, stem: []const u8) void {
        const index = parser.known.get(stem) orelse return;
        if (parser.previous) |previous| if (previous != index and parser.distance <= max_distance) {
            parser.followers[previous] |= @as(u64, 1) << @intCast(index);
        };
        parser.previous = index;
        parser.distance = 0;
    }

    fn addTerm(
        parser: *Parser,
        stem: []const u8,
        shown: []const u8,
        weight: f32,
        most: usize,
    ) Allocator.Error!void {
        if (parser.known.get(stem)) |index| {
            const known = &parser.terms.items[index];
            const more = known.weight + weight * weights.repeated_word;
            known.weight = @max(known.weight, @min(weights.title_word, more));
            return;
        }
        if (parser.terms.items.len >= most) return;
        const kept = try parser.arena.dupe(u8, stem);
        try parser.known.put(parser.arena, kept, @intCast(parser.terms.items.len));
        try parser.terms.append(parser.arena, .{ .stem = kept, .shown = shown, .weight = weight });
    }

    fn addName(parser: *Parser, name: []const u8, weight: f32) Allocator.Error!void {
        for (parser.names.items) |known| if (std.mem.eql(u8, known.text, name)) return;
        if (parser.names.items.len >= max_names) return;
        try parser.names.append(parser.arena, .{ .text = name, .weight = weight });
    }

    fn addJoined(
        parser: *Parser,
        left: []const u8,
        right: []const u8,
        worth: Worth,
    ) Allocator.Error!void {
        if (!isPlainWord(right)) return;
        const joined = try std.mem.concat(parser.arena, u8, &.{ left, right });
        for (joined) |*byte| byte.* = std.ascii.toLower(byte.*);
        var parts: words_file.Iterator = .init(joined);
        const stem = parts.next() orelse return;
        if (parser.known.contains(stem)) return;
        try parser.addTerm(stem, joined, worth.word * weights.joined_words, worth.max_terms);
    }

    fn addShortForms(parser: *Parser) Allocator.Error!void {
        const asked = parser.terms.items.len;
        for (vocabulary.short_forms) |pair| {
            for (pair, [2][]const u8{ pair[1], pair[0] }) |word, other| {
                var stem_of_word: words_file.Iterator = .init(word);
                const index = parser.known.get(stem_of_word.next() orelse continue) orelse continue;
                if (index >= asked) continue;
                const weight = parser.terms.items[index].weight * weights.short_form;
                var stem_of_other: words_file.Iterator = .init(other);
                const stem = stem_of_other.next() orelse continue;
                if (parser.known.contains(stem)) continue;
                try parser.addTerm(stem, other, weight, max_terms);
            }
        }
    }
};

const Runs = struct {
    text: []const u8,
    /// One past the run that `next` gave.
    at: usize = 0,

    fn next(runs: *Runs) ?[]const u8 {
        while (runs.at < runs.text.len and !tokenize.isRunByte(runs.text[runs.at])) runs.at += 1;
        const start = runs.at;
        while (runs.at < runs.text.len and tokenize.isRunByte(runs.text[runs.at])) runs.at += 1;
        return if (runs.at > start) runs.text[start..runs.at] else null;
    }
};

fn isOneRun(text: []const u8) bool {
    for (text) |byte| if (!tokenize.isRunByte(byte)) return false;
    return text.len > 2;
}

fn isNumber(text: []const u8) bool {
    for (text) |byte| if (!std.ascii.isDigit(byte)) return false;
    return true;
}

/// Only letters, as in prose.
fn isPlainWord(run: []const u8) bool {
    for (run) |byte| if (!std.ascii.isAlphabetic(byte)) return false;
    return run.len > 1;
}

/// Written as in code: an inner capital after a small letter, a mark inside, letters with digits.
pub fn looksLikeName(run: []const u8) bool {
    if (run.len < 3) return false;
    var has_letter = false;
    var has_mark = false;
    for (run, 0..) |byte, index| {
        if (std.ascii.isAlphabetic(byte)) has_letter = true;
        if (std.ascii.isDigit(byte)) has_mark = true;
        if (index == 0) continue;
        if (byte == '_' or byte == '$') has_mark = true;
        if (std.ascii.isUpper(byte) and std.ascii.isLower(run[index - 1])) has_mark = true;
        const starts_word = index > 1 and std.ascii.isLower(byte) and
            std.ascii.isUpper(run[index - 1]) and std.ascii.isUpper(run[index - 2]);
        if (starts_word) has_mark = true;
    }
    return has_letter and has_mark;
}

/// Without the comments of an issue's template, web addresses, and the marks before its first line.
fn withoutNoise(arena: Allocator, text: []const u8) Allocator.Error![]const u8 {
    var plain: std.ArrayList(u8) = try .initCapacity(arena, text.len);
    var at: usize = 0;
    while (at < text.len) {
        const rest = text[at..];
        if (std.mem.startsWith(u8, rest, "<!--")) {
            const end = std.mem.indexOf(u8, rest, "-->") orelse break;
            at += end + 3;
        } else if (std.mem.startsWith(u8, rest, "http://") or
            std.mem.startsWith(u8, rest, "https://"))
        {
            at += std.mem.indexOfAny(u8, rest, " \t\r\n)>]\"'`") orelse rest.len;
        } else {
            plain.appendAssumeCapacity(text[at]);
            at += 1;
        }
    }
    return std.mem.trim(u8, plain.items, " \t\r\n#*");
}

fn expectTerm(question: *const Question, stem: []const u8, weight: f32) !void {
    for (question.terms) |term| {
        if (!std.mem.eql(u8, term.stem, stem)) continue;
        return std.testing.expectApproxEqAbs(weight, term.weight, 0.001);
    }
    return error.TermNotFound;
}

test "words, names and what they are worth" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const question = try parse(arena.allocator(),
        \\How does parseDiff handle index entries?
        \\It should retry the `connection`. <!-- delete this template --> https://example.org/zebra
    );
    try expectTerm(&question, "pars", 1);
    try expectTerm(&question, "index", 1);
    try expectTerm(&question, "indexentri", 0.7);
    try expectTerm(&question, "retri", 0.4);
    try expectTerm(&question, "conn", 0.16);
    try std.testing.expectError(error.TermNotFound, expectTerm(&question, "templat", 1));
    try std.testing.expectError(error.TermNotFound, expectTerm(&question, "zebra", 1));
    try std.testing.expectError(error.TermNotFound, expectTerm(&question, "how", 1));
    try std.testing.expectEqual(2, question.names.len);
    try std.testing.expectEqualStrings("parseDiff", question.names[0].text);
    try std.testing.expectEqualStrings("connection", question.names[1].text);
    try std.testing.expect(!question.asks_for_tests);
}

test "terms of the first line know what follows them" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const question = try parse(arena.allocator(), "no number is assigned\nfor large tables");
    try std.testing.expectEqualStrings("numb", question.terms[0].stem);
    try std.testing.expectEqual(1 << 1, question.followers[0]);
    for (question.followers[1..]) |followers| try std.testing.expectEqual(0, followers);
}

test "a question of common words keeps them, and tests and documents can be asked for" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const common = try parse(arena.allocator(), "how is it?");
    try std.testing.expect(common.terms.len > 0);
    const tests = try parse(arena.allocator(), "tests of the http client");
    try std.testing.expect(tests.asks_for_tests);
    const prose = try parse(arena.allocator(), "how do I install it");
    try std.testing.expect(prose.asks_for_prose);
    try std.testing.expect((try parse(arena.allocator(), "")).isEmpty());
    try std.testing.expectEqual(1, (try parse(arena.allocator(), "kmalloc")).names.len);
}

test "what looks like a name" {
    for ([_][]const u8{ "parseDiff", "HTTP_PROXY", "HTTPServer", "utf8", "_main", "a_b" }) |name| {
        try std.testing.expectEqual(!std.mem.eql(u8, name, "_main"), looksLikeName(name));
    }
    for ([_][]const u8{ "parse", "HTTP", "Title", "123", "ab" }) |word| {
        try std.testing.expect(!looksLikeName(word));
    }
}

test "endless and broken questions" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const long = try arena.allocator().alloc(u8, 100_000);
    for (long, 0..) |*byte, index| byte.* = @intCast(index % 256);
    const question = try parse(arena.allocator(), long);
    try std.testing.expect(question.terms.len <= max_terms);
    _ = try parse(arena.allocator(), "<!-- never closed");
}
