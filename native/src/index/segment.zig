//! Reads one segment: the immutable index of a set of documents, in one contiguous run of bytes.
//!
//! Opening looks at the header alone. Everything behind it is decoded when it is asked for, and
//! every step is checked: what a damaged image holds wrongly is simply not there, an iterator ends
//! early, and ids that are handed out are always below their count. `verify` walks all of it and
//! tells.
const std = @import("std");
const dictionary = @import("dictionary.zig");
const format = @import("format.zig");
const hash = @import("hash.zig");
const postings_file = @import("postings.zig");
const symbols_file = @import("symbols.zig");
const types = @import("../base/types.zig");

const Cursor = format.Cursor;
const Section = format.Section;

pub const OpenError = error{ NotASegment, OtherVersion, Corrupt };

/// No name is longer; a run of more bytes is not in the dictionary, and its document says so with
/// `has_unlisted_text`.
pub const max_name_bytes = 160;
/// Room for the text of one name or word.
pub const TextBuffer = [max_name_bytes]u8;

const everything = std.math.maxInt(u32);

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
        return levels[@min(count, levels.len - 1)];
    }

    const levels: [counts[7] + 1]u3 = levels: {
        var levels_of_counts: [counts[7] + 1]u3 = undefined;
        var level: u3 = 0;
        for (&levels_of_counts, 0..) |*result, count| {
            if (level < 7 and counts[level + 1] <= count) level += 1;
            result.* = level;
        }
        break :levels levels_of_counts;
    };
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

/// The texts of a dictionary, how they are found, and the documents they stand in.
pub const Terms = struct {
    texts: []const u8 = &.{},
    blocks: []const u8 = &.{},
    postings: []const u8 = &.{},
    lookup: []const u8 = &.{},
    count: u32 = 0,

    fn block(terms: *const Terms, index: u32) ?format.BlockRecord {
        const offset = @as(u64, index) * @sizeOf(format.BlockRecord);
        return format.load(format.BlockRecord, terms.blocks, offset);
    }

    fn cursorAt(bytes: []const u8, offset: u32) Cursor {
        return .{ .bytes = bytes, .index = @min(offset, bytes.len) };
    }

    fn decoderAt(terms: *const Terms, index: u32) ?dictionary.TextDecoder {
        const record = terms.block(index) orelse return null;
        return .{ .cursor = cursorAt(terms.texts, record.text) };
    }

    fn find(terms: *const Terms, hash_of_text: u64, text: []const u8) ?u32 {
        var candidates: dictionary.Candidates = .find(terms.lookup, hash_of_text);
        while (candidates.next()) |index| {
            if (index > terms.count / names_per_block) continue;
            var decoder = terms.decoderAt(index) orelse continue;
            var id = index * names_per_block;
            const end = @min(terms.count, id + names_per_block);
            while (id < end) : (id += 1) {
                const found = decoder.next() orelse break;
                if (std.mem.eql(u8, found, text)) return id;
            }
        }
        return null;
    }

    fn textOf(terms: *const Terms, id: u32, buffer: *TextBuffer) []const u8 {
        if (id >= terms.count) return "";
        var decoder = terms.decoderAt(id / names_per_block) orelse return "";
        for (0..id % names_per_block) |_| _ = decoder.next() orelse return "";
        const found = decoder.next() orelse return "";
        @memcpy(buffer[0..found.len], found);
        return buffer[0..found.len];
    }

    pub fn listOf(
        terms: *const Terms,
        comptime what: postings_file.What,
        id: u32,
        documents: u32,
    ) postings_file.List(what) {
        const List = postings_file.List(what);
        if (id >= terms.count) return .{};
        const record = terms.block(id / names_per_block) orelse return .{};
        var cursor = cursorAt(terms.postings, record.postings);
        var before: u32 = 0;
        for (0..id % names_per_block) |_| {
            if (List.takeSingle(&cursor, &before, documents) != null) continue;
            const list = List.open(cursor, before, documents) orelse return .{};
            before = list.first;
            cursor.index = list.skip() orelse return .{};
        }
        return List.open(cursor, before, documents) orelse .{};
    }

    pub fn textsFrom(terms: *const Terms, from: u32, to: u32) TextIterator {
        const start = from / names_per_block;
        const end = if (to >= terms.count) terms.count else to / names_per_block * names_per_block;
        const decoder = terms.decoderAt(start) orelse return .{};
        return .{ .id = start * names_per_block, .end = end, .decoder = decoder };
    }
};

