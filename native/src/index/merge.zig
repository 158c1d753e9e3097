//! Puts several segments together into one, without what is dead.
//!
//! Names get their new ids in the order of first sight again: part after part, each in its own
//! order. So the names that a part brings first are met in step with their postings; only what
//! later parts say of a name that is known already has to be looked for, and it is sorted
//! beforehand.
const std = @import("std");
const dictionary = @import("dictionary.zig");
const format = @import("format.zig");
const large_pages = @import("large_pages.zig");
const postings = @import("postings.zig");
const segment_file = @import("segment.zig");
const symbols = @import("symbols.zig");
const write_segment = @import("write_segment.zig");
const Hasher = @import("hash.zig").Hasher;
const PlainTexts = @import("plain_texts.zig").PlainTexts;
const PostingsWriter = @import("merge_postings.zig").PostingsWriter;
const Segment = segment_file.Segment;
const Table = @import("table.zig").Table;

const Allocator = std.mem.Allocator;
const Io = std.Io;

pub const Error = error{
    Canceled,
    OutOfMemory,
    TooManyDocuments,
    TooManyNames,
    WriteFailed,
    ThreadFailed,
};

/// One segment and which of its documents go on.
pub const Part = struct {
    segment: *const Segment,
    /// A bit for each document; null is all of them.
    live: ?*const std.DynamicBitSetUnmanaged = null,
    /// The segment's bytes are in memory of their own and read by nobody else: those that have been
    /// read are given back to the system, and must not be read again.
    is_consumed: bool = false,
};

pub const Options = struct {
    seed: u64,
    /// One or two are used.
    threads: u32 = 1,
    is_canceled: ?*const std.atomic.Value(bool) = null,
};

/// A document or name that does not go on.
pub const gone = std.math.maxInt(u32);

/// Writes the image of all live documents of `parts` to `out`, flushed: those of the first part
/// first, each part's in their order. `gpa` is used by several threads at a time.
///
/// A second thread puts the words together while the first does the names; then it writes the half
/// of the names' postings and the documents.
pub fn merge(gpa: Allocator, parts: []const Part, options: Options, out: *Io.Writer) Error!void {
    var merger: Merger = .{
        .gpa = gpa,
        .options = options,
        .hasher = .init(options.seed),
        .parts = try gpa.alloc(Mapped, parts.len),
    };
    defer gpa.free(merger.parts);
    for (merger.parts, parts) |*mapped, part| mapped.* = .{ .part = part };
    defer for (merger.parts) |*mapped| mapped.deinit(gpa);
    try merger.numberDocuments();

    var image: format.ImageWriter = try .init(out);
    var names: Terms(.names) = .{ .merger = &merger, .gpa = gpa, .image = &image };
    defer names.deinit();
    var words: Aside = .init(&merger, Aside.mergeWords);
    defer words.deinit();
    words.start();
    const texts_result = names.writeTexts();
    try words.finish();
    try texts_result;
    try image.absorb(&words.image, words.out.written());
    words.discard();

    const first_end = names.middle();
    var documents: Aside = .init(&merger, Aside.mergeRest);
    defer documents.deinit();
    documents.names = &names;
    documents.start();
    const postings_result = names.writePostings(first_end);
    try documents.finish();
    try postings_result;
    try names.appendPostings(first_end, documents.postings.written());
    try image.absorb(&documents.image, documents.out.written());
    documents.discard();
    try names.writeLookup();
    merger.counts.names = names.texts.count();
    try image.finish(merger.counts, options.seed);
}

