//! The paths that git tracks, out of its own index file (versions 2 to 4, split or not). The file
//! belongs to a repository that nobody vouches for: whatever it says is checked.
const std = @import("std");

const Allocator = std.mem.Allocator;

pub const Error = error{
    /// It is no index, or none that this reads.
    Corrupt,
    OutOfMemory,
};

/// The other file of a split index.
pub const Shared = struct {
    /// Its name in the folder of the index is `sharedindex.` and this.
    hash: []const u8,
    /// Entries of it that are gone.
    deleted: []const u64,
    /// Entries of it that stand, renewed and without their path, at the beginning of the index.
    replaced: []const u64,
};

pub const Entry = struct {
    path: []const u8,
    /// A commit of another repository (a submodule), not a file.
    is_link: bool,
};

/// What one file says.
pub const Part = struct {
    entries: []const Entry,
    shared: ?Shared,
};

/// The tracked paths, sorted by their bytes.
pub const Index = struct {
    entries: []const Entry = &.{},

    /// `part`, and what it adds to the entries of the shared file when the index is split.
    pub fn join(arena: Allocator, part: Part, shared: ?Part) Error!Index {
        var entries: std.ArrayList(Entry) = .empty;
        var own = part.entries;
        if (part.shared) |link| if (shared) |base| {
            for (base.entries, 0..) |entry, number| {
                if (isSet(link.deleted, number)) continue;
                var kept = entry;
                if (isSet(link.replaced, number)) {
                    if (own.len == 0) return error.Corrupt;
                    kept.is_link = own[0].is_link;
                    own = own[1..];
                }
                try entries.append(arena, kept);
            }
        };
        try entries.appendSlice(arena, own);
        std.mem.sort(Entry, entries.items, {}, isBefore);
        return .{ .entries = entries.items };
    }

    /// The same with all paths in lower case.
    pub fn toLowerCase(index: Index, arena: Allocator) error{OutOfMemory}!Index {
        const entries = try arena.dupe(Entry, index.entries);
        for (entries) |*entry| entry.path = try std.ascii.allocLowerString(arena, entry.path);
        std.mem.sort(Entry, entries, {}, isBefore);
        return .{ .entries = entries };
    }

    /// True for what is tracked itself.
    pub fn contains(index: Index, path: []const u8) bool {
        return index.find(path) != null;
    }

    /// True for the folder of a submodule.
    pub fn isLink(index: Index, path: []const u8) bool {
        const entry = index.find(path) orelse return false;
        return entry.is_link;
    }

    /// True when anything below this folder is tracked; `""` is the top.
    pub fn hasBelow(index: Index, folder: []const u8) bool {
        if (folder.len == 0) return index.entries.len > 0;
        // The first entry that is not before `folder/`.
        const Context = struct {
            folder: []const u8,

            fn order(context: @This(), entry: Entry) std.math.Order {
                return orderBelow(context.folder, entry.path);
            }
        };
        const context: Context = .{ .folder = folder };
        const at = std.sort.lowerBound(Entry, index.entries, context, Context.order);
        if (at == index.entries.len) return false;
        const path = index.entries[at].path;
        return path.len > folder.len and path[folder.len] == '/' and
            std.mem.startsWith(u8, path, folder);
    }

    fn find(index: Index, path: []const u8) ?Entry {
        const Context = struct {
            path: []const u8,

            fn order(context: @This(), entry: Entry) std.math.Order {
                return std.mem.order(u8, context.path, entry.path);
            }
        };
        const context: Context = .{ .path = path };
        const at = std.sort.binarySearch(Entry, index.entries, context, Context.order);
        return if (at) |found| index.entries[found] else null;
    }
};

/// How `folder/` stands to a path.
fn orderBelow(folder: []const u8, path: []const u8) std.math.Order {
    const shared = @min(folder.len, path.len);
    const order = std.mem.order(u8, folder[0..shared], path[0..shared]);
    if (order != .eq) return order;
    if (path.len <= folder.len) return .gt;
    return std.math.order('/', path[folder.len]);
}

fn isBefore(_: void, left: Entry, right: Entry) bool {
    return std.mem.lessThan(u8, left.path, right.path);
}

fn isSet(bits: []const u64, number: usize) bool {
    return number / 64 < bits.len and bits[number / 64] >> @intCast(number % 64) & 1 == 1;
}

/// Reads one index file. What is returned points into `arena`, not into `bytes`.
pub fn parse(arena: Allocator, bytes: []const u8) Error!Part {
    // Nothing in the file says how long its hashes are; with the wrong length no path fits.
    return parseWith(arena, bytes, sha1_bytes) catch |err| switch (err) {
        error.OutOfMemory => error.OutOfMemory,
        error.Corrupt => parseWith(arena, bytes, sha256_bytes),
    };
}

const sha1_bytes = 20;
const sha256_bytes = 32;
/// Times, device, inode, mode, owner and size, before the hash.
const stat_bytes = 40;
const mode_at = 24;
const type_mask = 0o170000;
const link_type = 0o160000;
const folder_type = 0o040000;
const extended_flag = 0x4000;
const length_mask = 0x0fff;
/// No system opens a longer path.
const max_path_bytes = 1 << 16;

