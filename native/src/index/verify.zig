//! Walks all of a segment and tells whether it is whole. For `doctor` and the fuzzers: it costs as
//! much as reading the image.
const std = @import("std");
const builder_file = @import("builder.zig");
const format = @import("format.zig");
const merge_file = @import("merge.zig");
const postings = @import("postings.zig");
const segment_file = @import("segment.zig");

const Segment = segment_file.Segment;

pub const Error = error{Corrupt};

const everything = std.math.maxInt(u32);

pub fn verify(segment: *const Segment) Error!void {
    try verifyDocuments(segment);
    try verifyTerms(.names, segment);
    try verifyTerms(.words, segment);
}

fn verifyDocuments(segment: *const Segment) Error!void {
    const stats = segment.stats();
    var symbols: u64 = 0;
    var imports: u64 = 0;
    for (0..stats.documents) |index| {
        const document: u32 = @intCast(index);
        const path = segment.path(document);
        const found = segment.findPath(path) orelse return error.Corrupt;
        if (!std.mem.eql(u8, segment.path(found), path)) return error.Corrupt;
        var symbols_left = segment.symbols(document);
        const expected = symbols_left.left;
        var count: u32 = 0;
        while (symbols_left.next()) |_| count += 1;
        if (count != expected) return error.Corrupt;
        symbols += count;
        var imports_left = segment.imports(document);
        const imports_expected = imports_left.left;
        count = 0;
        while (imports_left.next()) |_| count += 1;
        if (count != imports_expected) return error.Corrupt;
        imports += count;
    }
    if (symbols != stats.symbols or imports != stats.imports) return error.Corrupt;
}

fn verifyTerms(comptime what: postings.What, segment: *const Segment) Error!void {
    const terms = if (what == .names) &segment.name_terms else &segment.word_terms;
    const documents = segment.stats().documents;
    var texts = terms.textsFrom(0, everything);
    while (texts.next()) |text| {
        const id = texts.id - 1;
        var list = terms.listOf(what, id, documents);
        if (list.documents == 0) return error.Corrupt;
        var count: u32 = 0;
        var before: ?u32 = null;
        while (list.nextEntry()) |entry| : (count += 1) {
            const document = postings.documentOf(entry);
            if (before != null and before.? >= document) return error.Corrupt;
            before = document;
        }
        if (count != list.documents) return error.Corrupt;
        // Looking up all of them would take most of the time, and a bucket is like any other.
        if (id % segment_file.names_per_block != 0) continue;
        const found = if (what == .names) segment.findName(text) else segment.findWord(text);
        if (found != id) return error.Corrupt;
    }
    if (texts.id != terms.count) return error.Corrupt;
}

/// Uses a segment in every way there is, whatever it holds: for tests that damage one.
pub fn exercise(gpa: std.mem.Allocator, segment: *const Segment) error{OutOfMemory}!void {
    verify(segment) catch {};
    var buffer: segment_file.TextBuffer = undefined;
    const ids = [_]u32{ 0, 1, 15, 16, 100, 1 << 20, everything };
    for (ids) |id| {
        _ = segment.path(id);
        _ = segment.info(id);
        _ = segment.importText(id);
        _ = segment.nameText(id, &buffer);
        _ = segment.wordText(id, &buffer);
        var names = segment.names(id, id +| 40);
        while (names.next()) |entry| {
            var list = segment.namePostings(entry.id);
            while (list.next()) |posting| _ = segment.path(posting.document);
        }
        var words = segment.wordPostings(id);
        while (words.next()) |posting| _ = segment.info(posting.document);
        var symbols = segment.symbols(id);
        while (symbols.next()) |symbol| _ = segment.nameText(symbol.name, &buffer);
        var imports = segment.imports(id);
        while (imports.next()) |_| {}
    }
    _ = segment.findPath("a/b.c");
    _ = segment.findName("frob");
    var out: std.Io.Writer.Allocating = .init(gpa);
    defer out.deinit();
    const parts = [_]merge_file.Part{ .{ .segment = segment }, .{ .segment = segment } };
    merge_file.merge(gpa, &parts, .{ .seed = 1 }, &out.writer) catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        else => return,
    };
    const merged = Segment.open(out.written()) catch return;
    verify(&merged) catch {};
}

/// Changes some bytes of an image; with `fixes_trailer` also of its table, whose checksum is then
/// made right, so that `open` has to find out by itself.
pub fn damage(random: std.Random, image: []u8, fixes_trailer: bool) void {
    const table = image.len - @sizeOf(format.Trailer);
    const limit = if (fixes_trailer) image.len else table;
    for (0..random.intRangeAtMost(usize, 1, 12)) |_| {
        const at = random.uintLessThan(usize, limit);
        switch (random.uintLessThan(u8, 4)) {
            0 => image[at] = random.int(u8),
            1 => image[at] ^= @as(u8, 1) << random.int(u3),
            2 => @memset(image[at..@min(limit, at + random.int(u4))], 0xff),
            else => @memset(image[at..@min(limit, at + random.int(u4))], 0),
        }
    }
    if (fixes_trailer) format.sealTrailer(image);
}

const testing = std.testing;

/// Some documents of every kind of content, for tests.
fn sampleImage(gpa: std.mem.Allocator) ![]u8 {
    var builder: builder_file.Builder = .init(gpa, 7);
    defer builder.deinit();
    var text: std.ArrayList(u8) = .empty;
    defer text.deinit(gpa);
    for (0..60) |index| {
        text.clearRetainingCapacity();
        try text.print(gpa,
            \\#include "header_{d}.h"
            \\/* The frob of number {d}. */
            \\struct frob_{d} {{ int common_field; }};
            \\int make_frob_{d}(struct frob_{d} *frob) {{ return frob->common_field; }}
            \\
        , .{ index % 5, index, index, index, index });
        var path: [30]u8 = undefined;
        _ = try builder.add(.{
            .path = try std.fmt.bufPrint(&path, "a/b{d}.c", .{index}),
            .info = .{ .language = .c, .size = text.items.len },
            .text = text.items,
        });
    }
    return builder.finish(gpa);
}

test "a whole segment is whole" {
    const image = try sampleImage(testing.allocator);
    defer testing.allocator.free(image);
    const segment: Segment = try .open(image);
    try verify(&segment);
    try exercise(testing.allocator, &segment);
}

test "a damaged image is an error or wrong, never a crash" {
    const gpa = testing.allocator;
    const image = try sampleImage(gpa);
    defer gpa.free(image);
    const damaged = try gpa.alloc(u8, image.len);
    defer gpa.free(damaged);
    var random_source = std.Random.DefaultPrng.init(testing.random_seed);
    const random = random_source.random();
    for (0..60) |round| {
        @memcpy(damaged, image);
        damage(random, damaged, round % 3 == 0);
        const segment = Segment.open(damaged) catch continue;
        exercise(gpa, &segment) catch |err| std.debug.assert(err == error.OutOfMemory);
    }
    for (0..image.len / 97) |step| {
        const cut = Segment.open(image[0 .. step * 97]);
        if (cut) |_| return error.TestUnexpectedResult else |_| {}
    }
}
