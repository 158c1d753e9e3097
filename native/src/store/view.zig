//! The files as they are at one moment: immutable, owned by whoever counts a reference, swapped
//! whole.
const std = @import("std");
const Segment = @import("../index/segment.zig").Segment;
const Memo = @import("memo.zig").Memo;
const Shard = @import("shard.zig").Shard;
const read_file = @import("read.zig");

const Allocator = std.mem.Allocator;

/// Where a document is: the part of the view, and its number in the segment there.
pub const Place = struct {
    segment: u16,
    document: u32,

    pub fn eql(a: Place, b: Place) bool {
        return a.segment == b.segment and a.document == b.document;
    }
};

/// What the file system says of a file; equal means unchanged.
pub const Stat = struct {
    size: u64,
    mtime_ns: i64,
    inode: u64,

    /// The time of a file whose real one proves nothing: the next refresh reads it again.
    pub const unsure: i64 = 0;

    pub fn eql(a: Stat, b: Stat) bool {
        return a.size == b.size and a.mtime_ns == b.mtime_ns and a.inode == b.inode;
    }
};

/// A document whose file was written again with the same content.
pub const Touched = struct {
    document: u32,
    stat: Stat,
};

/// One segment, and which of its documents are the files of now.
pub const Part = struct {
    shard: *Shard,
    /// One bit a document.
    live: []const u64,
    live_count: u32,
    /// Ordered by document.
    touched: []const Touched,

    pub fn isLive(part: *const Part, document: u32) bool {
        const word = document / 64;
        if (word >= part.live.len) return false;
        return part.live[word] >> @intCast(document % 64) & 1 == 1;
    }
};

/// What is kept with a view as a whole; whoever keeps something adds its name.
pub const ViewMemo = enum { graph, map, files, imports, languages };

pub const Text = struct {
    bytes: []const u8,
    /// The file is no longer the one that was indexed: line numbers of its symbols may be off.
    is_changed: bool,
};

/// `Unreadable`: it vanished, is no regular file any more, or may not be read. `TooLarge`: more
/// than `read.max_bytes`.
pub const ReadError = read_file.Error;

pub const View = struct {
    gpa: Allocator,
    references: std.atomic.Value(u32) = .init(1),
    /// Holds all it owns but the segments.
    arena: std.heap.ArenaAllocator.State,
    /// Grows with each view of an engine.
    generation: u64,
    root: std.Io.Dir,
    /// The oldest first; overlays last.
    parts: []const Part,
    memos: *std.EnumArray(ViewMemo, Memo),

    pub fn retain(view: *const View) *const View {
        _ = @constCast(view).references.fetchAdd(1, .monotonic);
        return view;
    }

    pub fn segment(view: *const View, place: Place) *const Segment {
        return &view.parts[place.segment].shard.segment;
    }

    pub fn isLive(view: *const View, place: Place) bool {
        return view.parts[place.segment].isLive(place.document);
    }

    /// The live document of a path; an overlay of it comes before the file.
    pub fn find(view: *const View, path: []const u8) ?Place {
        var number = view.parts.len;
        while (number > 0) {
            number -= 1;
            const part = &view.parts[number];
            const document = part.shard.segment.findPath(path) orelse continue;
            if (!part.isLive(document)) continue;
            return .{ .segment = @intCast(number), .document = document };
        }
        return null;
    }

    /// As `find`, for who looks for one path after the other in the order of their bytes: the next
    /// document is tried first, since those that were indexed together lie in that order.
    pub fn findNext(view: *const View, path: []const u8, before: Place) ?Place {
        const next: Place = .{ .segment = before.segment, .document = before.document + 1 };
        if (next.segment < view.parts.len) {
            const part = &view.parts[next.segment];
            if (part.isLive(next.document) and
                std.mem.eql(u8, part.shard.segment.path(next.document), path)) return next;
        }
        return view.find(path);
    }

    /// How many files there are.
    pub fn count(view: *const View) u32 {
        var total: u32 = 0;
        for (view.parts) |part| total += part.live_count;
        return total;
    }

    /// All live documents, segment by segment.
    pub fn places(view: *const View) Places {
        return .{ .view = view };
    }

    /// What the file of a document was when it was last looked at.
    pub fn stat(view: *const View, place: Place) Stat {
        const part = &view.parts[place.segment];
        if (findTouched(part.touched, place.document)) |found| return found;
        const info = part.shard.segment.info(place.document);
        return .{ .size = info.size, .mtime_ns = info.mtime_ns, .inode = info.inode };
    }

    /// The text of a document: its overlay, else the file as it is now.
    pub fn read(view: *const View, io: std.Io, place: Place, arena: Allocator) ReadError!Text {
        var buffer: std.ArrayList(u8) = .empty;
        return view.readInto(io, place, arena, &buffer);
    }

    /// As `read`, into a buffer that is used again and again; `bytes` points into it (or into the
    /// overlay) and is valid until the next use of the buffer.
    pub fn readInto(
        view: *const View,
        io: std.Io,
        place: Place,
        gpa: Allocator,
        buffer: *std.ArrayList(u8),
    ) ReadError!Text {
        const shard = view.parts[place.segment].shard;
        if (shard.overlay) |text| return .{ .bytes = text, .is_changed = false };
        const path = shard.segment.path(place.document);
        const now = try read_file.readInto(io, view.root, path, gpa, buffer, null);
        var known = view.stat(place);
        if (known.mtime_ns == Stat.unsure) known.mtime_ns = now.mtime_ns;
        return .{ .bytes = buffer.items, .is_changed = !now.eql(known) };
    }

    /// Gives a reference back; the last one frees the view.
    pub fn release(view: *const View, io: std.Io) void {
        const owned = @constCast(view);
        if (owned.references.fetchSub(1, .acq_rel) > 1) return;
        for (&owned.memos.values) |*memo| memo.deinit();
        for (owned.parts) |part| part.shard.release(io);
        owned.arena.promote(owned.gpa).deinit();
        owned.gpa.destroy(owned);
    }
};

fn findTouched(touched: []const Touched, document: u32) ?Stat {
    var from: usize = 0;
    var to: usize = touched.len;
    while (from < to) {
        const middle = from + (to - from) / 2;
        if (touched[middle].document < document) from = middle + 1 else to = middle;
    }
    if (from == touched.len or touched[from].document != document) return null;
    return touched[from].stat;
}

pub const Places = struct {
    view: *const View,
    segment: u16 = 0,
    word: usize = 0,
    /// The bits of the word before this one that are still to come.
    bits: u64 = 0,
    has_begun: bool = false,

    pub fn next(places: *Places) ?Place {
        while (places.segment < places.view.parts.len) {
            const live = places.view.parts[places.segment].live;
            if (!places.has_begun) {
                places.has_begun = true;
                places.word = 0;
                places.bits = if (live.len > 0) live[0] else 0;
            }
            while (places.bits == 0) {
                places.word += 1;
                if (places.word >= live.len) break;
                places.bits = live[places.word];
            } else {
                const bit = @ctz(places.bits);
                places.bits &= places.bits - 1;
                return .{
                    .segment = places.segment,
                    .document = @intCast(places.word * 64 + bit),
                };
            }
            places.segment += 1;
            places.has_begun = false;
        }
        return null;
    }
};
