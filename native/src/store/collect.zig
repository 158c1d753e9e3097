//! Reads the files that look new and finds out which of them really are.
const std = @import("std");
const builder_file = @import("../index/builder.zig");
const classify = @import("../walk/classify.zig");
const hash = @import("../base/hash.zig");
const parallel = @import("../index/parallel.zig");
const read_file = @import("read.zig");
const segment_format = @import("../index/segment.zig");
const Task = @import("task.zig").Task;
const view_file = @import("view.zig");
const walk = @import("../walk/walk.zig");

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const Stat = view_file.Stat;
const View = view_file.View;

/// What became of a file that looked new.
pub const Fate = union(enum) {
    unread,
    unreadable,
    /// Written again with what it held before.
    same: Stat,
    /// Its content is indexed already, from an earlier time.
    revived: struct { place: Place, stat: Stat },
    /// Its text goes into the new segment.
    indexed,
    /// The same, though it is what was known: everything is made anew.
    indexed_again,
};

pub const Pending = struct {
    file: walk.File,
    /// Its live document, when it has one.
    previous: ?Place,
    fate: Fate = .unread,
};

/// Several threads may load at the same time: each pending file is only touched by one of them.
pub const Collector = struct {
    files: *const View,
    root: std.Io.Dir,
    seed: u64,
    task: *Task,
    pending: []Pending,
    /// Nothing of what is indexed already is taken over.
    is_anew: bool = false,
    read_bytes: std.atomic.Value(u64) = .init(0),
    indexed_bytes: std.atomic.Value(u64) = .init(0),

    pub fn source(collector: *Collector) parallel.Source {
        return .{
            .context = collector,
            .count = @intCast(collector.pending.len),
            .text_bytes = collector.expectedBytes(),
            .load = loadFor,
        };
    }

    /// Of binary files the size counts as well: what they hold is not known yet.
    fn expectedBytes(collector: *const Collector) u64 {
        var total: u64 = 0;
        for (collector.pending) |pending| {
            const size = pending.file.size;
            if (size <= read_file.max_bytes) total += size;
        }
        return total;
    }

    fn loadFor(
        context: *anyopaque,
        worker: u32,
        index: u32,
        arena: Allocator,
    ) Allocator.Error!?builder_file.Input {
        _ = worker;
        const collector: *Collector = @ptrCast(@alignCast(context));
        var threaded: std.Io.Threaded = .init_single_threaded;
        return collector.load(threaded.io(), index, arena);
    }

    /// The document to index, or null when there is nothing to index; `fate` says why.
    pub fn load(
        collector: *Collector,
        io: std.Io,
        index: u32,
        arena: Allocator,
    ) Allocator.Error!?builder_file.Input {
        const pending = &collector.pending[index];
        const file = pending.file;
        const listed: Stat = .{
            .size = file.size,
            .mtime_ns = file.mtime_ns,
            .inode = file.inode,
        };
        var class = classify.ofPath(file.path, file.size);
        if (class.is_binary or class.is_huge) return collector.list(pending, class, listed);
        var buffer: std.ArrayList(u8) = .empty;
        var stat = read_file.readInto(
            io,
            collector.root,
            file.path,
            arena,
            &buffer,
            classify.isText,
        ) catch |err| {
            switch (err) {
                error.OutOfMemory => return error.OutOfMemory,
                error.Unreadable => pending.fate = .unreadable,
                error.TooLarge => {
                    class.is_huge = true;
                    return collector.list(pending, class, listed);
                },
            }
            return null;
        };
        const text = buffer.items;
        _ = collector.read_bytes.fetchAdd(text.len, .monotonic);
        class = classify.ofContent(class, text[0..@min(text.len, classify.head_bytes)]);
        if (isTooYoung(io, stat)) stat.mtime_ns = Stat.unsure;
        // Of a binary one not everything was read.
        if (class.is_binary or class.is_huge) return collector.list(pending, class, stat);
        if (text.len != stat.size) stat.mtime_ns = Stat.unsure;
        stat.size = text.len;
        const content = hash.ofContent(collector.seed, text);
        pending.fate = .indexed;
        if (collector.is_anew) {
            if (collector.hasPrevious(pending, content)) pending.fate = .indexed_again;
        } else if (collector.findSame(pending, content)) |place| {
            const is_same = if (pending.previous) |previous| previous.eql(place) else false;
            pending.fate = if (is_same)
                .{ .same = stat }
            else
                .{ .revived = .{ .place = place, .stat = stat } };
            return null;
        }
        _ = collector.indexed_bytes.fetchAdd(text.len, .monotonic);
        return .{
            .path = file.path,
            .info = infoOf(class, stat, content),
            .text = text,
        };
    }

    /// A document without text.
    fn list(
        collector: *Collector,
        pending: *Pending,
        class: classify.Class,
        stat: Stat,
    ) ?builder_file.Input {
        if (pending.previous) |place| {
            const info = collector.files.segment(place).info(place.document);
            if (info.flags.binary == class.is_binary and info.flags.huge == class.is_huge) {
                pending.fate = if (collector.is_anew) .indexed_again else .{ .same = stat };
                if (!collector.is_anew) return null;
            }
        }
        if (pending.fate != .indexed_again) pending.fate = .indexed;
        return .{ .path = pending.file.path, .info = infoOf(class, stat, 0), .text = "" };
    }

    fn hasPrevious(collector: *const Collector, pending: *const Pending, content: u128) bool {
        const place = pending.previous orelse return false;
        return collector.files.segment(place).info(place.document).hash == content;
    }

    fn findSame(collector: *const Collector, pending: *const Pending, content: u128) ?Place {
        for (collector.files.parts, 0..) |part, number| {
            const segment = &part.shard.segment;
            const document = segment.findPath(pending.file.path) orelse continue;
            const info = segment.info(document);
            if (info.flags.binary or info.flags.huge or info.hash != content) continue;
            return .{ .segment = @intCast(number), .document = document };
        }
        return null;
    }
};

pub fn infoOf(class: classify.Class, stat: Stat, content: u128) segment_format.Info {
    return .{
        .hash = content,
        .size = stat.size,
        .mtime_ns = stat.mtime_ns,
        .inode = stat.inode,
        .language = class.language,
        .flags = .{
            .generated = class.is_generated,
            .is_test = class.is_test,
            .is_doc = class.is_doc,
            .huge = class.is_huge,
            .binary = class.is_binary,
        },
    };
}

/// A file that was written a moment ago may be written again within the same tick of its file
/// system's clock, with the same size: nothing would tell. It is read again next time. A time far in
/// the future is no clock's, but what somebody set.
fn isTooYoung(io: std.Io, stat: Stat) bool {
    const has_whole_seconds = @rem(stat.mtime_ns, std.time.ns_per_s) == 0;
    const tick: i96 = if (has_whole_seconds) 2 * std.time.ns_per_s else 20 * std.time.ns_per_ms;
    const now = std.Io.Clock.real.now(io).nanoseconds;
    return stat.mtime_ns + tick >= now and stat.mtime_ns < now + 10 * std.time.ns_per_min;
}
