//! The words inside names and prose: `maxRetryCount`, `MAX_RETRY_COUNT` and "retries" all speak of
//! a retry. The builder and the queries use the same words, so they meet.
//!
//! A name is cut at case changes, digits and everything that is no letter. English words lose their
//! endings (`stem`). Scripts that write no spaces give each pair of neighbours as a word. Single
//! Latin letters are no words: they stand in every file and tell nothing.
const std = @import("std");

/// Longer words are cut: nobody asks for them.
pub const max_word_bytes = 48;

/// What a character is to the cutting of names.
const Class = enum { other, lower, upper, digit, unspaced };

const Character = struct {
    class: Class,
    /// In lower case.
    folded: u21,
    bytes: u3,
};

/// Gives the words of a text, one after another, without memory of its own beyond a buffer.
pub const Iterator = struct {
    text: []const u8,
    index: usize = 0,
    buffer: [max_word_bytes + 8]u8 = undefined,
    length: usize = 0,
    /// The character before in a run of an unspaced script; its pair with the next one is a word.
    pair: ?Character = null,

    pub fn init(text: []const u8) Iterator {
        return .{ .text = text };
    }

    /// The next word, good until the call after. It starts at the first byte of `buffer`.
    pub fn next(words: *Iterator) ?[]const u8 {
        return stem(words.nextPart() orelse return null);
    }

    /// The next word with its ending still on, in lower case: `stem` makes a word of it.
    pub fn nextPart(words: *Iterator) ?[]u8 {
        while (words.index < words.text.len) {
            if (words.pair == null and words.takePlain()) {
                if (words.length == 0) continue;
                return words.buffer[0..words.length];
            }
            const first = characterAt(words.text, words.index);
            words.length = 0;
            switch (first.class) {
                .other => {
                    words.index += first.bytes;
                    words.pair = null;
                    continue;
                },
                .unspaced => if (!words.takePair(first)) continue,
                .digit => words.takeRun(.digit),
                .lower => words.takeRun(.lower),
                .upper => words.takeCapital(),
            }
            if (first.class != .unspaced) words.pair = null;
            if (words.length == 1 and first.class != .digit) continue;
            return words.buffer[0..words.length];
        }
        return null;
    }

    /// The quick way for what names are mostly made of: letters and digits of ASCII. Takes a part,
    /// or passes over what is none and leaves `length` 0; false when other letters have a say.
    fn takePlain(words: *Iterator) bool {
        const text = words.text;
        var index = words.index;
        words.length = 0;
        while (index < text.len and plain_classes[text[index]] == .other) index += 1;
        words.index = index;
        if (index == text.len) return true;
        const first = plain_classes[text[index]];
        if (first == .wide) return false;
        const start = index;
        index += 1;
        while (index < text.len and plain_classes[text[index]] == first) index += 1;
        if (first == .upper and index < text.len and plain_classes[text[index]] == .lower) {
            if (index - start > 1) {
                index -= 1;
            } else while (index < text.len and plain_classes[text[index]] == .lower) index += 1;
        }
        if (index < text.len and plain_classes[text[index]] == .wide) return false;
        words.index = index;
        if (index - start == 1 and first != .digit) return true;
        words.length = @min(index - start, max_word_bytes);
        for (words.buffer[0..words.length], text[start..][0..words.length]) |*folded, byte| {
            // Digits have this bit already.
            folded.* = byte | 0x20;
        }
        return true;
    }

    /// A pair needs two; a character that stands alone is a word too.
    fn takePair(words: *Iterator, first: Character) bool {
        words.index += first.bytes;
        if (words.pair) |before| {
            words.push(before);
            words.push(first);
        } else {
            const is_alone = words.index >= words.text.len or
                characterAt(words.text, words.index).class != .unspaced;
            if (is_alone) words.push(first);
        }
        words.pair = first;
        return words.length > 0;
    }

    fn takeRun(words: *Iterator, class: Class) void {
        while (words.index < words.text.len) {
            const character = characterAt(words.text, words.index);
            if (character.class != class) return;
            words.push(character);
            words.index += character.bytes;
        }
    }

    /// `Server`, or as many capitals as belong together: the last of `HTTPServer`'s starts a word.
    fn takeCapital(words: *Iterator) void {
        while (words.index < words.text.len) {
            const character = characterAt(words.text, words.index);
            if (character.class == .lower) {
                words.takeRun(.lower);
                return;
            }
            if (character.class != .upper) return;
            const after = words.index + character.bytes;
            const starts_a_word = words.length > 0 and after < words.text.len and
                characterAt(words.text, after).class == .lower;
            if (starts_a_word) return;
            words.push(character);
            words.index = after;
        }
    }

    fn push(words: *Iterator, character: Character) void {
        if (words.length + character.bytes > max_word_bytes) return;
        const room = words.buffer[words.length..];
        const written = std.unicode.utf8Encode(character.folded, room) catch return;
        words.length += written;
    }
};