fn parseWith(arena: Allocator, bytes: []const u8, hash_bytes: usize) Error!Part {
    var reader: Reader = .{ .bytes = bytes };
    if (!std.mem.eql(u8, try reader.take(4), "DIRC")) return error.Corrupt;
    const version = try reader.number(u32);
    if (version < 2 or version > 4) return error.Corrupt;
    const count = try reader.number(u32);
    // Before memory is asked for: an entry is at least as long as what stands before its path.
    if (count > bytes.len / (stat_bytes + hash_bytes)) return error.Corrupt;
    var entries: std.ArrayList(Entry) = try .initCapacity(arena, count);
    var previous: std.ArrayList(u8) = .empty;
    for (0..count) |_| {
        const start = reader.at;
        const mode = std.mem.readInt(u32, (try reader.take(stat_bytes))[mode_at..][0..4], .big);
        _ = try reader.take(hash_bytes);
        const flags = try reader.number(u16);
        if (flags & extended_flag != 0) {
            if (version == 2) return error.Corrupt;
            _ = try reader.take(2);
        }
        if (version == 4) {
            const dropped = try reader.offset();
            if (dropped > previous.items.len) return error.Corrupt;
            previous.items.len -= dropped;
            try previous.appendSlice(arena, try reader.text());
        } else {
            previous.clearRetainingCapacity();
            try previous.appendSlice(arena, try reader.text());
            // Padded to eight bytes, the one after the path included.
            reader.at = start + std.mem.alignForward(usize, reader.at - start, 8);
        }
        const path = previous.items;
        if (path.len > max_path_bytes) return error.Corrupt;
        if (flags & length_mask != @min(path.len, length_mask)) return error.Corrupt;
        // A folder that a sparse index stands for has nothing in the work tree.
        if (mode & type_mask == folder_type) continue;
        entries.appendAssumeCapacity(.{
            .path = try arena.dupe(u8, path),
            .is_link = mode & type_mask == link_type,
        });
    }
    return .{ .entries = entries.items, .shared = try findShared(arena, &reader, hash_bytes) };
}

/// Looks for the extension of a split index among those after the entries.
fn findShared(arena: Allocator, reader: *Reader, hash_bytes: usize) Error!?Shared {
    while (reader.at + hash_bytes < reader.bytes.len) {
        const name = try reader.take(4);
        const data = try reader.take(try reader.number(u32));
        if (!std.mem.eql(u8, name, "link")) continue;
        var link: Reader = .{ .bytes = data };
        const hash = try link.take(hash_bytes);
        if (std.mem.allEqual(u8, hash, 0)) return null;
        const deleted = if (link.isAtEnd()) &.{} else try readBitmap(arena, &link);
        const replaced = if (link.isAtEnd()) &.{} else try readBitmap(arena, &link);
        const digits = try std.fmt.allocPrint(arena, "{x}", .{hash});
        return .{ .hash = digits, .deleted = deleted, .replaced = replaced };
    }
    return null;
}

/// No index has more entries than this; a bitmap for more is no bitmap.
const max_bits = 1 << 26;

/// A bitmap of runs and literal words (EWAH).
fn readBitmap(arena: Allocator, reader: *Reader) Error![]const u64 {
    const bit_count = try reader.number(u32);
    if (bit_count > max_bits) return error.Corrupt;
    const limit = std.math.divCeil(usize, bit_count, 64) catch unreachable;
    const word_count = try reader.number(u32);
    var words: Reader = .{ .bytes = try reader.take(@as(usize, word_count) * 8) };
    // Where the last run begins, for those who add to the bitmap.
    _ = try reader.take(4);
    var bits: std.ArrayList(u64) = .empty;
    while (!words.isAtEnd()) {
        const header: packed struct(u64) { bit: u1, run: u32, literals: u31 } =
            @bitCast(try words.number(u64));
        if (header.run > limit - bits.items.len) return error.Corrupt;
        const run: u64 = if (header.bit == 1) std.math.maxInt(u64) else 0;
        try bits.appendNTimes(arena, run, header.run);
        if (header.literals > limit - bits.items.len) return error.Corrupt;
        for (0..header.literals) |_| try bits.append(arena, try words.number(u64));
    }
    return bits.items;
}

const Reader = struct {
    bytes: []const u8,
    at: usize = 0,

    fn isAtEnd(reader: *const Reader) bool {
        return reader.at >= reader.bytes.len;
    }

    fn take(reader: *Reader, count: usize) Error![]const u8 {
        if (reader.at > reader.bytes.len or count > reader.bytes.len - reader.at) {
            return error.Corrupt;
        }
        defer reader.at += count;
        return reader.bytes[reader.at..][0..count];
    }

    fn number(reader: *Reader, comptime T: type) Error!T {
        const size = @divExact(@bitSizeOf(T), 8);
        return std.mem.readInt(T, (try reader.take(size))[0..size], .big);
    }

    /// Seven bits a byte, the highest first, each byte but the last counting one more.
    fn offset(reader: *Reader) Error!usize {
        var byte = try reader.number(u8);
        var value: usize = byte & 0x7f;
        while (byte & 0x80 != 0) {
            if (value > max_path_bytes) return error.Corrupt;
            byte = try reader.number(u8);
            value = (value + 1) << 7 | (byte & 0x7f);
        }
        return value;
    }

    /// Up to the next zero, which is read too.
    fn text(reader: *Reader) Error![]const u8 {
        if (reader.isAtEnd()) return error.Corrupt;
        const end = std.mem.findScalarPos(u8, reader.bytes, reader.at, 0) orelse
            return error.Corrupt;
        defer reader.at = end + 1;
        return reader.bytes[reader.at..end];
    }
};

