//! The image of a segment: sections in any order, and behind them a table that says where they are.
//!
//! The table stands at the end because an image is written in one stream, whose sizes are known
//! only when it is done. A cut file therefore has no table and is recognised as broken.
const std = @import("std");

const Io = std.Io;

/// Grows with every change of what the bytes mean; an image of another version is built anew.
pub const version: u32 = 1;
const magic = "ZekeSeg\x00";

pub const Section = enum {
    /// `DocumentRecord`s.
    documents,
    /// u32 starts in `path_bytes`, one more than there are documents.
    path_starts,
    path_bytes,
    path_lookup,
    /// Front-coded texts, see dictionary.zig.
    name_texts,
    /// `BlockRecord`s.
    name_blocks,
    name_postings,
    name_lookup,
    word_texts,
    word_blocks,
    word_postings,
    word_lookup,
    /// For each document its definitions, see symbols.zig.
    symbols,
    /// For each document the numbers of the texts it imports.
    imports,
    /// u32 starts in `import_bytes`, one more than there are texts.
    import_starts,
    import_bytes,
};

pub const section_count = @typeInfo(Section).@"enum".fields.len;

pub const Range = extern struct { offset: u64 = 0, length: u64 = 0 };

/// The first byte of a block's texts and of its postings, in their sections.
pub const BlockRecord = extern struct { text: u32, postings: u32 };

pub const DocumentRecord = extern struct {
    hash_low: u64,
    hash_high: u64,
    size: u64,
    mtime_ns: i64,
    inode: u64,
    lines: u32,
    words: u32,
    symbols_at: u32,
    symbol_count: u32,
    imports_at: u32,
    language: u8,
    flags: u8,
    reserved: u16 = 0,
};

pub const Counts = extern struct {
    documents: u32 = 0,
    names: u32 = 0,
    words: u32 = 0,
    import_texts: u32 = 0,
    symbols: u64 = 0,
    imports: u64 = 0,
    text_bytes: u64 = 0,
    total_words: u64 = 0,
};

/// More would not fit in the postings of a run.
pub const max_documents: u32 = 1 << 24;

pub const Trailer = extern struct {
    sections: [section_count]Range = @splat(.{}),
    counts: Counts = .{},
    seed: u64 = 0,
    size: u64 = 0,
    version: u32 = version,
    reserved: u32 = 0,
    /// Of everything above.
    checksum: u64 = 0,
    magic: [8]u8 = magic.*,

    fn sumOf(trailer: *const Trailer) u64 {
        const bytes = std.mem.asBytes(trailer);
        return std.hash.Wyhash.hash(version, bytes[0..@offsetOf(Trailer, "checksum")]);
    }
};

comptime {
    // The records are stored as they lie in memory, which is the same on all the platforms there
    // are.
    std.debug.assert(@import("builtin").cpu.arch.endian() == .little);
    std.debug.assert(@sizeOf(DocumentRecord) == 64);
}

/// A value as it stands at `offset` of `bytes`, which need not be aligned; null outside of them.
pub fn load(comptime T: type, bytes: []const u8, offset: u64) ?T {
    if (offset > bytes.len or bytes.len - offset < @sizeOf(T)) return null;
    var value: T = undefined;
    @memcpy(std.mem.asBytes(&value), bytes[@intCast(offset)..][0..@sizeOf(T)]);
    return value;
}

/// Finds the trailer of an image and checks it: after that all sections lie within `bytes`.
pub fn readTrailer(bytes: []const u8) error{ NotASegment, OtherVersion, Corrupt }!Trailer {
    if (bytes.len < magic.len or !std.mem.eql(u8, bytes[0..magic.len], magic)) {
        return error.NotASegment;
    }
    if (bytes.len < @sizeOf(Trailer)) return error.Corrupt;
    const trailer = load(Trailer, bytes, bytes.len - @sizeOf(Trailer)) orelse return error.Corrupt;
    if (!std.mem.eql(u8, &trailer.magic, magic)) return error.Corrupt;
    if (trailer.version != version) return error.OtherVersion;
    if (trailer.checksum != trailer.sumOf() or trailer.size != bytes.len) return error.Corrupt;
    for (trailer.sections) |range| {
        if (range.offset > bytes.len or range.length > bytes.len - range.offset) {
            return error.Corrupt;
        }
    }
    return trailer;
}

/// Makes the checksum and the size of a changed image right again: for tests.
pub fn sealTrailer(image: []u8) void {
    const place = image[image.len - @sizeOf(Trailer) ..];
    var trailer = load(Trailer, place, 0) orelse return;
    trailer.magic = magic.*;
    trailer.version = version;
    trailer.size = image.len;
    trailer.checksum = trailer.sumOf();
    @memcpy(place, std.mem.asBytes(&trailer));
}