/// What a second thread makes, in memory until the first can take it over.
const Aside = struct {
    merger: *Merger,
    work: *const fn (*Aside) Error!void,
    out: Io.Writer.Allocating,
    image: format.ImageWriter,
    /// The second half of the postings of `names`.
    names: ?*Terms(.names) = null,
    postings: Io.Writer.Allocating,
    thread: ?std.Thread = null,
    result: Error!void = {},

    fn init(merger: *Merger, work: *const fn (*Aside) Error!void) Aside {
        return .{
            .merger = merger,
            .work = work,
            .out = .init(merger.gpa),
            .postings = .init(merger.gpa),
            .image = .{ .out = undefined },
        };
    }

    fn deinit(aside: *Aside) void {
        aside.out.deinit();
        aside.postings.deinit();
    }

    /// Gives the memory back before the end.
    fn discard(aside: *Aside) void {
        aside.deinit();
        aside.out = .init(aside.merger.gpa);
        aside.postings = .init(aside.merger.gpa);
    }

    fn start(aside: *Aside) void {
        aside.image.out = &aside.out.writer;
        if (aside.merger.options.threads < 2) return;
        aside.thread = std.Thread.spawn(.{}, run, .{aside}) catch null;
    }

    /// Waits for the thread, or does its work when there is none.
    fn finish(aside: *Aside) Error!void {
        if (aside.thread) |thread| thread.join() else aside.run();
        return aside.result;
    }

    fn run(aside: *Aside) void {
        aside.result = aside.work(aside);
    }

    fn mergeWords(aside: *Aside) Error!void {
        const merger = aside.merger;
        var words: Terms(.words) = .{ .merger = merger, .gpa = merger.gpa, .image = &aside.image };
        defer words.deinit();
        try words.writeTexts();
        try words.writePostings(words.texts.count());
        try words.writeLookup();
        merger.counts.words = words.texts.count();
    }

    fn mergeRest(aside: *Aside) Error!void {
        const names = aside.names.?;
        var image: format.ImageWriter = .{ .out = &aside.postings.writer };
        var writer: PostingsWriter(.names) = .{ .terms = names, .image = &image };
        defer writer.deinit();
        try writer.write(names.middle(), names.texts.count());
        try aside.merger.writeDocuments(&aside.image);
    }
};

/// A part and where its documents and names went.
pub const Mapped = struct {
    part: Part,
    first_document: u32 = 0,
    /// Only when not all are live.
    documents: []u32 = &.{},
    names: []u32 = &.{},

    fn deinit(mapped: *Mapped, gpa: Allocator) void {
        gpa.free(mapped.documents);
        gpa.free(mapped.names);
    }

    pub inline fn documentOf(mapped: *const Mapped, document: u32) u32 {
        if (mapped.part.live == null) return mapped.first_document + document;
        return mapped.documents[document];
    }
};