const testing = std.testing;

fn testIndex(paths: []const []const u8) !Index {
    const entries = try testing.allocator.alloc(Entry, paths.len);
    for (entries, paths) |*entry, path| entry.* = .{ .path = path, .is_link = false };
    return .{ .entries = entries };
}

test "what is tracked, and below which folders" {
    const index = try testIndex(&.{ "a", "b-c", "b.c/x", "b/d/e", "b0" });
    defer testing.allocator.free(index.entries);
    try testing.expect(index.contains("a"));
    try testing.expect(!index.contains("b"));
    try testing.expect(index.contains("b/d/e"));
    for ([_][]const u8{ "", "b", "b/d", "b.c" }) |folder| {
        try testing.expect(index.hasBelow(folder));
    }
    for ([_][]const u8{ "a", "b0", "b/", "b/d/e", "c", "b." }) |folder| {
        try testing.expect(!index.hasBelow(folder));
    }
}

fn writeEntry(writer: *std.Io.Writer, version: u32, mode: u32, path: []const u8) !void {
    try writer.splatByteAll(0, mode_at);
    try writer.writeInt(u32, mode, .big);
    try writer.splatByteAll(0, stat_bytes - mode_at - 4 + sha1_bytes);
    try writer.writeInt(u16, @intCast(path.len), .big);
    if (version == 4) try writer.writeByte(0);
    try writer.writeAll(path);
    const length = stat_bytes + sha1_bytes + 2 + path.len;
    const padding = if (version == 4) 1 else std.mem.alignForward(usize, length + 1, 8) - length;
    try writer.splatByteAll(0, padding);
}

test "a written index is read" {
    var arena: std.heap.ArenaAllocator = .init(testing.allocator);
    defer arena.deinit();
    var out: std.Io.Writer.Allocating = .init(arena.allocator());
    try out.writer.writeAll("DIRC\x00\x00\x00\x02\x00\x00\x00\x03");
    try writeEntry(&out.writer, 2, 0o100644, "a/b");
    try writeEntry(&out.writer, 2, link_type, "module");
    const last = out.written().len;
    try writeEntry(&out.writer, 2, 0o100755, "x" ** 300);
    try out.writer.splatByteAll(0, sha1_bytes);
    const part = try parse(arena.allocator(), out.written());
    const index: Index = try .join(arena.allocator(), part, null);
    try testing.expect(index.contains("a/b"));
    try testing.expect(index.isLink("module"));
    try testing.expect(index.contains("x" ** 300));
    for (0..last + 300) |length| {
        try testing.expectError(error.Corrupt, parse(arena.allocator(), out.written()[0..length]));
    }
}

test "a bitmap of runs and words" {
    var arena: std.heap.ArenaAllocator = .init(testing.allocator);
    defer arena.deinit();
    var out: std.Io.Writer.Allocating = .init(arena.allocator());
    try out.writer.writeInt(u32, 200, .big);
    try out.writer.writeInt(u32, 2, .big);
    // Two words of ones, then one literal.
    try out.writer.writeInt(u64, 1 | 2 << 1 | 1 << 33, .big);
    try out.writer.writeInt(u64, 5, .big);
    try out.writer.writeInt(u32, 0, .big);
    var reader: Reader = .{ .bytes = out.written() };
    const bits = try readBitmap(arena.allocator(), &reader);
    for ([_]usize{ 0, 127, 128, 130 }) |number| try testing.expect(isSet(bits, number));
    for ([_]usize{ 129, 131, 100_000 }) |number| try testing.expect(!isSet(bits, number));
}

test "random bytes are refused or read, never more" {
    var arena: std.heap.ArenaAllocator = .init(testing.allocator);
    defer arena.deinit();
    var random: std.Random.DefaultPrng = .init(7);
    var buffer: [2048]u8 = undefined;
    for (0..500) |_| {
        const length = random.random().uintAtMost(usize, buffer.len);
        random.random().bytes(buffer[0..length]);
        const header = "DIRC\x00\x00\x00\x04\x00\x00\x00\x01";
        if (length >= header.len) @memcpy(buffer[0..header.len], header);
        const part = parse(arena.allocator(), buffer[0..length]);
        if (part) |read| try testing.expect(read.entries.len <= 1) else |err| {
            try testing.expectEqual(error.Corrupt, err);
        }
        _ = arena.reset(.retain_capacity);
    }
}
