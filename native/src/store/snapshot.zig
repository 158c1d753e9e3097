//! What of an index is kept on disk: its segments, each a file that never changes, and one small file
//! that says which of them, and which of their documents, are the files of the workspace.
const std = @import("std");
const hash = @import("../base/hash.zig");
const draft_file = @import("draft.zig");
const folder_file = @import("folder.zig");
const Shard = @import("shard.zig").Shard;
const view_file = @import("view.zig");

const Allocator = std.mem.Allocator;
const Draft = draft_file.Draft;
const Folder = folder_file.Folder;
const View = view_file.View;

const magic = "ZEKEVIEW";
/// Grows with each change of the file's form; an older file is not read but replaced.
const version: u32 = 1;
const head_bytes = magic.len + 4 + 4 + 8;

/// What is said of the whole.
pub const Meta = struct {
    /// Of the hashes of contents.
    seed: u64,
    created_at_ms: i64,
    /// Files that could not be read.
    unreadable: u64,
    /// Absolute; a snapshot belongs to one root.
    root: []const u8,
};

pub const Loaded = struct {
    meta: Meta,
    view: *View,
    stamp: folder_file.Stamp,
};

pub const LoadError = error{
    /// There is no snapshot.
    None,
    /// It is damaged, cut, of another form or of another root: it is to be built anew.
    Discarded,
    OutOfMemory,
};

/// Opens what is stored. Costs what the small file costs: segments are mapped, not read.
pub fn load(
    gpa: Allocator,
    io: std.Io,
    folder: Folder,
    root: struct { path: []const u8, dir: std.Io.Dir },
    generation: u64,
) LoadError!Loaded {
    var attempt: u32 = 0;
    while (true) : (attempt += 1) {
        const stamp = folder.viewStamp(io) orelse return error.None;
        const bytes = try folder.readView(io, gpa) orelse return error.None;
        defer gpa.free(bytes);
        var reader: Reader = .{ .bytes = bytes };
        const meta = try readHead(&reader);
        if (!std.mem.eql(u8, meta.root, root.path)) return error.Discarded;
        const view = readParts(gpa, io, folder, &reader, root.dir, generation) catch |err| {
            // A writer may have replaced the view and removed a segment since it was read.
            const is_replaced = !std.meta.eql(folder.viewStamp(io), stamp);
            if (err == error.Missing and is_replaced and attempt < 5) continue;
            return if (err == error.OutOfMemory) error.OutOfMemory else error.Discarded;
        };
        return .{
            .meta = .{
                .seed = meta.seed,
                .created_at_ms = meta.created_at_ms,
                .unreadable = meta.unreadable,
                .root = root.path,
            },
            .view = view,
            .stamp = stamp,
        };
    }
}

fn readHead(reader: *Reader) error{Discarded}!Meta {
    if (!std.mem.eql(u8, try reader.slice(magic.len), magic)) return error.Discarded;
    if (try reader.int(u32) != version) return error.Discarded;
    _ = try reader.int(u32);
    const checksum = try reader.int(u64);
    if (checksum != hash.checksum(reader.bytes[reader.at..])) return error.Discarded;
    return .{
        .seed = try reader.int(u64),
        .created_at_ms = try reader.int(i64),
        .unreadable = try reader.int(u64),
        .root = try reader.slice(try reader.int(u32)),
    };
}

fn readParts(
    gpa: Allocator,
    io: std.Io,
    folder: Folder,
    reader: *Reader,
    root: std.Io.Dir,
    generation: u64,
) error{ Missing, Discarded, OutOfMemory }!*View {
    var draft: Draft = .init(gpa);
    var is_finished = false;
    errdefer if (!is_finished) draft.deinit(io);
    const count = try reader.int(u32);
    for (0..count) |_| {
        const number = try reader.int(u64);
        const size = try reader.int(u64);
        const documents = try reader.int(u32);
        const live = try readLive(draft.arena.allocator(), reader, documents);
        const touched = try readTouched(draft.arena.allocator(), reader, documents);
        const name = folder_file.segmentName(number);
        const shard = Shard.ofFile(gpa, io, folder.dir, &name, size) catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            error.Missing => return error.Missing,
            else => return error.Discarded,
        };
        shard.file.store(number, .monotonic);
        if (shard.segment.stats().documents != documents) {
            shard.release(io);
            return error.Discarded;
        }
        try draft.add(shard, io, live, touched);
    }
    if (reader.at != reader.bytes.len) return error.Discarded;
    is_finished = true;
    return draft.finish(io, root, generation);
}

fn readLive(arena: Allocator, reader: *Reader, documents: u32) ![]u64 {
    const words = draft_file.bitWords(documents);
    if (words > reader.bytes.len / 8) return error.Discarded;
    const live = try arena.alloc(u64, words);
    for (live) |*word| word.* = try reader.int(u64);
    if (documents % 64 != 0 and live[words - 1] >> @intCast(documents % 64) != 0) {
        return error.Discarded;
    }
    return live;
}