const Merger = struct {
    gpa: Allocator,
    options: Options,
    hasher: Hasher,
    parts: []Mapped,
    counts: format.Counts = .{},

    pub fn check(merger: *const Merger) error{Canceled}!void {
        const flag = merger.options.is_canceled orelse return;
        if (flag.load(.monotonic)) return error.Canceled;
    }

    fn numberDocuments(merger: *Merger) Error!void {
        var total: u32 = 0;
        for (merger.parts) |*mapped| {
            mapped.first_document = total;
            const count = mapped.part.segment.stats().documents;
            const live = mapped.part.live orelse {
                total += count;
                if (total > format.max_documents) return error.TooManyDocuments;
                continue;
            };
            mapped.documents = try merger.gpa.alloc(u32, count);
            for (mapped.documents, 0..) |*number, document| {
                const goes_on = document < live.bit_length and live.isSet(document);
                number.* = if (goes_on) total else gone;
                total += @intFromBool(goes_on);
            }
            if (total > format.max_documents) return error.TooManyDocuments;
        }
        merger.counts.documents = total;
    }

    fn writeDocuments(merger: *Merger, image: *format.ImageWriter) Error!void {
        const gpa = merger.gpa;
        var records: std.ArrayList(format.DocumentRecord) = .empty;
        defer records.deinit(gpa);
        var paths: PlainTexts = .{};
        defer paths.deinit(gpa);
        var imports: PlainTexts = .{};
        defer imports.deinit(gpa);
        var import_ids: std.ArrayList(u8) = .empty;
        defer import_ids.deinit(gpa);
        var buffered: std.ArrayList(u8) = .empty;
        defer buffered.deinit(gpa);

        image.begin(.symbols);
        const start = image.position;
        for (merger.parts) |*mapped| {
            const segment = mapped.part.segment;
            for (0..segment.stats().documents) |index| {
                const document: u32 = @intCast(index);
                if (mapped.documentOf(document) == gone) continue;
                if (buffered.items.len > write_segment.flush_bytes) {
                    try merger.check();
                    try image.write(buffered.items);
                    buffered.clearRetainingCapacity();
                }
                var record = segment.recordOf(document) orelse unreachable; // `open` has seen to it
                const symbols_at = image.position - start + buffered.items.len;
                if (@max(symbols_at, import_ids.items.len) > gone) return error.TooManyDocuments;
                record.symbols_at = @intCast(symbols_at);
                record.symbol_count = try merger.appendSymbols(mapped, document, &buffered);
                record.imports_at = @intCast(import_ids.items.len);
                try merger.appendImports(segment, document, &imports, &import_ids);
                try paths.append(gpa, &merger.hasher, segment.path(document));
                try records.append(gpa, record);
                merger.countDocument(&record);
            }
        }
        try image.write(buffered.items);
        image.end(.symbols);
        try image.writeSection(.imports, import_ids.items);
        try write_segment.writePlainTexts(image, &imports, .import_starts, .import_bytes);
        merger.counts.import_texts = @intCast(imports.starts.items.len);
        try image.writeSection(.documents, std.mem.sliceAsBytes(records.items));
        try write_segment.writePlainTexts(image, &paths, .path_starts, .path_bytes);
        const idOf = write_segment.sameId;
        try write_segment.writeLookup(gpa, image, .path_lookup, &buffered, &paths.table, idOf, 0);
    }

    fn countDocument(merger: *Merger, record: *const format.DocumentRecord) void {
        const flags: segment_file.Flags = @bitCast(record.flags);
        if (!flags.binary and !flags.huge) merger.counts.text_bytes +|= record.size;
        merger.counts.total_words += record.words;
        merger.counts.symbols += record.symbol_count;
    }

    fn appendSymbols(
        merger: *Merger,
        mapped: *const Mapped,
        document: u32,
        out: *std.ArrayList(u8),
    ) Error!u32 {
        var encoder: symbols.Encoder = .{};
        var iterator = mapped.part.segment.symbols(document);
        var written: u32 = 0;
        while (iterator.next()) |stored| {
            var symbol = stored;
            symbol.name = mapped.names[stored.name];
            if (stored.container) |container| symbol.container = mapped.names[container];
            if (symbol.name == gone or symbol.container == gone) continue;
            try encoder.append(merger.gpa, out, symbol);
            written += 1;
        }
        return written;
    }

    fn appendImports(
        merger: *Merger,
        segment: *const Segment,
        document: u32,
        texts: *PlainTexts,
        ids: *std.ArrayList(u8),
    ) Error!void {
        var counting = segment.imports(document);
        var number: u32 = 0;
        while (counting.nextId() != null) number += 1;
        try format.appendNumber(merger.gpa, ids, number);
        var iterator = segment.imports(document);
        while (iterator.next()) |text| {
            const id = try texts.idOf(merger.gpa, &merger.hasher, text);
            try format.appendNumber(merger.gpa, ids, id);
        }
        merger.counts.imports += number;
    }
};

