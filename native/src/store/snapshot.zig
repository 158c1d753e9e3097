//! What of an index is kept on disk: its segments, each a file that never changes, and one small
//! file that says which of them, and which of their documents, are the files of the workspace.
const std = @import("std");
const builtin = @import("builtin");
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
    /// It is damaged, cut, of another form or of another root, or it cannot be read: it is to be
    /// built anew.
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
        const bytes = try folder.readView(io, gpa) orelse {
            // One that is there and cannot be read is as good as a damaged one.
            return if (folder.viewStamp(io) == null) error.None else error.Discarded;
        };
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

/// Another process, or whoever empties caches, may have removed the file of a segment that is
/// mapped.
fn isStored(io: std.Io, folder: Folder, shard: *const Shard) bool {
    const number = shard.file.load(.monotonic);
    if (number == 0) return false;
    const size = folder.sizeOf(io, &folder_file.segmentName(number)) orelse return false;
    return size == shard.bytes().len;
}

/// Whether the file of a mapped segment is shorter than it was. No program of ours writes to one
/// again, it is removed whole; reading a page that is gone is a signal that nobody here can handle.
pub fn isCut(io: std.Io, folder: Folder, view: *const View) bool {
    for (view.parts) |part| {
        const number = part.shard.file.load(.monotonic);
        if (number == 0) continue;
        const size = folder.sizeOf(io, &folder_file.segmentName(number)) orelse continue;
        if (size < part.shard.bytes().len) return true;
    }
    return false;
}

/// Random, so that two processes never give two segments the same; never 0.
pub fn newNumber(io: std.Io) u64 {
    return folder_file.randomNumber(io) | 1;
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

const Workspace = @import("testing.zig").Workspace;

fn fill(workspace: *Workspace) !void {
    var name: [32]u8 = undefined;
    var text: [32]u8 = undefined;
    for (0..10) |number| {
        try workspace.write(
            try std.fmt.bufPrint(&name, "folder/file{d}.c", .{number}),
            try std.fmt.bufPrint(&text, "text{d}", .{number}),
            1,
        );
    }
}

fn openFolder(workspace: *Workspace) !Folder {
    return .open(std.testing.io, try workspace.folderPath(), false);
}

fn countSegments(workspace: *Workspace) !usize {
    const folder = try openFolder(workspace);
    defer folder.close(std.testing.io);
    var count: usize = 0;
    var entries = folder.dir.iterate();
    while (try entries.next(std.testing.io)) |entry| {
        count += @intFromBool(std.mem.startsWith(u8, entry.name, "seg-"));
        try std.testing.expect(!std.mem.startsWith(u8, entry.name, "tmp-"));
    }
    return count;
}

test "what was stored is there again, and nothing is read twice" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    try workspace.openStored();
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 10, .added = 10 });
    workspace.close();
    try workspace.openStored();
    try Workspace.expect(
        try workspace.call(.status, "{}"),
        .{ .files = 10, .liveDocuments = 10, .segments = 1 },
    );
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 10, .unchanged = 10, .readBytes = 0 },
    );
    // A change of one path is not stored at once, but when the index is closed.
    try workspace.write("folder/file3.c", "changed", 2);
    try workspace.write("folder/file4.c", "text4", 2);
    try Workspace.expect(
        try workspace.call(.refresh, "{\"paths\":[\"folder\"]}"),
        .{ .changed = 1, .unchanged = 9 },
    );
    try std.testing.expectEqual(1, try countSegments(&workspace));
    workspace.close();
    try std.testing.expectEqual(2, try countSegments(&workspace));
    try workspace.openStored();
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 10, .unchanged = 10, .readBytes = 0 },
    );
    const view = workspace.engine.?.acquire(std.testing.io);
    defer view.release(std.testing.io);
    const place = view.find("folder/file3.c").?;
    try std.testing.expect(view.segment(place).findName("changed") != null);
}

