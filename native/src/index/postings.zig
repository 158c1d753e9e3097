//! Lists of documents, one list a name or word, one after another in the order of the ids.
//!
//! Most names stand in one document, and their neighbours in the same one: such a list is one byte,
//! the distance of its document from the first document of the list before. Longer lists say how
//! many documents they have, then the distances. The lowest bit of each distance tells something of
//! the document: of names, that it is defined there; of words, that a byte with counts follows,
//! which is left out for the commonest case, once in the body.
const std = @import("std");
const format = @import("format.zig");
const segment_file = @import("segment.zig");

const Allocator = std.mem.Allocator;
const Cursor = format.Cursor;

pub const What = enum { names, words };

/// What a word's byte is when it is not written.
pub const plain_payload: u8 = @bitCast(segment_file.WordPayload{ .body = 1 });
/// The byte of a name that is defined; of one that is not it is 0.
pub const defined_payload: u8 = 1;

/// Lists of this length and more say how many bytes they have, so that they are passed over at
/// once.
const skippable = 32;

/// A document and its byte in one number, so that lists can be gathered cheaply.
pub fn entry(document: u32, payload: u8) u32 {
    return document << 8 | payload;
}

pub fn documentOf(value: u32) u32 {
    return value >> 8;
}

pub fn payloadOf(value: u32) u8 {
    return @truncate(value);
}

/// Writes lists one after another.
pub const Encoder = struct {
    what: What,
    /// The first document of the list before; 0 at the start of a block.
    first: u32 = 0,
    scratch: std.ArrayList(u8) = .empty,

    pub fn deinit(encoder: *Encoder, gpa: Allocator) void {
        encoder.scratch.deinit(gpa);
    }

    pub fn startBlock(encoder: *Encoder) void {
        encoder.first = 0;
    }

    /// Appends a list of ascending entries; a document that comes twice must not.
    pub fn append(
        encoder: *Encoder,
        gpa: Allocator,
        out: *std.ArrayList(u8),
        entries: []const u32,
    ) error{OutOfMemory}!void {
        const first = if (entries.len == 0) encoder.first else documentOf(entries[0]);
        const before: i32 = @intCast(encoder.first);
        const distance = format.zigzag(@as(i32, @intCast(first)) - before);
        encoder.first = first;
        if (entries.len == 1) {
            const is_flagged = encoder.flagOf(entries[0]);
            try format.appendNumber(gpa, out, distance << 2 | @as(u32, is_flagged) << 1 | 1);
            if (encoder.what == .words and is_flagged == 1) try out.append(gpa, payloadOf(entries[0]));
            return;
        }
        var any: u32 = 0;
        if (encoder.what == .names) {
            for (entries) |value| any |= payloadOf(value) & defined_payload;
        }
        const count: u32 = @intCast(entries.len);
        try format.appendNumber(gpa, out, count << 2 | any << 1);
        if (count == 0) return;
        if (count < skippable) return encoder.appendEntries(gpa, out, distance, entries);
        encoder.scratch.clearRetainingCapacity();
        try encoder.appendEntries(gpa, &encoder.scratch, distance, entries);
        try format.appendNumber(gpa, out, @intCast(encoder.scratch.items.len));
        try out.appendSlice(gpa, encoder.scratch.items);
    }

    fn appendEntries(
        encoder: *const Encoder,
        gpa: Allocator,
        out: *std.ArrayList(u8),
        distance: u32,
        entries: []const u32,
    ) error{OutOfMemory}!void {
        try out.ensureUnusedCapacity(gpa, entries.len * (format.max_number_bytes + 1));
        var step = distance;
        for (entries, 0..) |value, index| {
            if (index > 0) step = documentOf(value) - documentOf(entries[index - 1]);
            const is_flagged = encoder.flagOf(value);
            format.appendNumberAssumeCapacity(out, step << 1 | is_flagged);
            if (encoder.what == .words and is_flagged == 1) out.appendAssumeCapacity(payloadOf(value));
        }
    }

    inline fn flagOf(encoder: *const Encoder, value: u32) u1 {
        const payload = payloadOf(value);
        return switch (encoder.what) {
            .names => @truncate(payload),
            .words => @intFromBool(payload != plain_payload),
        };
    }
};