const PlainClass = enum(u8) { other, lower, upper, digit, wide };

const plain_classes: [256]PlainClass = classes: {
    var classes: [256]PlainClass = @splat(.other);
    for ('a'..'z' + 1) |byte| classes[byte] = .lower;
    for ('A'..'Z' + 1) |byte| classes[byte] = .upper;
    for ('0'..'9' + 1) |byte| classes[byte] = .digit;
    for (0x80..0x100) |byte| classes[byte] = .wide;
    break :classes classes;
};

fn characterAt(text: []const u8, index: usize) Character {
    const byte = text[index];
    return switch (byte) {
        'a'...'z' => .{ .class = .lower, .folded = byte, .bytes = 1 },
        'A'...'Z' => .{ .class = .upper, .folded = byte | 0x20, .bytes = 1 },
        '0'...'9' => .{ .class = .digit, .folded = byte, .bytes = 1 },
        0x80...0xff => wideCharacterAt(text, index),
        else => .{ .class = .other, .folded = byte, .bytes = 1 },
    };
}

fn wideCharacterAt(text: []const u8, index: usize) Character {
    const broken: Character = .{ .class = .other, .folded = ' ', .bytes = 1 };
    const length = std.unicode.utf8ByteSequenceLength(text[index]) catch return broken;
    if (index + length > text.len) return broken;
    const code = std.unicode.utf8Decode(text[index..][0..length]) catch return broken;
    const folded = lowerOf(code);
    const class: Class = if (folded != code) .upper else classOf(code);
    return .{ .class = class, .folded = folded, .bytes = length };
}

fn classOf(code: u21) Class {
    return switch (code) {
        0x80...0xa9, 0xab...0xb4, 0xb6...0xb9, 0xbb...0xbf, 0xd7, 0xf7 => .other,
        0x2000...0x2bff, 0x3000...0x3004, 0x3008...0x3020, 0x3030 => .other,
        0xe000...0xf8ff, 0xfe10...0xfe6f, 0xff00...0xff0f, 0xfff0...0xffff => .other,
        0x0e00...0x0eff, 0x1000...0x109f, 0x1780...0x17ff => .unspaced,
        0x2e80...0x2fff, 0x3005...0x3007, 0x3021...0x302f, 0x3031...0xd7ff => .unspaced,
        0xf900...0xfaff, 0xff66...0xff9f, 0x20000...0x3ffff => .unspaced,
        0x1f000...0x1faff => .other,
        else => .lower,
    };
}

/// Lower case of the alphabets that source code is commented in: Latin, Greek, Cyrillic.
fn lowerOf(code: u21) u21 {
    return switch (code) {
        0xc0...0xd6, 0xd8...0xde, 0x391...0x3a1, 0x3a3...0x3a9, 0x410...0x42f => code + 0x20,
        0x400...0x40f => code + 0x50,
        0x100...0x12f, 0x132...0x137, 0x14a...0x177, 0x460...0x481, 0x1e00...0x1eff => code | 1,
        0x139...0x148, 0x179...0x17e => code + (code & 1),
        else => code,
    };
}

/// A light stem of a word in lower case: plural, `-ing`, `-ed`, `-er`, `-ion`, `-ly` and a last `e`
/// go, so that parse, parser, parsed and parsing meet. Changes the word where it stands.
pub fn stem(word: []u8) []u8 {
    if (word.len < 4) return word;
    switch (word[word.len - 1]) {
        // All endings that are known end in one of these.
        'd', 'e', 'g', 'n', 'r', 's', 't', 'y' => {},
        else => return word,
    }
    for (word) |byte| if (byte < 'a' or byte > 'z') return word;
    var stemmed = word;
    if (irregular.get(word)) |present| {
        @memcpy(word[0..present.len], present);
        stemmed = word[0..present.len];
    }
    if (stemmed.len >= 6 and ends(stemmed, "ly")) {
        stemmed.len -= if (ends(stemmed, "ically")) 4 else 2;
    }
    stemmed = withoutSuffix(withoutPlural(stemmed));
    if (stemmed.len > 3 and ends(stemmed, "e")) stemmed.len -= 1;
    if (stemmed.len > 3 and ends(stemmed, "y")) stemmed[stemmed.len - 1] = 'i';
    return stemmed;
}