test "a damaged, cut, older or foreign snapshot is discarded and built anew" {
    const io = std.testing.io;
    const gpa = std.testing.allocator;
    const Damage = enum {
        flipped,
        cut,
        longer,
        emptied,
        older,
        foreign,
        unreadable,
        segment_cut,
        segment_gone,
    };
    for (std.enums.values(Damage)) |damage| {
        var workspace: Workspace = try .init();
        defer workspace.deinit();
        try fill(&workspace);
        try workspace.openStored();
        _ = try workspace.call(.refresh, "{}");
        workspace.close();

        const folder = try openFolder(&workspace);
        defer folder.close(io);
        const bytes = (try folder.readView(io, gpa)).?;
        defer gpa.free(bytes);
        var reader: Reader = .{ .bytes = bytes };
        const root = (try readHead(&reader)).root;
        _ = try reader.int(u32);
        const segment = folder_file.segmentName(try reader.int(u64));
        switch (damage) {
            .flipped => bytes[bytes.len - 1] ^= 1,
            .older => bytes[magic.len] ^= 1,
            .foreign => {
                bytes[std.mem.indexOf(u8, bytes, root).?] = 'X';
                std.mem.writeInt(
                    u64,
                    bytes[head_bytes - 8 ..][0..8],
                    hash.checksum(bytes[head_bytes..]),
                    .little,
                );
            },
            else => {},
        }
        switch (damage) {
            .cut => try folder.writeView(io, bytes[0 .. bytes.len / 2]),
            .longer => {
                const more = try std.mem.concat(gpa, u8, &.{ bytes, "x" });
                defer gpa.free(more);
                try folder.writeView(io, more);
            },
            .emptied => try folder.writeView(io, ""),
            .unreadable => {
                const file = try folder.dir.openFile(io, "view", .{ .mode = .read_write });
                defer file.close(io);
                try file.setLength(io, 300 << 20);
            },
            .segment_gone => try folder.dir.deleteFile(io, &segment),
            .segment_cut => {
                const file = try folder.dir.openFile(io, &segment, .{ .mode = .read_write });
                defer file.close(io);
                try file.setLength(io, 100);
            },
            else => try folder.writeView(io, bytes),
        }
        try workspace.openStored();
        const status = try workspace.call(.status, "{}");
        try Workspace.expect(status, .{ .files = 0 });
        try std.testing.expect(std.mem.indexOf(u8, status, "discarded") == null);
        try std.testing.expect(std.mem.indexOf(u8, status, "built anew") != null);
        try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 10, .added = 10 });
        workspace.close();
        try std.testing.expectEqual(1, try countSegments(&workspace));
        try workspace.openStored();
        try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = 10 });
    }
}

test "a segment that somebody cuts while it is mapped is built anew" {
    // Windows lets nobody cut a file that is mapped.
    if (builtin.os.tag == .windows) return error.SkipZigTest;
    for ([_]bool{ false, true }) |is_asked| {
        var workspace: Workspace = try .init();
        defer workspace.deinit();
        try fill(&workspace);
        try workspace.openStored();
        _ = try workspace.call(.refresh, "{}");
        workspace.close();
        try workspace.openStored();
        // Something is to be stored when the index is closed.
        try workspace.write("folder/file3.c", "changed", 2);
        _ = try workspace.call(.refresh, "{\"paths\":[\"folder\"]}");
        try cutSegments(&workspace);
        if (is_asked) {
            const found = try workspace.call(.definitions, "{\"name\":\"text5\",\"limit\":1}");
            try std.testing.expectEqualStrings("{\"results\":[]}", found);
            const status = try workspace.call(.status, "{}");
            try Workspace.expect(status, .{ .files = 10, .liveDocuments = 10 });
            try std.testing.expect(std.mem.indexOf(u8, status, "built anew") != null);
        }
        workspace.close();
        try workspace.openStored();
        const files: i64 = if (is_asked) 10 else 0;
        try Workspace.expect(try workspace.call(.status, "{}"), .{ .files = files });
        try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 10 });
        workspace.close();
        try std.testing.expectEqual(1, try countSegments(&workspace));
    }
}

fn cutSegments(workspace: *Workspace) !void {
    const io = std.testing.io;
    const folder = try openFolder(workspace);
    defer folder.close(io);
    var entries = folder.dir.iterate();
    while (try entries.next(io)) |entry| {
        if (!std.mem.startsWith(u8, entry.name, "seg-")) continue;
        const file = try folder.dir.openFile(io, entry.name, .{ .mode = .read_write });
        defer file.close(io);
        try file.setLength(io, 0);
    }
}