/// The documents of one list, ascending, each below `limit`.
pub fn List(comptime what: What) type {
    return struct {
        const Self = @This();

        cursor: Cursor = .{ .bytes = &.{} },
        /// How many documents the list has.
        documents: u32 = 0,
        any_flag: bool = false,
        first: u32 = 0,
        limit: u32 = 0,
        index: u32 = 0,
        document: u32 = 0,
        /// The head of a list of one holds its only entry.
        single: ?u32 = null,
        /// Where the next list starts, when it is known.
        end: ?usize = null,

        /// Reads the head of the list at the cursor. `before` is the first document of the list
        /// before.
        pub fn open(cursor: Cursor, before: u32, limit: u32) ?Self {
            var list: Self = .{ .cursor = cursor, .limit = limit };
            const head = list.cursor.number() orelse return null;
            if (head & 1 == 1) {
                list.documents = 1;
                list.any_flag = head & 2 != 0;
                list.first = apply(before, head >> 2);
                const payload = list.payloadAfter(@truncate(head >> 1)) orelse return null;
                list.single = payload;
                list.end = list.cursor.index;
                return list;
            }
            list.documents = head >> 2;
            if (list.documents > limit) return null;
            list.any_flag = head & 2 != 0;
            list.first = before;
            if (list.documents == 0) {
                list.end = list.cursor.index;
                return list;
            }
            if (list.documents >= skippable) {
                const length = list.cursor.number() orelse return null;
                if (length > list.cursor.bytes.len - list.cursor.index) return null;
                list.end = list.cursor.index + length;
            }
            var ahead = list.cursor;
            const step = ahead.number() orelse return null;
            list.first = apply(before, step >> 1);
            return list;
        }

        /// Takes a list of one document, the commonest, at once. Null for any other, which stays
        /// where it is.
        pub inline fn takeSingle(cursor: *Cursor, before: *u32, limit: u32) ?u32 {
            var ahead = cursor.*;
            const head = ahead.number() orelse return null;
            if (head & 1 == 0) return null;
            const document = apply(before.*, head >> 2);
            if (document >= limit) return null;
            const flag = head >> 1 & 1;
            const byte: u8 = if (what == .names)
                @intCast(flag)
            else if (flag == 0) plain_payload else ahead.byte() orelse return null;
            before.* = document;
            cursor.* = ahead;
            return entry(document, byte);
        }

        fn apply(before: u32, distance: u32) u32 {
            return before +% @as(u32, @bitCast(format.unzigzag(distance)));
        }

        inline fn payloadAfter(list: *Self, flag: u1) ?u8 {
            if (what == .names) return flag;
            return if (flag == 0) plain_payload else list.cursor.byte();
        }

        /// The next entry (`entry`), null at the end and where the list is broken.
        pub fn nextEntry(list: *Self) ?u32 {
            if (list.index >= list.documents) return null;
            if (list.single) |only| {
                list.index = 1;
                if (list.first >= list.limit) return null;
                return entry(list.first, @intCast(only));
            }
            const step = list.cursor.number() orelse return null;
            list.document = if (list.index == 0) list.first else list.document +% (step >> 1);
            if (list.document >= list.limit) {
                list.index = list.documents;
                return null;
            }
            list.index += 1;
            const byte = list.payloadAfter(@truncate(step)) orelse return null;
            return entry(list.document, byte);
        }

        /// Where the next list starts.
        pub fn skip(list: *const Self) ?usize {
            if (list.end) |end| return end;
            var rest = list.*;
            while (rest.index < rest.documents) : (rest.index += 1) {
                const step = rest.cursor.number() orelse return null;
                _ = rest.payloadAfter(@truncate(step)) orelse return null;
            }
            return rest.cursor.index;
        }
    };
}

fn roundTrip(comptime what: What, lists: []const []const u32) !void {
    const gpa = std.testing.allocator;
    var bytes: std.ArrayList(u8) = .empty;
    defer bytes.deinit(gpa);
    var encoder: Encoder = .{ .what = what };
    defer encoder.deinit(gpa);
    for (lists) |list| try encoder.append(gpa, &bytes, list);
    var cursor: Cursor = .{ .bytes = bytes.items };
    var before: u32 = 0;
    for (lists) |expected| {
        var list = List(what).open(cursor, before, format.max_documents).?;
        try std.testing.expectEqual(expected.len, list.documents);
        cursor.index = list.skip().?;
        before = list.first;
        for (expected) |value| try std.testing.expectEqual(value, list.nextEntry());
        try std.testing.expectEqual(null, list.nextEntry());
    }
    try std.testing.expectEqual(bytes.items.len, cursor.index);
}

test "lists come back and are passed over" {
    var many: [500]u32 = undefined;
    for (&many, 0..) |*value, index| {
        const document: u32 = @intCast(index * index);
        value.* = entry(document, if (index % 3 == 0) 1 else 0);
    }
    const some = [_]u32{ entry(7, 0), entry(9, 1), entry(3000, 0) };
    const last = [_]u32{entry(format.max_documents - 1, 1)};
    const first = [_]u32{entry(0, 0)};
    try roundTrip(.names, &.{ &.{entry(70000, 1)}, &some, &many, &.{}, &first, &last });
    const counted = [_]u32{ entry(7, plain_payload), entry(9, 0xff), entry(3000, 0) };
    const plain = [_]u32{entry(5, plain_payload)};
    try roundTrip(.words, &.{ &.{entry(5, 200)}, &counted, &many, &plain, &counted });
}

test "a broken list ends" {
    var list = List(.names).open(.{ .bytes = &.{ 20 << 2, 0xff } }, 0, 10);
    try std.testing.expectEqual(null, list);
    list = List(.names).open(.{ .bytes = &.{ 2 << 2, 6 << 1 << 1, 0x80 } }, 0, 10);
    try std.testing.expectEqual(entry(6, 0), list.?.nextEntry());
    try std.testing.expectEqual(null, list.?.nextEntry());
    list = List(.names).open(.{ .bytes = &.{ 11 << 2, 6 << 1 << 1, 2 } }, 0, 10);
    try std.testing.expectEqual(null, list);
    list = List(.names).open(.{ .bytes = &.{ 2 << 2, 60 << 1, 2 } }, 0, 10);
    try std.testing.expectEqual(null, list.?.nextEntry());
}
