//! Writes what a builder has gathered as the image of a segment.
const std = @import("std");
const dictionary = @import("dictionary.zig");
const format = @import("format.zig");
const postings = @import("postings.zig");
const PlainTexts = @import("plain_texts.zig").PlainTexts;
const Run = @import("run.zig").Run;

const Allocator = std.mem.Allocator;
const Io = std.Io;

pub const Error = error{ OutOfMemory, TooManyNames, WriteFailed };

/// What only merges will read needs no look-ups.
pub const Extent = enum { whole, without_lookups };

/// What turning lists over needs. A builder that writes many runs keeps it: fresh memory costs as
/// much as what is done in it.
pub const Scratch = struct {
    bytes: std.ArrayList(u8) = .empty,
    ends: std.ArrayList(u32) = .empty,
    entries: std.ArrayList(u32) = .empty,

    pub fn deinit(scratch: *Scratch, gpa: Allocator) void {
        scratch.bytes.deinit(gpa);
        scratch.ends.deinit(gpa);
        scratch.entries.deinit(gpa);
    }
};

pub fn write(
    gpa: Allocator,
    run: *Run,
    scratch: *Scratch,
    seed: u64,
    extent: Extent,
    out: *Io.Writer,
) Error!void {
    var image: format.ImageWriter = try .init(out);
    try image.writeSection(.documents, std.mem.sliceAsBytes(run.documents.items));
    try writePlainTexts(&image, &run.paths, .path_starts, .path_bytes);
    try image.writeSection(.name_texts, run.name_texts.bytes.items);
    try writePostings(.names, gpa, &image, run, scratch);
    try image.writeSection(.name_blocks, std.mem.sliceAsBytes(run.name_texts.blocks.items));
    try image.writeSection(.word_texts, run.word_texts.bytes.items);
    try writePostings(.words, gpa, &image, run, scratch);
    try image.writeSection(.word_blocks, std.mem.sliceAsBytes(run.word_texts.blocks.items));
    try image.writeSection(.symbols, run.symbol_bytes.items);
    try image.writeSection(.imports, run.import_ids.items);
    try writePlainTexts(&image, &run.imports, .import_starts, .import_bytes);
    if (extent == .whole) {
        try writeLookup(gpa, &image, .path_lookup, &scratch.bytes, &run.paths.table, sameId, 0);
        try writeLookup(gpa, &image, .name_lookup, &scratch.bytes, &run.names, nameId, block_shift);
        try writeLookup(gpa, &image, .word_lookup, &scratch.bytes, &run.words, sameId, block_shift);
    }
    run.counts.documents = @intCast(run.documents.items.len);
    run.counts.names = run.name_texts.count();
    run.counts.words = run.word_texts.count();
    run.counts.import_texts = @intCast(run.imports.starts.items.len);
    try image.finish(run.counts, seed);
}

/// A look-up leads to the block of a text.
pub const block_shift = std.math.log2_int(u32, dictionary.texts_per_block);

pub fn sameId(id: u32) u32 {
    return id;
}

fn nameId(name: Run.Name) u32 {
    return name.id;
}

/// Texts and where each starts, with one start more than there are texts.
pub fn writePlainTexts(
    image: *format.ImageWriter,
    texts: *const PlainTexts,
    starts: format.Section,
    bytes: format.Section,
) error{WriteFailed}!void {
    const end: u32 = @intCast(texts.bytes.items.len);
    image.begin(starts);
    try image.write(std.mem.sliceAsBytes(texts.starts.items));
    try image.write(std.mem.asBytes(&end));
    image.end(starts);
    try image.writeSection(bytes, texts.bytes.items);
}

pub fn writeLookup(
    gpa: Allocator,
    image: *format.ImageWriter,
    section: format.Section,
    scratch: *std.ArrayList(u8),
    table: anytype,
    comptime idOf: anytype,
    shift: u5,
) error{ OutOfMemory, WriteFailed }!void {
    scratch.clearRetainingCapacity();
    try dictionary.appendLookup(gpa, scratch, table, idOf, shift);
    try image.writeSection(section, scratch.items);
}

/// Turns the lists of the documents over: two passes over them, one to count, one to sort.
fn writePostings(
    comptime what: postings.What,
    gpa: Allocator,
    image: *format.ImageWriter,
    run: *Run,
    scratch: *Scratch,
) Error!void {
    const shift = if (what == .names) 1 else 8;
    const values = if (what == .names) run.name_entries.items else run.word_entries.items;
    const texts = if (what == .names) &run.name_texts else &run.word_texts;
    // A place in `values` fits: their memory is bounded by far less.
    if (values.len > std.math.maxInt(u32)) return error.TooManyNames;
    try scratch.ends.resize(gpa, texts.count() + 1);
    const ends = scratch.ends.items;
    @memset(ends, 0);
    for (values) |value| ends[(value >> shift) + 1] += 1;
    for (ends[1..], ends[0..texts.count()]) |*end, before| end.* += before;

    try scratch.entries.resize(gpa, values.len);
    const sorted = scratch.entries.items;
    var index: usize = 0;
    for (run.ends.items, 0..) |end, document| {
        const documents_end = if (what == .names) end.names else end.words;
        while (index < documents_end) : (index += 1) {
            const value = values[index];
            const place = &ends[value >> shift];
            const payload: u8 = if (what == .names) @truncate(value & 1) else @truncate(value);
            sorted[place.*] = postings.entry(@intCast(document), payload);
            place.* += 1;
        }
    }

    const section: format.Section = if (what == .names) .name_postings else .word_postings;
    var encoder: postings.Encoder = .{ .what = what };
    defer encoder.deinit(gpa);
    const bytes = &scratch.bytes;
    image.begin(section);
    const start = image.position;
    bytes.clearRetainingCapacity();
    var from: usize = 0;
    for (ends[0..texts.count()], 0..) |end, id| {
        if (id % dictionary.texts_per_block == 0) {
            encoder.startBlock();
            const at = image.position - start + bytes.items.len;
            if (at > std.math.maxInt(u32)) return error.TooManyNames;
            texts.blocks.items[id / dictionary.texts_per_block].postings = @intCast(at);
            if (bytes.items.len > flush_bytes) {
                try image.write(bytes.items);
                bytes.clearRetainingCapacity();
            }
        }
        try encoder.append(gpa, bytes, sorted[from..end]);
        from = end;
    }
    try image.write(bytes.items);
    image.end(section);
}

/// So much is gathered before it is written.
pub const flush_bytes = 1 << 16;