/// The names or the words while they are put together.
pub fn Terms(comptime what: postings.What) type {
    return struct {
        const Self = @This();
        const List = postings.List(what);

        merger: *Merger,
        gpa: Allocator,
        image: *format.ImageWriter,
        table: Table(u32) = .{},
        texts: dictionary.TextList = .{},
        sources: std.ArrayList(Source) = .empty,
        /// What a part brings.
        pub const Source = struct {
            mapped: *const Mapped,
            terms: *const segment_file.Terms,
            /// The first id that this part brings first.
            first_new: u32,
            /// For its terms the new ids.
            map: []u32,
            /// Its terms that were known before, by their new ids: new id in the upper half.
            known: std.ArrayList(u64) = .empty,
        };

        fn deinit(terms: *Self) void {
            terms.table.deinit(terms.gpa);
            terms.texts.deinit(terms.gpa);
            for (terms.sources.items) |*source| {
                source.known.deinit(terms.gpa);
                if (what == .words) terms.gpa.free(source.map);
            }
            terms.sources.deinit(terms.gpa);
        }

        /// Gives all terms their new ids and writes the texts.
        fn writeTexts(terms: *Self) Error!void {
            const section: format.Section = if (what == .names) .name_texts else .word_texts;
            terms.image.begin(section);
            try terms.table.ensureUnused(terms.gpa, terms.expected());
            for (terms.merger.parts) |*mapped| try terms.addPart(mapped);
            try terms.flushTexts();
            terms.image.end(section);
        }

        /// About how many terms there will be: at least as many as in the largest part, and runs of
        /// one tree share about a half. It spares the table most of its growing.
        fn expected(terms: *const Self) usize {
            var largest: usize = 0;
            var sum: usize = 0;
            for (terms.merger.parts) |*mapped| {
                const segment = mapped.part.segment;
                const part_terms = if (what == .names) &segment.name_terms else &segment.word_terms;
                largest = @max(largest, part_terms.count);
                sum += part_terms.count;
            }
            return @max(largest, sum / 2);
        }

        fn addPart(terms: *Self, mapped: *Mapped) Error!void {
            const segment = mapped.part.segment;
            const part_terms = if (what == .names) &segment.name_terms else &segment.word_terms;
            const map = try terms.gpa.alloc(u32, part_terms.count);
            if (what == .names) mapped.names = map;
            @memset(map, gone);
            try terms.sources.append(terms.gpa, .{
                .mapped = mapped,
                .terms = part_terms,
                .first_new = terms.texts.count(),
                .map = map,
            });
            const source = &terms.sources.items[terms.sources.items.len - 1];
            var batch: Batch = .{ .texts = part_terms.textsFrom(0, gone) };
            while (try terms.fill(source, &batch)) {
                for (batch.items[0..batch.length]) |*item| try terms.addTerm(source, item);
                if (terms.texts.bytes.items.len > write_segment.flush_bytes) try terms.flushTexts();
            }
            std.sort.pdq(u64, source.known.items, {}, std.sort.asc(u64));
            if (mapped.part.is_consumed) large_pages.discard(part_terms.texts);
        }

        /// Some texts at a time, so that their places in the table are fetched all at once.
        const Batch = struct {
            texts: segment_file.TextIterator,
            items: [16]Item = undefined,
            length: usize = 0,

            const Item = struct {
                hash: u64,
                local: u32,
                length: u32,
                text: segment_file.TextBuffer,
            };
        };

        fn fill(terms: *Self, source: *const Source, batch: *Batch) Error!bool {
            if (batch.texts.id % 4096 == 0) try terms.merger.check();
            try terms.table.ensureUnused(terms.gpa, batch.items.len);
            batch.length = 0;
            while (batch.length < batch.items.len) {
                const text = batch.texts.next() orelse break;
                const local = batch.texts.id - 1;
                if (source.mapped.part.live != null and !terms.isLive(source, local)) continue;
                const item = &batch.items[batch.length];
                item.local = local;
                item.length = @intCast(text.len);
                const buffer = &batch.texts.decoder.buffer;
                if (text.len <= 32) item.text[0..32].* = buffer[0..32].* else item.text = buffer.*;
                item.hash = terms.merger.hasher.hashWithin(buffer, 0, text.len);
                terms.table.prefetch(item.hash);
                batch.length += 1;
            }
            return batch.length > 0;
        }

        fn addTerm(terms: *Self, source: *Source, item: *const Batch.Item) Error!void {
            const slot = terms.table.find(item.hash);
            if (slot.hash == 0) {
                const id = terms.texts.count();
                source.map[item.local] = id;
                terms.table.put(slot, item.hash, id);
                return terms.texts.append(terms.gpa, item.text[0..item.length]);
            }
            source.map[item.local] = slot.value;
            if (slot.value >= source.first_new) return;
            try source.known.append(terms.gpa, @as(u64, slot.value) << 32 | item.local);
        }

        fn isLive(terms: *Self, source: *const Source, local: u32) bool {
            _ = terms;
            const documents = source.mapped.part.segment.stats().documents;
            var list = source.terms.listOf(what, local, documents);
            while (list.nextEntry()) |entry| {
                if (source.mapped.documentOf(postings.documentOf(entry)) != gone) return true;
            }
            return false;
        }

        fn flushTexts(terms: *Self) Error!void {
            const bytes = &terms.texts.bytes;
            try terms.image.write(bytes.items);
            terms.texts.flushed += bytes.items.len;
            bytes.clearRetainingCapacity();
        }

        /// Writes the postings of the new ids below `first_end`, in their order.
        fn writePostings(terms: *Self, first_end: u32) Error!void {
            const section: format.Section = if (what == .names) .name_postings else .word_postings;
            terms.image.begin(section);
            var writer: PostingsWriter(what) = .{ .terms = terms, .image = terms.image };
            defer writer.deinit();
            try writer.write(0, first_end);
            terms.image.end(section);
        }

        /// Goes on with the section of the postings, with what another thread wrote of the ids from
        /// `first_end` on.
        fn appendPostings(terms: *Self, first_end: u32, bytes: []const u8) Error!void {
            const section: format.Section = if (what == .names) .name_postings else .word_postings;
            const range = &terms.image.trailer.sections[@intFromEnum(section)];
            const blocks = terms.texts.blocks.items[first_end / dictionary.texts_per_block ..];
            if (range.length + bytes.len > gone) return error.TooManyNames;
            for (blocks) |*block| block.postings += @intCast(range.length);
            try terms.image.write(bytes);
            terms.image.end(section);
        }

        /// An id at the start of a block, with about as much work before it as behind it: the names
        /// that come first have the longest lists, and whoever writes the last ones writes the
        /// documents too.
        fn middle(terms: *const Self) u32 {
            const id = terms.texts.count() / 10 * 3;
            return id - id % dictionary.texts_per_block;
        }

        fn writeLookup(terms: *Self) Error!void {
            const blocks: format.Section = if (what == .names) .name_blocks else .word_blocks;
            const lookup: format.Section = if (what == .names) .name_lookup else .word_lookup;
            const idOf = write_segment.sameId;
            const shift = write_segment.block_shift;
            var scratch: std.ArrayList(u8) = .empty;
            defer scratch.deinit(terms.gpa);
            try terms.image.writeSection(blocks, std.mem.sliceAsBytes(terms.texts.blocks.items));
            try write_segment
                .writeLookup(terms.gpa, terms.image, lookup, &scratch, &terms.table, idOf, shift);
        }
    };
}

