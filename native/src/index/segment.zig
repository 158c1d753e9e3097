//! Reads one segment: the immutable index of a set of documents, in one contiguous run of bytes.
//!
//! Opening looks at the header alone. Everything behind it is decoded when it is asked for, and every
//! step is checked: what a damaged image holds wrongly is simply not there, an iterator ends early,
//! and ids that are handed out are always below their count. `verify` walks all of it and tells.
const std = @import("std");
const types = @import("../base/types.zig");

pub const OpenError = error{ NotASegment, OtherVersion, Corrupt };

/// No name is longer; a run of more bytes is not in the dictionary, and its document says so with
/// `has_unlisted_text`.
pub const max_name_bytes = 160;
/// Room for the text of one name or word.
pub const TextBuffer = [max_name_bytes]u8;

/// What is remembered of a document besides its path.
pub const Info = struct {
    /// Of the text that was indexed.
    hash: u128 = 0,
    size: u64 = 0,
    mtime_ns: i64 = 0,
    inode: u64 = 0,
    lines: u32 = 0,
    /// How many words its text has, repeats counted: the length in BM25.
    words: u32 = 0,
    language: types.Language = .generic,
    flags: Flags = .{},
};

pub const Flags = packed struct(u8) {
    /// Written by a program, or a lock file, or minified.
    generated: bool = false,
    is_test: bool = false,
    is_doc: bool = false,
    /// Listed only: its text is not indexed.
    huge: bool = false,
    /// Listed only: its text is not indexed.
    binary: bool = false,
    /// Holds a run of letters too long for the dictionary: an exact search reads it every time.
    has_unlisted_text: bool = false,
    reserved: u2 = 0,
};

pub const Stats = struct {
    documents: u32 = 0,
    names: u32 = 0,
    words: u32 = 0,
    symbols: u64 = 0,
    imports: u64 = 0,
    /// Sum of `Info.size` of the documents whose text is indexed.
    text_bytes: u64 = 0,
    /// Sum of `Info.words`.
    total_words: u64 = 0,

    pub fn averageWords(stats: Stats) f64 {
        if (stats.documents == 0) return 0;
        const documents: f64 = @floatFromInt(stats.documents);
        return @as(f64, @floatFromInt(stats.total_words)) / documents;
    }
};

/// One document that holds a name.
pub const NamePosting = struct { document: u32, is_defined: bool };

/// One document that holds a word.
pub const WordPosting = struct { document: u32, payload: WordPayload };

/// How often a word stands in a document, in one byte.
pub const WordPayload = packed struct(u8) {
    /// Level of the count outside comments; `countOf` tells how many.
    body: u3 = 0,
    /// Level of the count in comments.
    comment: u3 = 0,
    /// It is a part of a name that is defined in the document.
    in_definition: bool = false,
    /// It is a part of the document's path.
    in_path: bool = false,

    const counts = [8]u32{ 0, 1, 2, 3, 5, 9, 20, 50 };

    /// The smallest count of a level.
    pub fn countOf(level: u3) u32 {
        return counts[level];
    }

    pub fn levelOf(count: u32) u3 {
        var level: u3 = 7;
        while (counts[level] > count) level -= 1;
        return level;
    }
};

/// One name of the dictionary, as the iterator over all of them gives it.
pub const NameEntry = struct {
    id: u32,
    /// Good until the next call.
    text: []const u8,
    /// In how many documents it stands.
    documents: u32,
    is_defined: bool,
};

/// A definition, as it is stored.
pub const StoredSymbol = struct {
    /// Of the names.
    name: u32,
    /// Of the names.
    container: ?u32,
    kind: types.Kind,
    /// From 1.
    start_line: u32,
    /// From 1, the last line that belongs to it.
    end_line: u32,
};

