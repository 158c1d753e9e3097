//! The texts of names and words, and how a text is found among them.
//!
//! Texts stand in the order of their ids, in blocks of 16. In a block each is coded against the one
//! before: how many bytes they share, then the rest. Ids are given out in the order of first sight,
//! and neighbours in a source file (`REG_A_SHIFT`, `REG_A_MASK`) share most of their bytes, so this
//! is about as small as a sorted list, with nothing to sort.
//!
//! A look-up knows only the block of a text: hashes choose a bucket, a bucket lists some blocks,
//! and the blocks are decoded. That costs a microsecond and two bytes and a half a text.
const std = @import("std");
const format = @import("format.zig");
const segment_file = @import("segment.zig");

const Allocator = std.mem.Allocator;
const Cursor = format.Cursor;
const max_name_bytes = segment_file.max_name_bytes;
const TextBuffer = segment_file.TextBuffer;

pub const texts_per_block = segment_file.names_per_block;

/// A length of this or more in the head of a text stands in a byte of its own.
const long = 15;

/// Codes texts one after another.
pub const TextEncoder = struct {
    count: u32 = 0,
    previous: TextBuffer = undefined,
    previous_length: usize = 0,
    /// How many bytes the last text shares with the one before it, in its block or not.
    shared_length: usize = 0,

    /// Whether the next text is the first of its block.
    pub fn isAtBlock(encoder: *const TextEncoder) bool {
        return encoder.count % texts_per_block == 0;
    }

    /// Appends the code of `text`, which has at most `max_name_bytes`.
    pub fn append(
        encoder: *TextEncoder,
        gpa: Allocator,
        out: *std.ArrayList(u8),
        text: []const u8,
    ) error{OutOfMemory}!void {
        try out.ensureUnusedCapacity(gpa, max_name_bytes + 3);
        const limit = @min(encoder.previous_length, text.len);
        var same: usize = 0;
        while (same < limit and encoder.previous[same] == text[same]) same += 1;
        encoder.shared_length = same;
        const shared = if (encoder.isAtBlock()) 0 else same;
        const rest = text[shared..];
        const head: usize = @as(usize, @min(shared, long)) << 4 | @min(rest.len, long);
        out.appendAssumeCapacity(@intCast(head));
        if (shared >= long) out.appendAssumeCapacity(@intCast(shared));
        if (rest.len >= long) out.appendAssumeCapacity(@intCast(rest.len));
        out.appendSliceAssumeCapacity(rest);
        @memcpy(encoder.previous[shared..text.len], rest);
        encoder.previous_length = text.len;
        encoder.count += 1;
    }
};