const testing = std.testing;
const Builder = @import("builder.zig").Builder;

fn buildOf(seed: u64, files: []const [2][]const u8) ![]u8 {
    var builder: Builder = .init(testing.allocator, seed);
    defer builder.deinit();
    for (files) |file| {
        const info: segment_file.Info = .{ .language = .typescript, .size = file[1].len };
        _ = try builder.add(.{ .path = file[0], .info = info, .text = file[1] });
    }
    return builder.finish(testing.allocator);
}

/// All that a segment holds, as text in the order of the documents.
fn describe(segment: *const Segment, out: *Io.Writer) !void {
    var buffer: segment_file.TextBuffer = undefined;
    for (0..segment.stats().documents) |index| {
        const document: u32 = @intCast(index);
        const info = segment.info(document);
        const path = segment.path(document);
        try out.print("{s} {d} {d} {d}\n", .{ path, info.size, info.lines, info.words });
        try testing.expectEqual(document, segment.findPath(segment.path(document)));
        var iterator = segment.symbols(document);
        while (iterator.next()) |symbol| {
            try out.print("  {s} {t}", .{ segment.nameText(symbol.name, &buffer), symbol.kind });
            if (symbol.container) |container| {
                try out.print(" in {s}", .{segment.nameText(container, &buffer)});
            }
            try out.print(" {d}-{d}\n", .{ symbol.start_line, symbol.end_line });
        }
        var imports = segment.imports(document);
        while (imports.next()) |text| try out.print("  imports {s}\n", .{text});
    }
    var names = segment.names(0, gone);
    while (names.next()) |entry| {
        try testing.expectEqual(entry.id, segment.findName(entry.text));
        try out.print("{s}:", .{entry.text});
        var list = segment.namePostings(entry.id);
        try testing.expectEqual(entry.documents, list.documents);
        while (list.next()) |posting| {
            try out.print(" {d}{s}", .{ posting.document, if (posting.is_defined) "!" else "" });
        }
        try out.writeByte('\n');
    }
    var texts = segment.wordTexts(0, gone);
    while (texts.next()) |text| {
        const id = texts.id - 1;
        try testing.expectEqual(id, segment.findWord(text));
        try out.print("{s}:", .{text});
        var list = segment.wordPostings(id);
        while (list.next()) |posting| {
            const payload: u8 = @bitCast(posting.payload);
            try out.print(" {d}/{d}", .{ posting.document, payload });
        }
        try out.writeByte('\n');
    }
}