/// An opened segment. It owns nothing: the bytes must outlive it.
pub const Segment = struct {
    bytes: []const u8,
    counts: format.Counts,
    random_seed: u64,
    documents: []const u8,
    path_starts: []const u8,
    path_bytes: []const u8,
    path_lookup: []const u8,
    name_terms: Terms,
    word_terms: Terms,
    symbol_bytes: []const u8,
    imports_of_documents: []const u8,
    import_starts: []const u8,
    import_bytes: []const u8,

    pub fn open(bytes: []const u8) OpenError!Segment {
        const trailer = try format.readTrailer(bytes);
        const sections = &trailer.sections;
        const segment: Segment = .{
            .bytes = bytes,
            .counts = trailer.counts,
            .random_seed = trailer.seed,
            .documents = sliceOf(bytes, sections, .documents),
            .path_starts = sliceOf(bytes, sections, .path_starts),
            .path_bytes = sliceOf(bytes, sections, .path_bytes),
            .path_lookup = sliceOf(bytes, sections, .path_lookup),
            .name_terms = .{
                .texts = sliceOf(bytes, sections, .name_texts),
                .blocks = sliceOf(bytes, sections, .name_blocks),
                .postings = sliceOf(bytes, sections, .name_postings),
                .lookup = sliceOf(bytes, sections, .name_lookup),
                .count = trailer.counts.names,
            },
            .word_terms = .{
                .texts = sliceOf(bytes, sections, .word_texts),
                .blocks = sliceOf(bytes, sections, .word_blocks),
                .postings = sliceOf(bytes, sections, .word_postings),
                .lookup = sliceOf(bytes, sections, .word_lookup),
                .count = trailer.counts.words,
            },
            .symbol_bytes = sliceOf(bytes, sections, .symbols),
            .imports_of_documents = sliceOf(bytes, sections, .imports),
            .import_starts = sliceOf(bytes, sections, .import_starts),
            .import_bytes = sliceOf(bytes, sections, .import_bytes),
        };
        if (!segment.hasItsCounts()) return error.Corrupt;
        return segment;
    }

    fn sliceOf(bytes: []const u8, sections: []const format.Range, section: Section) []const u8 {
        const range = sections[@intFromEnum(section)];
        return bytes[@intCast(range.offset)..][0..@intCast(range.length)];
    }

    /// Whether there are as many records as the counts say: then every id below its count has one.
    fn hasItsCounts(segment: *const Segment) bool {
        const counts = &segment.counts;
        if (counts.documents > format.max_documents) return false;
        const documents: u64 = counts.documents;
        return segment.documents.len == documents * @sizeOf(format.DocumentRecord) and
            segment.path_starts.len == (documents + 1) * 4 and
            segment.import_starts.len == (@as(u64, counts.import_texts) + 1) * 4 and
            hasItsBlocks(&segment.name_terms) and hasItsBlocks(&segment.word_terms);
    }

    fn hasItsBlocks(terms: *const Terms) bool {
        const blocks = (@as(u64, terms.count) + names_per_block - 1) / names_per_block;
        return terms.blocks.len == blocks * @sizeOf(format.BlockRecord);
    }

    pub fn stats(segment: *const Segment) Stats {
        const counts = &segment.counts;
        return .{
            .documents = counts.documents,
            .names = counts.names,
            .words = counts.words,
            .symbols = counts.symbols,
            .imports = counts.imports,
            .text_bytes = counts.text_bytes,
            .total_words = counts.total_words,
        };
    }

    /// Random, chosen when the segment was built.
    pub fn seed(segment: *const Segment) u64 {
        return segment.random_seed;
    }

    // Documents: numbered from 0, `stats().documents` of them. Of one that is not there the path is
    // empty and everything else 0.

    pub fn path(segment: *const Segment, document: u32) []const u8 {
        return textBetween(segment.path_starts, segment.path_bytes, document);
    }

    /// Where in `path_bytes` the path of a document is.
    pub fn pathSpan(segment: *const Segment, document: u32) Span {
        return spanBetween(segment.path_starts, segment.path_bytes, document);
    }

    pub const Span = struct { start: u32 = 0, end: u32 = 0 };

    pub fn info(segment: *const Segment, document: u32) Info {
        const record = segment.recordOf(document) orelse return .{};
        return .{
            .hash = @as(u128, record.hash_high) << 64 | record.hash_low,
            .size = record.size,
            .mtime_ns = record.mtime_ns,
            .inode = record.inode,
            .lines = record.lines,
            .words = record.words,
            .language = std.enums.fromInt(types.Language, record.language) orelse .generic,
            .flags = @bitCast(record.flags),
        };
    }

    pub fn findPath(segment: *const Segment, wanted: []const u8) ?u32 {
        const hasher: hash.Hasher = .init(segment.random_seed);
        var candidates: dictionary.Candidates = .find(segment.path_lookup, hasher.hash(wanted));
        while (candidates.next()) |document| {
            if (document >= segment.counts.documents) continue;
            if (std.mem.eql(u8, segment.path(document), wanted)) return document;
        }
        return null;
    }

    /// Its definitions in the order of their first line, outer before inner.
    pub fn symbols(segment: *const Segment, document: u32) SymbolIterator {
        const record = segment.recordOf(document) orelse return .{};
        return .{
            .cursor = Terms.cursorAt(segment.symbol_bytes, record.symbols_at),
            .left = record.symbol_count,
            .names = segment.counts.names,
        };
    }

    /// What it asks for, as written.
    pub fn imports(segment: *const Segment, document: u32) ImportIterator {
        const record = segment.recordOf(document) orelse return .{ .segment = segment };
        var cursor = Terms.cursorAt(segment.imports_of_documents, record.imports_at);
        const count = cursor.number() orelse 0;
        const rest = cursor.bytes.len - cursor.index;
        return .{ .segment = segment, .cursor = cursor, .left = @intCast(@min(count, rest)) };
    }

    /// What a number of `ImportIterator.nextId` stands for.
    pub fn importText(segment: *const Segment, id: u32) []const u8 {
        return textBetween(segment.import_starts, segment.import_bytes, id);
    }

    pub fn recordOf(segment: *const Segment, document: u32) ?format.DocumentRecord {
        const offset = @as(u64, document) * @sizeOf(format.DocumentRecord);
        return format.load(format.DocumentRecord, segment.documents, offset);
    }

    fn textBetween(starts: []const u8, texts: []const u8, index: u32) []const u8 {
        const span = spanBetween(starts, texts, index);
        return texts[span.start..span.end];
    }

    /// Empty and within `texts` when there is no such text.
    fn spanBetween(starts: []const u8, texts: []const u8, index: u32) Span {
        const start = format.load(u32, starts, @as(u64, index) * 4) orelse return .{};
        const end = format.load(u32, starts, @as(u64, index) * 4 + 4) orelse return .{};
        if (start > end or end > texts.len) return .{};
        return .{ .start = start, .end = end };
    }

    // Names: every run of letters, digits, `_`, `$` and bytes above 127, as `tokenize.zig` cuts
    // them, case kept; plus the names of definitions that are no such run.

    pub fn findName(segment: *const Segment, text: []const u8) ?u32 {
        return segment.find(&segment.name_terms, text);
    }

    fn find(segment: *const Segment, terms: *const Terms, text: []const u8) ?u32 {
        const hasher: hash.Hasher = .init(segment.random_seed);
        return terms.find(hasher.hash(text), text);
    }

    pub fn nameText(segment: *const Segment, name: u32, buffer: *TextBuffer) []const u8 {
        return segment.name_terms.textOf(name, buffer);
    }

    pub fn namePostings(segment: *const Segment, name: u32) NamePostings {
        const list = segment.name_terms.listOf(.names, name, segment.counts.documents);
        return .{ .documents = list.documents, .list = list };
    }

    /// The texts of all names whose id is in `[from, to)`, both rounded down to whole blocks of
    /// `names_per_block`, so that threads can share the work. `(0, maxInt(u32))` is all of them.
    pub fn nameTexts(segment: *const Segment, from: u32, to: u32) TextIterator {
        return segment.name_terms.textsFrom(from, to);
    }

    /// The same with what the postings say; it takes twice as long.
    pub fn names(segment: *const Segment, from: u32, to: u32) NameIterator {
        return .init(&segment.name_terms, from, to, segment.counts.documents);
    }

    // Words: what `words.zig` makes of names, stemmed and in lower case.

    pub fn findWord(segment: *const Segment, text: []const u8) ?u32 {
        return segment.find(&segment.word_terms, text);
    }

    pub fn wordText(segment: *const Segment, word: u32, buffer: *TextBuffer) []const u8 {
        return segment.word_terms.textOf(word, buffer);
    }

    pub fn wordPostings(segment: *const Segment, word: u32) WordPostings {
        const list = segment.word_terms.listOf(.words, word, segment.counts.documents);
        return .{ .documents = list.documents, .list = list };
    }

    /// The texts of all words, as `nameTexts`.
    pub fn wordTexts(segment: *const Segment, from: u32, to: u32) TextIterator {
        return segment.word_terms.textsFrom(from, to);
    }
};

