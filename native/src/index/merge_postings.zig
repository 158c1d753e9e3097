//! Writes the postings of names or words that are put together from several segments.
//!
//! The ids that a part brought first are met in step with its postings, which are read from the
//! first to the last. What later parts say of the same term is found by its place, in the order of
//! the ids.
const std = @import("std");
const dictionary = @import("dictionary.zig");
const format = @import("format.zig");
const large_pages = @import("large_pages.zig");
const merge_file = @import("merge.zig");
const postings = @import("postings.zig");
const write_segment = @import("write_segment.zig");

const Error = merge_file.Error;
const gone = merge_file.gone;

pub fn PostingsWriter(comptime what: postings.What) type {
    return struct {
        const Self = @This();
        const List = postings.List(what);
        const Terms = merge_file.Terms(what);

        /// Several writers may use the same ones, each for ids of its own.
        terms: *Terms,
        image: *format.ImageWriter,
        /// Where the section starts in `image`.
        start: u64 = 0,
        encoder: postings.Encoder = .{ .what = what },
        buffered: std.ArrayList(u8) = .empty,
        entries: std.ArrayList(u32) = .empty,
        /// The id that is written next.
        id: u32 = 0,
        end: u32 = 0,
        /// For each source how much of its `known` is passed.
        passed: []usize = &.{},
        /// The lowest id that a later source has something to say of.
        next_known: u32 = 0,

        pub fn deinit(writer: *Self) void {
            const gpa = writer.terms.gpa;
            writer.encoder.deinit(gpa);
            writer.buffered.deinit(gpa);
            writer.entries.deinit(gpa);
            gpa.free(writer.passed);
        }

        /// Writes the lists of the ids in `[from, end)`; `from` starts a block.
        pub fn write(writer: *Self, from: u32, end: u32) Error!void {
            const sources = writer.terms.sources.items;
            writer.start = writer.image.position;
            writer.id = from;
            writer.end = end;
            writer.passed = try writer.terms.gpa.alloc(usize, sources.len);
            for (writer.passed, sources) |*passed, *source| {
                const known = source.known.items;
                passed.* = std.sort.lowerBound(u64, known, @as(u64, from) << 32, order);
            }
            for (sources, 0..) |*source, number| {
                const is_last = number + 1 == sources.len;
                const next_new = if (is_last) end else sources[number + 1].first_new;
                if (next_new <= writer.id) continue;
                if (source.first_new >= end) break;
                // A broken part ends early; what it would have brought has no documents.
                try writer.writeEmpty(source.first_new);
                try writer.writeSource(number);
                // All that concerns a part is said by then, since earlier terms come earlier.
                const is_done = from == 0 and next_new <= end and source.mapped.part.is_consumed;
                if (is_done) large_pages.discard(source.terms.postings);
            }
            try writer.writeEmpty(end);
            try writer.image.write(writer.buffered.items);
        }

        fn order(wanted: u64, known: u64) std.math.Order {
            return std.math.order(wanted, known);
        }

        /// Writes what a source brought first.
        fn writeSource(writer: *Self, number: usize) Error!void {
            const source = &writer.terms.sources.items[number];
            const documents = source.mapped.part.segment.stats().documents;
            var cursor: format.Cursor = .{ .bytes = source.terms.postings };
            var before: u32 = 0;
            writer.findNextKnown(number + 1);
            for (source.map, 0..) |new_id, local| {
                if (writer.id == writer.end) return;
                if (local % dictionary.texts_per_block == 0) before = 0;
                const single = List.takeSingle(&cursor, &before, documents);
                if (single != null and new_id != writer.id) continue;
                writer.entries.clearRetainingCapacity();
                if (single) |entry| {
                    try writer.gatherSingle(source.mapped, entry);
                } else {
                    const list = List.open(cursor, before, documents) orelse return;
                    before = list.first;
                    if (new_id != writer.id) {
                        cursor.index = list.skip() orelse return;
                        continue;
                    }
                    cursor.index = try writer.gather(source.mapped, list) orelse return;
                }
                if (writer.id >= writer.next_known) try writer.gatherKnown(number + 1);
                try writer.writeList(writer.entries.items);
            }
        }

        fn writeEmpty(writer: *Self, until: u32) Error!void {
            while (writer.id < until) try writer.writeList(&.{});
        }

        fn writeList(writer: *Self, entries: []const u32) Error!void {
            const id = writer.id;
            if (id % dictionary.texts_per_block == 0) {
                writer.encoder.startBlock();
                const at = writer.image.position - writer.start + writer.buffered.items.len;
                if (at > gone) return error.TooManyNames;
                const blocks = writer.terms.texts.blocks.items;
                blocks[id / dictionary.texts_per_block].postings = @intCast(at);
                if (writer.buffered.items.len > write_segment.flush_bytes) try writer.flush();
            }
            try writer.encoder.append(writer.terms.gpa, &writer.buffered, entries);
            writer.id += 1;
        }

        fn flush(writer: *Self) Error!void {
            try writer.terms.merger.check();
            try writer.image.write(writer.buffered.items);
            writer.buffered.clearRetainingCapacity();
        }

        /// Adds the live documents of a list to `entries`. Returns where the next list starts.
        fn gather(
            writer: *Self,
            mapped: *const merge_file.Mapped,
            opened: List,
        ) error{OutOfMemory}!?usize {
            var list = opened;
            try writer.entries.ensureUnusedCapacity(writer.terms.gpa, list.documents);
            while (list.nextEntry()) |entry| {
                const document = mapped.documentOf(postings.documentOf(entry));
                if (document == gone) continue;
                const moved = postings.entry(document, postings.payloadOf(entry));
                writer.entries.appendAssumeCapacity(moved);
            }
            return if (list.index == list.documents) list.end orelse list.cursor.index else null;
        }

        fn gatherSingle(
            writer: *Self,
            mapped: *const merge_file.Mapped,
            entry: u32,
        ) error{OutOfMemory}!void {
            const document = mapped.documentOf(postings.documentOf(entry));
            if (document == gone) return;
            const moved = postings.entry(document, postings.payloadOf(entry));
            try writer.entries.append(writer.terms.gpa, moved);
        }

        /// Adds what the sources from `first_source` on say of the term that is written next.
        fn gatherKnown(writer: *Self, first_source: usize) error{OutOfMemory}!void {
            const sources = writer.terms.sources.items[first_source..];
            for (sources, writer.passed[first_source..]) |*source, *passed| {
                const known = source.known.items;
                var is_found = false;
                while (passed.* < known.len) : (passed.* += 1) {
                    if (known[passed.*] >> 32 > writer.id) break;
                    // Only a broken part has a term twice; the documents must ascend even so.
                    if (is_found or known[passed.*] >> 32 != writer.id) continue;
                    is_found = true;
                    const local: u32 = @truncate(known[passed.*]);
                    const documents = source.mapped.part.segment.stats().documents;
                    const list = source.terms.listOf(what, local, documents);
                    _ = try writer.gather(source.mapped, list);
                }
            }
            writer.findNextKnown(first_source);
        }

        fn findNextKnown(writer: *Self, first_source: usize) void {
            writer.next_known = gone;
            const sources = writer.terms.sources.items[first_source..];
            for (sources, writer.passed[first_source..]) |*source, passed| {
                if (passed >= source.known.items.len) continue;
                const id: u32 = @intCast(source.known.items[passed] >> 32);
                writer.next_known = @min(writer.next_known, id);
            }
        }
    };
}