/// Ids depend on the order of first sight, so the lines of names may stand in another one.
fn expectSameLines(expected: []const u8, found: []const u8) !void {
    var sorted: [2][]u8 = undefined;
    for ([2][]const u8{ expected, found }, &sorted) |text, *result| {
        var lines: std.ArrayList([]const u8) = .empty;
        defer lines.deinit(testing.allocator);
        var split = std.mem.splitScalar(u8, text, '\n');
        while (split.next()) |line| try lines.append(testing.allocator, line);
        std.mem.sort([]const u8, lines.items, {}, struct {
            fn lessThan(_: void, a: []const u8, b: []const u8) bool {
                return std.mem.lessThan(u8, a, b);
            }
        }.lessThan);
        result.* = try std.mem.join(testing.allocator, "\n", lines.items);
    }
    defer for (sorted) |text| testing.allocator.free(text);
    try testing.expectEqualStrings(sorted[0], sorted[1]);
}

const file_a = [2][]const u8{
    "a.ts",
    "import './b.ts';\nexport class Frob {\n  run(retries) {}\n}\n",
};
const file_b = [2][]const u8{
    "b.ts",
    "import './b.ts';\nimport './c.ts';\n// frob the Frob\nfunction help(Frob, retries) {}\n",
};
const file_c = [2][]const u8{ "c.ts", "help(); const unique_here = 1;\n" };
const file_d = [2][]const u8{ "d.ts", "help(Frob, retries, other);\n" ** 30 };

test "a merge of parts is what a build of their live documents is" {
    const gpa = testing.allocator;
    const first_image = try buildOf(1, &.{ file_a, file_c, file_b });
    defer gpa.free(first_image);
    const second_image = try buildOf(2, &.{ file_c, file_d });
    defer gpa.free(second_image);
    const whole_image = try buildOf(3, &.{ file_a, file_b, file_c, file_d });
    defer gpa.free(whole_image);
    const first: Segment = try .open(first_image);
    const second: Segment = try .open(second_image);
    const whole: Segment = try .open(whole_image);
    var live: std.DynamicBitSetUnmanaged = try .initFull(gpa, 3);
    defer live.deinit(gpa);
    live.unset(1);

    for ([_]u32{ 1, 2 }) |threads| {
        var out: Io.Writer.Allocating = .init(gpa);
        defer out.deinit();
        const parts = [_]Part{ .{ .segment = &first, .live = &live }, .{ .segment = &second } };
        try merge(gpa, &parts, .{ .seed = 4, .threads = threads }, &out.writer);
        const merged: Segment = try .open(out.written());
        var expected: Io.Writer.Allocating = .init(gpa);
        defer expected.deinit();
        try describe(&whole, &expected.writer);
        var found: Io.Writer.Allocating = .init(gpa);
        defer found.deinit();
        try describe(&merged, &found.writer);
        try expectSameLines(expected.written(), found.written());
        try testing.expectEqual(whole.stats(), merged.stats());
        try testing.expectEqual(null, merged.findName("zzz"));
    }
}

test "a merge stops when it is asked to, and of nothing it is nothing" {
    const image = try buildOf(1, &.{file_a});
    defer testing.allocator.free(image);
    const segment: Segment = try .open(image);
    const stop: std.atomic.Value(bool) = .init(true);
    var out: Io.Writer.Allocating = .init(testing.allocator);
    defer out.deinit();
    const options: Options = .{ .seed = 1, .is_canceled = &stop };
    const parts = [_]Part{.{ .segment = &segment }};
    const result = merge(testing.allocator, &parts, options, &out.writer);
    try testing.expectError(error.Canceled, result);
    out.clearRetainingCapacity();
    try merge(testing.allocator, &.{}, .{ .seed = 1 }, &out.writer);
    const nothing: Segment = try .open(out.written());
    try testing.expectEqual(0, nothing.stats().documents);
}