pub const names_per_block = 16;

/// Documents that hold a name, ascending.
pub const NamePostings = struct {
    /// How many there are.
    documents: u32 = 0,
    list: postings_file.List(.names) = .{},

    pub fn next(postings: *NamePostings) ?NamePosting {
        const entry = postings.list.nextEntry() orelse return null;
        return .{
            .document = postings_file.documentOf(entry),
            .is_defined = postings_file.payloadOf(entry) == postings_file.defined_payload,
        };
    }
};

/// Documents that hold a word, ascending.
pub const WordPostings = struct {
    /// How many there are.
    documents: u32 = 0,
    list: postings_file.List(.words) = .{},

    pub fn next(postings: *WordPostings) ?WordPosting {
        const entry = postings.list.nextEntry() orelse return null;
        return .{
            .document = postings_file.documentOf(entry),
            .payload = @bitCast(postings_file.payloadOf(entry)),
        };
    }
};

pub const TextIterator = struct {
    id: u32 = 0,
    end: u32 = 0,
    decoder: dictionary.TextDecoder = .{ .cursor = .{ .bytes = &.{} } },

    /// The next text, good until the call after; `id - 1` is then its id.
    pub fn next(iterator: *TextIterator) ?[]const u8 {
        if (iterator.id >= iterator.end) return null;
        const text = iterator.decoder.next() orelse {
            iterator.end = iterator.id;
            return null;
        };
        iterator.id += 1;
        return text;
    }
};