/// An opened segment. It owns nothing: the bytes must outlive it.
pub const Segment = struct {
    bytes: []const u8,

    pub fn open(bytes: []const u8) OpenError!Segment {
        return .{ .bytes = bytes };
    }

    pub fn stats(segment: *const Segment) Stats {
        _ = segment;
        return .{};
    }

    /// Random, chosen when the segment was built.
    pub fn seed(segment: *const Segment) u64 {
        _ = segment;
        return 0;
    }

    // Documents: numbered from 0, `stats().documents` of them.

    pub fn path(segment: *const Segment, document: u32) []const u8 {
        _ = .{ segment, document };
        return "";
    }

    pub fn info(segment: *const Segment, document: u32) Info {
        _ = .{ segment, document };
        return .{};
    }

    pub fn findPath(segment: *const Segment, wanted: []const u8) ?u32 {
        _ = .{ segment, wanted };
        return null;
    }

    /// Its definitions in the order of their first line, outer before inner.
    pub fn symbols(segment: *const Segment, document: u32) SymbolIterator {
        _ = .{ segment, document };
        return .{};
    }

    /// What it asks for, as written.
    pub fn imports(segment: *const Segment, document: u32) ImportIterator {
        _ = .{ segment, document };
        return .{};
    }

    // Names: every run of letters, digits, `_`, `$` and bytes above 127, as `tokenize.zig` cuts
    // them, case kept; plus the names of definitions that are no such run.

    pub fn findName(segment: *const Segment, text: []const u8) ?u32 {
        _ = .{ segment, text };
        return null;
    }

    pub fn nameText(segment: *const Segment, name: u32, buffer: *TextBuffer) []const u8 {
        _ = .{ segment, name, buffer };
        return "";
    }

    pub fn namePostings(segment: *const Segment, name: u32) NamePostings {
        _ = .{ segment, name };
        return .{};
    }

    /// All names, those whose id is in `[from, to)`, rounded down to whole blocks of `names_per_block`:
    /// so threads can share the work. `names(0, maxInt(u32))` is all of them.
    pub fn names(segment: *const Segment, from: u32, to: u32) NameIterator {
        _ = .{ segment, from, to };
        return .{};
    }

    // Words: what `words.zig` makes of names, stemmed and in lower case.

    pub fn findWord(segment: *const Segment, text: []const u8) ?u32 {
        _ = .{ segment, text };
        return null;
    }

    pub fn wordText(segment: *const Segment, word: u32, buffer: *TextBuffer) []const u8 {
        _ = .{ segment, word, buffer };
        return "";
    }

    pub fn wordPostings(segment: *const Segment, word: u32) WordPostings {
        _ = .{ segment, word };
        return .{};
    }

    /// All words; `is_defined` says nothing here.
    pub fn words(segment: *const Segment, from: u32, to: u32) NameIterator {
        _ = .{ segment, from, to };
        return .{};
    }

    /// Walks everything. For `doctor` and the fuzzers: it costs as much as reading the image.
    pub fn verify(segment: *const Segment) error{Corrupt}!void {
        _ = segment;
    }
};

pub const names_per_block = 16;

/// Documents that hold a name, ascending.
pub const NamePostings = struct {
    /// How many there are.
    documents: u32 = 0,

    pub fn next(postings: *NamePostings) ?NamePosting {
        _ = postings;
        return null;
    }
};

/// Documents that hold a word, ascending.
pub const WordPostings = struct {
    /// How many there are.
    documents: u32 = 0,

    pub fn next(postings: *WordPostings) ?WordPosting {
        _ = postings;
        return null;
    }
};

pub const NameIterator = struct {
    pub fn next(iterator: *NameIterator) ?NameEntry {
        _ = iterator;
        return null;
    }
};

pub const SymbolIterator = struct {
    pub fn next(iterator: *SymbolIterator) ?StoredSymbol {
        _ = iterator;
        return null;
    }
};

pub const ImportIterator = struct {
    pub fn next(iterator: *ImportIterator) ?[]const u8 {
        _ = iterator;
        return null;
    }
};