fn readTouched(arena: Allocator, reader: *Reader, documents: u32) ![]view_file.Touched {
    const count = try reader.int(u32);
    if (count > documents) return error.Discarded;
    const touched = try arena.alloc(view_file.Touched, count);
    for (touched, 0..) |*entry, at| {
        entry.document = try reader.int(u32);
        entry.stat.size = try reader.int(u64);
        entry.stat.mtime_ns = try reader.int(i64);
        entry.stat.inode = try reader.int(u64);
        if (entry.document >= documents) return error.Discarded;
        if (at > 0 and entry.document <= touched[at - 1].document) return error.Discarded;
    }
    return touched;
}

const Reader = struct {
    bytes: []const u8,
    at: usize = 0,

    fn slice(reader: *Reader, length: usize) error{Discarded}![]const u8 {
        if (length > reader.bytes.len - reader.at) return error.Discarded;
        defer reader.at += length;
        return reader.bytes[reader.at..][0..length];
    }

    fn int(reader: *Reader, comptime Int: type) error{Discarded}!Int {
        const bytes = try reader.slice(@sizeOf(Int));
        return std.mem.readInt(Int, bytes[0..@sizeOf(Int)], .little);
    }
};

/// Writes what of `view` is not stored yet, then the view, then removes what nobody needs any more.
/// The caller holds the lock; `view` has no overlays.
pub fn store(
    gpa: Allocator,
    io: std.Io,
    folder: Folder,
    view: *const View,
    meta: Meta,
) (folder_file.Error || error{OutOfMemory})!folder_file.Stamp {
    var needed: std.ArrayList(u64) = .empty;
    defer needed.deinit(gpa);
    for (view.parts) |part| {
        if (!isStored(io, folder, part.shard)) {
            const number = newNumber(io);
            try folder.write(io, &folder_file.segmentName(number), part.shard.bytes());
            part.shard.file.store(number, .monotonic);
        }
        try needed.append(gpa, part.shard.file.load(.monotonic));
    }
    const bytes = try encode(gpa, view, meta);
    defer gpa.free(bytes);
    try folder.writeView(io, bytes);
    folder.removeOthers(io, needed.items);
    return folder.viewStamp(io) orelse error.Files;
}

/// Another process, or whoever empties caches, may have removed the file of a segment that is mapped.
fn isStored(io: std.Io, folder: Folder, shard: *const Shard) bool {
    const number = shard.file.load(.monotonic);
    if (number == 0) return false;
    const size = folder.sizeOf(io, &folder_file.segmentName(number)) orelse return false;
    return size == shard.bytes().len;
}

/// Random, so that two processes never give two segments the same; never 0.
pub fn newNumber(io: std.Io) u64 {
    var number: u64 = undefined;
    io.random(std.mem.asBytes(&number));
    return number | 1;
}

fn encode(gpa: Allocator, view: *const View, meta: Meta) error{OutOfMemory}![]u8 {
    var bytes: std.ArrayList(u8) = .empty;
    errdefer bytes.deinit(gpa);
    try bytes.appendSlice(gpa, magic);
    try appendInt(gpa, &bytes, u32, version);
    try appendInt(gpa, &bytes, u32, 0);
    try appendInt(gpa, &bytes, u64, 0);
    try appendInt(gpa, &bytes, u64, meta.seed);
    try appendInt(gpa, &bytes, i64, meta.created_at_ms);
    try appendInt(gpa, &bytes, u64, meta.unreadable);
    try appendInt(gpa, &bytes, u32, @intCast(meta.root.len));
    try bytes.appendSlice(gpa, meta.root);
    try appendInt(gpa, &bytes, u32, @intCast(view.parts.len));
    for (view.parts) |part| {
        try appendInt(gpa, &bytes, u64, part.shard.file.load(.monotonic));
        try appendInt(gpa, &bytes, u64, part.shard.bytes().len);
        try appendInt(gpa, &bytes, u32, part.shard.segment.stats().documents);
        for (part.live) |word| try appendInt(gpa, &bytes, u64, word);
        try appendInt(gpa, &bytes, u32, @intCast(part.touched.len));
        for (part.touched) |entry| {
            try appendInt(gpa, &bytes, u32, entry.document);
            try appendInt(gpa, &bytes, u64, entry.stat.size);
            try appendInt(gpa, &bytes, i64, entry.stat.mtime_ns);
            try appendInt(gpa, &bytes, u64, entry.stat.inode);
        }
    }
    const checksum = hash.checksum(bytes.items[head_bytes..]);
    std.mem.writeInt(u64, bytes.items[head_bytes - 8 ..][0..8], checksum, .little);
    return bytes.toOwnedSlice(gpa);
}

fn appendInt(
    gpa: Allocator,
    bytes: *std.ArrayList(u8),
    comptime Int: type,
    value: Int,
) error{OutOfMemory}!void {
    const room = try bytes.addManyAsArray(gpa, @sizeOf(Int));
    std.mem.writeInt(Int, room, value, .little);
}