pub const NameIterator = struct {
    texts: TextIterator,
    cursor: Cursor,
    documents: u32,
    before: u32 = 0,

    fn init(terms: *const Terms, from: u32, to: u32, documents: u32) NameIterator {
        const record: format.BlockRecord = terms.block(from / names_per_block) orelse
            .{ .text = 0, .postings = 0 };
        return .{
            .texts = terms.textsFrom(from, to),
            .cursor = Terms.cursorAt(terms.postings, record.postings),
            .documents = documents,
        };
    }

    pub fn next(iterator: *NameIterator) ?NameEntry {
        const id = iterator.texts.id;
        if (id % names_per_block == 0) iterator.before = 0;
        const text = iterator.texts.next() orelse return null;
        const list = postings_file.List(.names)
            .open(iterator.cursor, iterator.before, iterator.documents) orelse return iterator.stop();
        iterator.cursor.index = list.skip() orelse return iterator.stop();
        iterator.before = list.first;
        return .{
            .id = id,
            .text = text,
            .documents = list.documents,
            .is_defined = list.any_flag,
        };
    }

    fn stop(iterator: *NameIterator) ?NameEntry {
        iterator.texts.end = iterator.texts.id;
        return null;
    }
};

pub const SymbolIterator = symbols_file.Decoder;

pub const ImportIterator = struct {
    segment: *const Segment,
    cursor: Cursor = .{ .bytes = &.{} },
    left: u32 = 0,

    pub fn next(iterator: *ImportIterator) ?[]const u8 {
        const id = iterator.nextId() orelse return null;
        return iterator.segment.importText(id);
    }

    /// The same as the number of the text: equal texts have equal ones.
    pub fn nextId(iterator: *ImportIterator) ?u32 {
        if (iterator.left == 0) return null;
        iterator.left -= 1;
        const id = iterator.cursor.number() orelse everything;
        if (id < iterator.segment.counts.import_texts) return id;
        iterator.left = 0;
        return null;
    }
};