/// Past forms that people ask with for functions named in the present.
const irregular = std.StaticStringMap([]const u8).initComptime(.{
    .{ "begun", "begin" },   .{ "built", "build" }, .{ "chosen", "choose" },
    .{ "drawn", "draw" },    .{ "held", "hold" },   .{ "hidden", "hide" },
    .{ "kept", "keep" },     .{ "lost", "lose" },   .{ "sent", "send" },
    .{ "shown", "show" },    .{ "taken", "take" },  .{ "thrown", "throw" },
    .{ "written", "write" },
});

fn withoutPlural(word: []u8) []u8 {
    if (ends(word, "ies") or ends(word, "ied")) {
        word[word.len - 3] = 'y';
        return word[0 .. word.len - 2];
    }
    const sibilants = [_][]const u8{ "sses", "xes", "zes", "ches", "shes" };
    for (sibilants) |ending| if (ends(word, ending)) return word[0 .. word.len - 2];
    if (word.len < 2 or !ends(word, "s")) return word;
    return switch (word[word.len - 2]) {
        's', 'i', 'u' => word,
        else => word[0 .. word.len - 1],
    };
}

fn withoutSuffix(word: []u8) []u8 {
    const base = baseOf(word) orelse return word;
    if (base.len < 3) return word;
    const last = base[base.len - 1];
    const is_doubled = base[base.len - 2] == last and
        std.mem.indexOfScalar(u8, "bdfgmnprt", last) != null;
    return if (is_doubled) base[0 .. base.len - 1] else base;
}

fn baseOf(word: []u8) ?[]u8 {
    if (ends(word, "ing")) {
        const base = word[0 .. word.len - 3];
        if (hasVowel(base)) return base;
    }
    if (ends(word, "ed")) {
        const base = word[0 .. word.len - 2];
        if (hasVowel(base) and !ends(base, "e")) return base;
    }
    if (word.len >= 7 and (ends(word, "tion") or ends(word, "sion"))) return word[0 .. word.len - 3];
    if (word.len >= 6 and (ends(word, "er") or ends(word, "or"))) return word[0 .. word.len - 2];
    return null;
}

fn hasVowel(word: []const u8) bool {
    return std.mem.indexOfAny(u8, word, "aeiouy") != null;
}

fn ends(word: []const u8, ending: []const u8) bool {
    return std.mem.endsWith(u8, word, ending);
}

fn expectWords(text: []const u8, expected: []const []const u8) !void {
    var words: Iterator = .init(text);
    for (expected) |word| try std.testing.expectEqualStrings(word, words.next() orelse "(none)");
    try std.testing.expectEqual(null, words.next());
}

test "names are cut at case changes, digits and marks" {
    try expectWords("maxRetryCount", &.{ "max", "retri", "count" });
    try expectWords("MAX_RETRY_COUNT2", &.{ "max", "retri", "count", "2" });
    try expectWords("HTTPServer", &.{ "http", "serv" });
    try expectWords("parseURL", &.{ "pars", "url" });
    try expectWords("x86_64 i a", &.{ "86", "64" });
    try expectWords("aB Cd EFg ABé XMLé", &.{ "cd", "fg", "bé", "xm", "lé" });
    try expectWords("$$ _ -", &.{});
}

test "forms of a word meet" {
    for ([_][]const u8{ "parse", "parser", "parsed", "parsing", "parses", "Parsers" }) |form| {
        try expectWords(form, &.{"pars"});
    }
    for ([_][]const u8{ "connect", "connection", "connections", "connected" }) |form| {
        try expectWords(form, &.{"connect"});
    }
    try expectWords("built classes matches", &.{ "build", "class", "match" });
    try expectWords("basically stopped bed status need", &.{ "basic", "stop", "bed", "status", "need" });
}

test "other alphabets and scripts without spaces" {
    try expectWords("Größe ÉTÉ Привет", &.{ "größe", "été", "привет" });
    try expectWords("索引検索 字 a", &.{ "索引", "引検", "検索", "字" });
    try expectWords("“quoted”—dash", &.{ "quot", "dash" });
    try expectWords("bad \xff\xc3 utf", &.{ "bad", "utf" });
}

test "a word that never ends is cut" {
    var words: Iterator = .init("ab" ** 100);
    try std.testing.expectEqual(max_word_bytes, words.next().?.len);
    try std.testing.expectEqual(null, words.next());
}