test "two indexes share a snapshot" {
    const io = std.testing.io;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    try workspace.openStored();
    const folder = try workspace.folderPath();
    const other = try workspace.another(.{ .root = "", .folder = folder });
    defer other.close(io);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .added = 10 });
    // The other one takes over what was stored and reads nothing.
    try Workspace.expect(
        try workspace.callOn(other, .refresh, "{}"),
        .{ .files = 10, .added = 0, .readBytes = 0 },
    );
    // Both see a change, the one stores it, the other takes it over.
    try workspace.write("folder/file1.c", "changed", 2);
    try Workspace.expect(try workspace.callOn(other, .refresh, "{}"), .{ .changed = 1 });
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 10, .changed = 0, .readBytes = 0 },
    );
    // Who knows less than what is stored does not store.
    try workspace.write("folder/file2.c", "one", 2);
    _ = try workspace.call(.refresh, "{\"paths\":[\"folder/file2.c\"]}");
    try workspace.write("folder/file2.c", "two", 3);
    try Workspace.expect(try workspace.callOn(other, .refresh, "{}"), .{ .changed = 1 });
    workspace.close();
    try workspace.openStored();
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 10, .changed = 0, .readBytes = 0 },
    );
    // While another process writes, one works in memory.
    const held = try openFolder(&workspace);
    defer held.close(io);
    const lock = (try held.tryLock(io)).?;
    try workspace.write("folder/file5.c", "three", 2);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .changed = 1 });
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .changed = 0, .readBytes = 0 });
    lock.release(io);
}

test "a process that was stopped while it wrote keeps nobody waiting for ever" {
    const io = std.testing.io;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    const held = try openFolder(&workspace);
    defer held.close(io);
    const lock = (try held.tryLock(io)).?;
    workspace.engine = try workspace.another(.{
        .root = "",
        .folder = try workspace.folderPath(),
        .longest_wait = .fromMilliseconds(50),
    });
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 10, .added = 10 });
    const locked = try workspace.call(.status, "{}");
    try std.testing.expect(std.mem.indexOf(u8, locked, "locked: the index is in memory") != null);
    // Once it goes on, the index is stored like any other.
    lock.release(io);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .readBytes = 0 });
    const stored = try workspace.call(.status, "{}");
    try std.testing.expect(std.mem.indexOf(u8, stored, "notice") == null);
    try std.testing.expectEqual(1, try countSegments(&workspace));
}

test "a folder that is emptied under an index is filled again" {
    const io = std.testing.io;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    try workspace.openStored();
    _ = try workspace.call(.refresh, "{}");
    const folder = try openFolder(&workspace);
    defer folder.close(io);
    try folder.dir.deleteFile(io, "view");
    folder.removeOthers(io, &.{});
    try workspace.write("folder/file5.c", "three", 2);
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .changed = 1 });
    workspace.close();
    try workspace.openStored();
    try Workspace.expect(
        try workspace.call(.refresh, "{}"),
        .{ .files = 10, .unchanged = 10, .readBytes = 0 },
    );
}

test "where nothing can be written the index lives in memory, and says so" {
    const io = std.testing.io;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    try workspace.tmp.dir.writeFile(io, .{ .sub_path = "snapshot", .data = "no folder" });
    try workspace.openStored();
    try Workspace.expect(try workspace.call(.refresh, "{}"), .{ .files = 10, .added = 10 });
    const status = try workspace.call(.status, "{}");
    try std.testing.expect(std.mem.indexOf(u8, status, "in memory only") != null);
}

test "an index that may only read changes nothing on disk" {
    const io = std.testing.io;
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try fill(&workspace);
    const folder = try workspace.folderPath();
    const reader = try workspace.another(.{ .root = "", .folder = folder, .is_read_only = true });
    defer reader.close(io);
    try Workspace.expect(try workspace.callOn(reader, .refresh, "{}"), .{ .added = 10 });
    try std.testing.expectError(error.FileNotFound, workspace.tmp.dir.access(io, "snapshot", .{}));
}