/// The texts of a dictionary that grows, and where its blocks start.
pub const TextList = struct {
    encoder: TextEncoder = .{},
    bytes: std.ArrayList(u8) = .empty,
    blocks: std.ArrayList(format.BlockRecord) = .empty,
    /// How many bytes were taken out of `bytes` already.
    flushed: u64 = 0,

    pub fn deinit(list: *TextList, gpa: Allocator) void {
        list.bytes.deinit(gpa);
        list.blocks.deinit(gpa);
    }

    /// The id of the text that is added next.
    pub fn count(list: *const TextList) u32 {
        return list.encoder.count;
    }

    pub fn append(
        list: *TextList,
        gpa: Allocator,
        text: []const u8,
    ) error{ OutOfMemory, TooManyNames }!void {
        if (list.encoder.isAtBlock()) {
            const at = list.flushed + list.bytes.items.len;
            if (at > std.math.maxInt(u32)) return error.TooManyNames;
            try list.blocks.append(gpa, .{ .text = @intCast(at), .postings = 0 });
        }
        try list.encoder.append(gpa, &list.bytes, text);
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(list: *TextList) void {
        list.encoder.count = 0;
        list.bytes.clearRetainingCapacity();
        list.blocks.clearRetainingCapacity();
        list.flushed = 0;
    }
};

/// Decodes the texts from the start of a block on. `text` is good until the next call.
pub const TextDecoder = struct {
    cursor: Cursor,
    buffer: TextBuffer = undefined,
    length: usize = 0,
    count: u32 = 0,

    pub fn next(decoder: *TextDecoder) ?[]const u8 {
        if (decoder.count % texts_per_block == 0) decoder.length = 0;
        const head = decoder.cursor.byte() orelse return null;
        var shared: usize = head >> 4;
        var rest: usize = head & 15;
        if (shared == long) shared = decoder.cursor.byte() orelse return null;
        if (rest == long) rest = decoder.cursor.byte() orelse return null;
        if (shared > decoder.length or shared + rest > max_name_bytes) return null;
        const bytes = decoder.cursor.take(rest) orelse return null;
        @memcpy(decoder.buffer[shared..][0..rest], bytes);
        decoder.length = shared + rest;
        decoder.count += 1;
        return decoder.buffer[0..decoder.length];
    }
};

const LookupHead = extern struct { bucket_bits: u32, value_bits: u32 };

/// About this many values share a bucket, at least.
const bucket_size = 4;
/// No bucket has so many; a broken image must not make a look-up endless.
const max_bucket_size = 1024;

/// Appends the look-up of what a table holds. `value >> shift` is what will be found for a hash.
pub fn appendLookup(
    gpa: Allocator,
    out: *std.ArrayList(u8),
    table: anytype,
    comptime idOf: fn (@TypeOf(table.slots[0].value)) u32,
    shift: u5,
) error{OutOfMemory}!void {
    const count: u32 = @intCast(table.count);
    const bucket_bits: u5 = std.math.log2_int(u32, @max(1, count / bucket_size));
    const buckets = @as(usize, 1) << bucket_bits;
    const last_value = (count -| 1) >> shift;
    const value_bits: u32 = if (last_value == 0) 0 else std.math.log2_int(u32, last_value) + 1;

    const starts = try gpa.alloc(u32, buckets + 1);
    defer gpa.free(starts);
    @memset(starts, 0);
    for (table.slots) |slot| {
        if (slot.hash != 0) starts[bucketOf(slot.hash, bucket_bits) + 1] += 1;
    }
    for (starts[1..], starts[0..buckets]) |*start, before| start.* += before;

    const head: LookupHead = .{ .bucket_bits = bucket_bits, .value_bits = value_bits };
    try out.appendSlice(gpa, std.mem.asBytes(&head));
    try out.appendSlice(gpa, std.mem.sliceAsBytes(starts));
    const packed_at = out.items.len;
    try out.appendNTimes(gpa, 0, (@as(usize, count) * value_bits + 7) / 8 + 8);
    for (table.slots) |slot| {
        if (slot.hash == 0) continue;
        const place = &starts[bucketOf(slot.hash, bucket_bits)];
        const bit = @as(u64, place.*) * value_bits;
        storeBits(out.items[packed_at..], bit, idOf(slot.value) >> shift);
        place.* += 1;
    }
}

fn bucketOf(hash: u64, bucket_bits: u5) usize {
    return @intCast((hash >> 32) >> (32 - @as(u6, bucket_bits)));
}

fn storeBits(bytes: []u8, bit: u64, value: u32) void {
    const place = bytes[@intCast(bit / 8)..][0..8];
    const before = std.mem.readInt(u64, place, .little);
    const added = @as(u64, value) << @intCast(bit % 8);
    std.mem.writeInt(u64, place, before | added, .little);
}

/// The values that may belong to a hash.
pub const Candidates = struct {
    bits: []const u8 = &.{},
    value_bits: u32 = 0,
    index: u64 = 0,
    end: u64 = 0,

    pub fn find(lookup: []const u8, hash: u64) Candidates {
        const head = format.load(LookupHead, lookup, 0) orelse return .{};
        if (head.bucket_bits > 28 or head.value_bits > 32) return .{};
        const bucket_bits: u5 = @intCast(head.bucket_bits);
        const bucket = bucketOf(hash, bucket_bits);
        const starts_at = @sizeOf(LookupHead) + bucket * 4;
        const start = format.load(u32, lookup, starts_at) orelse return .{};
        const end = format.load(u32, lookup, starts_at + 4) orelse return .{};
        const bits_at = @sizeOf(LookupHead) + ((@as(usize, 1) << bucket_bits) + 1) * 4;
        if (bits_at > lookup.len) return .{};
        return .{
            .bits = lookup[bits_at..],
            .value_bits = head.value_bits,
            .index = start,
            .end = @min(end, start +| max_bucket_size),
        };
    }

    pub fn next(candidates: *Candidates) ?u32 {
        if (candidates.index >= candidates.end) return null;
        const bit = candidates.index * candidates.value_bits;
        candidates.index += 1;
        const word = format.load(u64, candidates.bits, bit / 8) orelse return null;
        const mask = (@as(u64, 1) << @intCast(candidates.value_bits)) - 1;
        return @intCast((word >> @intCast(bit % 8)) & mask);
    }
};

test "texts come back block by block" {
    const gpa = std.testing.allocator;
    var bytes: std.ArrayList(u8) = .empty;
    defer bytes.deinit(gpa);
    var encoder: TextEncoder = .{};
    var buffer: [200]u8 = undefined;
    var second_block: usize = 0;
    for (0..40) |index| {
        if (index == 16) second_block = bytes.items.len;
        const text = try std.fmt.bufPrint(&buffer, "common_prefix_of_all_{d}{s}", .{ index, "x" ** 100 });
        try encoder.append(gpa, &bytes, if (index % 7 == 0) "" else text);
    }
    var decoder: TextDecoder = .{ .cursor = .{ .bytes = bytes.items[second_block..] } };
    for (16..40) |index| {
        const text = try std.fmt.bufPrint(&buffer, "common_prefix_of_all_{d}{s}", .{ index, "x" ** 100 });
        try std.testing.expectEqualStrings(if (index % 7 == 0) "" else text, decoder.next().?);
    }
    try std.testing.expectEqual(null, decoder.next());
}

test "every hash finds its value" {
    const gpa = std.testing.allocator;
    const Table = @import("table.zig").Table(u32);
    const same = struct {
        fn same(value: u32) u32 {
            return value;
        }
    }.same;
    for ([_]u32{ 0, 1, 5, 1000 }) |count| {
        var table: Table = .{};
        defer table.deinit(gpa);
        try table.ensureUnused(gpa, count);
        var random = std.Random.SplitMix64.init(9);
        for (0..count) |id| {
            const hash = random.next();
            table.put(table.find(hash), hash, @intCast(id));
        }
        var lookup: std.ArrayList(u8) = .empty;
        defer lookup.deinit(gpa);
        try appendLookup(gpa, &lookup, &table, same, 2);
        random = std.Random.SplitMix64.init(9);
        for (0..count) |id| {
            var candidates: Candidates = .find(lookup.items, random.next());
            while (candidates.next()) |value| {
                if (value == id >> 2) break;
            } else return error.TestUnexpectedResult;
        }
    }
}

test "a bucket without an end has one" {
    var lookup: [@sizeOf(LookupHead) + 16]u8 = @splat(0);
    std.mem.writeInt(u32, lookup[@sizeOf(LookupHead) + 4 ..][0..4], std.math.maxInt(u32), .little);
    var candidates: Candidates = .find(&lookup, 5);
    var count: usize = 0;
    while (candidates.next()) |value| count += 1 + value;
    try std.testing.expectEqual(max_bucket_size, count);
}
