//! Paths and what is imported: texts that stand as they are, one after another.
const std = @import("std");
const Hasher = @import("hash.zig").Hasher;
const Table = @import("table.zig").Table;

const Allocator = std.mem.Allocator;

pub const Error = error{ OutOfMemory, TooManyDocuments };

pub const PlainTexts = struct {
    table: Table(u32) = .{},
    starts: std.ArrayList(u32) = .empty,
    bytes: std.ArrayList(u8) = .empty,

    pub fn deinit(texts: *PlainTexts, gpa: Allocator) void {
        texts.table.deinit(gpa);
        texts.starts.deinit(gpa);
        texts.bytes.deinit(gpa);
    }

    /// Adds a text whether or not it is there; the table finds the first of equal ones.
    pub fn append(
        texts: *PlainTexts,
        gpa: Allocator,
        hasher: *const Hasher,
        text: []const u8,
    ) Error!void {
        const id: u32 = @intCast(texts.starts.items.len);
        const hash = hasher.hash(text);
        try texts.table.ensureUnused(gpa, 1);
        const slot = texts.table.find(hash);
        if (slot.hash == 0) texts.table.put(slot, hash, id);
        try texts.push(gpa, text);
    }

    /// The number of a text, a new one if it is not there.
    pub fn idOf(
        texts: *PlainTexts,
        gpa: Allocator,
        hasher: *const Hasher,
        text: []const u8,
    ) Error!u32 {
        const id: u32 = @intCast(texts.starts.items.len);
        const hash = hasher.hash(text);
        try texts.table.ensureUnused(gpa, 1);
        const slot = texts.table.find(hash);
        if (slot.hash != 0) return slot.value;
        texts.table.put(slot, hash, id);
        try texts.push(gpa, text);
        return id;
    }

    pub fn clear(texts: *PlainTexts) void {
        texts.table.clear();
        texts.starts.clearRetainingCapacity();
        texts.bytes.clearRetainingCapacity();
    }

    fn push(texts: *PlainTexts, gpa: Allocator, text: []const u8) Error!void {
        if (texts.bytes.items.len + text.len > std.math.maxInt(u32)) return error.TooManyDocuments;
        try texts.starts.append(gpa, @intCast(texts.bytes.items.len));
        try texts.bytes.appendSlice(gpa, text);
    }

    pub fn memoryBytes(texts: *const PlainTexts) usize {
        return texts.table.count * 2 * @sizeOf(Table(u32).Slot) + texts.starts.items.len * 4 +
            texts.bytes.items.len;
    }
};