/// Writes an image section by section.
pub const ImageWriter = struct {
    out: *Io.Writer,
    trailer: Trailer = .{},
    position: u64 = 0,

    pub fn init(out: *Io.Writer) Io.Writer.Error!ImageWriter {
        var image: ImageWriter = .{ .out = out };
        try image.write(magic);
        return image;
    }

    /// What follows until the next `begin` is this section.
    pub fn begin(image: *ImageWriter, section: Section) void {
        image.trailer.sections[@intFromEnum(section)] = .{ .offset = image.position };
    }

    pub fn end(image: *ImageWriter, section: Section) void {
        const range = &image.trailer.sections[@intFromEnum(section)];
        range.length = image.position - range.offset;
    }

    pub fn write(image: *ImageWriter, bytes: []const u8) Io.Writer.Error!void {
        try image.out.writeAll(bytes);
        image.position += bytes.len;
    }

    pub fn writeSection(
        image: *ImageWriter,
        section: Section,
        bytes: []const u8,
    ) Io.Writer.Error!void {
        image.begin(section);
        try image.write(bytes);
        image.end(section);
    }

    /// Takes over the sections that another writer made, whose output is `bytes`.
    pub fn absorb(
        image: *ImageWriter,
        other: *const ImageWriter,
        bytes: []const u8,
    ) Io.Writer.Error!void {
        for (&image.trailer.sections, other.trailer.sections) |*range, made| {
            if (made.length > 0) range.* = .{
                .offset = image.position + made.offset,
                .length = made.length,
            };
        }
        try image.write(bytes);
    }

    /// Writes the trailer and flushes.
    pub fn finish(image: *ImageWriter, counts: Counts, seed: u64) Io.Writer.Error!void {
        image.trailer.counts = counts;
        image.trailer.seed = seed;
        image.trailer.size = image.position + @sizeOf(Trailer);
        image.trailer.checksum = image.trailer.sumOf();
        try image.write(std.mem.asBytes(&image.trailer));
        try image.out.flush();
    }
};

/// The most bytes of one number.
pub const max_number_bytes = 5;

/// Appends a number, seven bits a byte, the lowest first, the highest bit meaning "more follows".
pub fn appendNumber(
    gpa: std.mem.Allocator,
    list: *std.ArrayList(u8),
    value: u32,
) error{OutOfMemory}!void {
    try list.ensureUnusedCapacity(gpa, max_number_bytes);
    appendNumberAssumeCapacity(list, value);
}

pub inline fn appendNumberAssumeCapacity(list: *std.ArrayList(u8), value: u32) void {
    var rest = value;
    while (rest >= 0x80) : (rest >>= 7) list.appendAssumeCapacity(@truncate(rest | 0x80));
    list.appendAssumeCapacity(@intCast(rest));
}

/// Small numbers of either sign as small numbers without one.
pub fn zigzag(value: i32) u32 {
    return @bitCast((value << 1) ^ (value >> 31));
}

pub fn unzigzag(value: u32) i32 {
    return @as(i32, @bitCast(value >> 1)) ^ -@as(i32, @bitCast(value & 1));
}

/// Reads numbers and bytes; null beyond the end.
pub const Cursor = struct {
    bytes: []const u8,
    index: usize = 0,

    pub inline fn byte(cursor: *Cursor) ?u8 {
        if (cursor.index >= cursor.bytes.len) return null;
        defer cursor.index += 1;
        return cursor.bytes[cursor.index];
    }

    pub inline fn number(cursor: *Cursor) ?u32 {
        const first = cursor.byte() orelse return null;
        if (first < 0x80) return first;
        return cursor.longNumber(first);
    }

    fn longNumber(cursor: *Cursor, first: u8) ?u32 {
        var value: u32 = first & 0x7f;
        var shift: u5 = 7;
        while (true) {
            const more = cursor.byte() orelse return null;
            value |= @as(u32, more & 0x7f) << shift;
            if (more < 0x80) return value;
            if (shift == 28) return null;
            shift += 7;
        }
    }

    pub fn take(cursor: *Cursor, length: usize) ?[]const u8 {
        if (length > cursor.bytes.len - cursor.index) return null;
        defer cursor.index += length;
        return cursor.bytes[cursor.index..][0..length];
    }
};

test "numbers come back, cut ones do not" {
    var list: std.ArrayList(u8) = .empty;
    defer list.deinit(std.testing.allocator);
    const values = [_]u32{ 0, 1, 127, 128, 16383, 16384, 1 << 28, std.math.maxInt(u32) };
    for (values) |value| try appendNumber(std.testing.allocator, &list, value);
    var cursor: Cursor = .{ .bytes = list.items };
    for (values) |value| try std.testing.expectEqual(value, cursor.number());
    try std.testing.expectEqual(null, cursor.number());
    var endless: Cursor = .{ .bytes = "\xff" ** 9 };
    try std.testing.expectEqual(null, endless.number());
    for ([_]i32{ 0, -1, 1, -1000, std.math.maxInt(i32), std.math.minInt(i32) }) |value| {
        try std.testing.expectEqual(value, unzigzag(zigzag(value)));
    }
}

test "an image without its end, or with a changed table, is none" {
    var out: Io.Writer.Allocating = .init(std.testing.allocator);
    defer out.deinit();
    var image: ImageWriter = try .init(&out.writer);
    try image.writeSection(.path_bytes, "a/b");
    try image.finish(.{ .documents = 1 }, 7);
    const bytes = out.written();
    const trailer = try readTrailer(bytes);
    const range = trailer.sections[@intFromEnum(Section.path_bytes)];
    try std.testing.expectEqualStrings("a/b", bytes[range.offset..][0..range.length]);
    try std.testing.expectError(error.Corrupt, readTrailer(bytes[0 .. bytes.len - 1]));
    try std.testing.expectError(error.NotASegment, readTrailer("hello"));
    bytes[bytes.len - 60] ^= 1;
    try std.testing.expectError(error.Corrupt, readTrailer(bytes));
}
