//! Reads many files with several threads, and gives what is found in them in the files' order, up
//! to a limit: nothing is read that cannot be among the first.
const std = @import("std");
const calls = @import("../ops/call.zig");
const Place = @import("../store/view.zig").Place;
const Text = @import("../store/view.zig").Text;
const Stop = @import("regex/dfa.zig").Stop;

const Allocator = std.mem.Allocator;
const Call = calls.Call;

/// One line that was found.
pub const Match = struct {
    path: []const u8,
    /// From 1.
    line: u32,
    /// In bytes, from 1.
    column: u32,
    length: u32,
    /// The line, or a part of it around the match when it is very long.
    text: []const u8,
    /// The definition it stands in; empty without one.
    symbol: []const u8 = "",
    is_definition: bool = false,
};

pub const Outcome = struct {
    matches: []const Match,
    /// How many files the matches are of.
    files: u32,
    files_read: u32,
    /// There is more than the limit.
    is_cut: bool,
};

pub const Error = error{ OutOfMemory, Cancelled };

/// Fewer files than this are read on the calling thread alone.
const files_per_thread = 8;
const most_threads = 16;

/// `Reader` is what one thread searches a text with:
/// `init(context, gpa, stop) !Reader`, `deinit(*Reader)` and
/// `find(*Reader, place, text, limit, arena, *std.ArrayList(Match)) !void`, which may fail with
/// `OutOfMemory` and `Stopped`, and adds matches without their path.
pub fn run(
    comptime Reader: type,
    call: *Call,
    context: anytype,
    places: []const Place,
    limit: u32,
) Error!Outcome {
    var search: Search(Reader, @TypeOf(context)) = .{
        .call = call,
        .context = context,
        .places = places,
        .limit = limit,
        .found = try call.arena.alloc(?[]const Match, places.len),
    };
    @memset(search.found, null);
    const wanted = @min(call.engine.threads, most_threads, places.len / files_per_thread);
    var handles: [most_threads]std.Thread = undefined;
    var spawned: usize = 0;
    while (spawned + 1 < wanted) : (spawned += 1) {
        handles[spawned] = std.Thread.spawn(.{}, @TypeOf(search).runAlone, .{&search}) catch break;
    }
    search.work(call.io);
    for (handles[0..spawned]) |handle| handle.join();
    return search.outcome();
}

fn Search(comptime Reader: type, comptime Context: type) type {
    return struct {
        call: *Call,
        context: Context,
        places: []const Place,
        limit: u32,
        /// By place; null as long as a file is not searched.
        found: []?[]const Match,
        next: std.atomic.Value(usize) = .init(0),
        files_read: std.atomic.Value(u32) = .init(0),
        is_enough: std.atomic.Value(bool) = .init(false),
        has_failed: std.atomic.Value(bool) = .init(false),
        mutex: std.Io.Mutex = .init,
        /// All files before this one are searched, and hold so many matches.
        settled: usize = 0,
        settled_matches: usize = 0,

        const Self = @This();

        fn runAlone(search: *Self) void {
            var threaded: std.Io.Threaded = .init_single_threaded;
            search.work(threaded.io());
        }

        fn work(search: *Self, io: std.Io) void {
            search.readAll(io) catch |err| switch (err) {
                // Either the call was cancelled, or another thread has found enough.
                error.Stopped => {},
                error.OutOfMemory => search.has_failed.store(true, .monotonic),
            };
        }

        fn readAll(search: *Self, io: std.Io) error{ OutOfMemory, Stopped }!void {
            const gpa = search.call.engine.gpa;
            var buffer: std.ArrayList(u8) = .empty;
            defer buffer.deinit(gpa);
            const stop: Stop = .{ .context = search, .isStopped = isStopped };
            var reader: Reader = try .init(search.context, gpa, stop);
            defer reader.deinit();
            while (!isStopped(search)) {
                const number = search.next.fetchAdd(1, .monotonic);
                if (number >= search.places.len) return;
                const matches = try search.readOne(io, gpa, &buffer, &reader, number);
                search.settle(io, number, matches);
            }
        }

        fn readOne(
            search: *Self,
            io: std.Io,
            gpa: Allocator,
            buffer: *std.ArrayList(u8),
            reader: *Reader,
            number: usize,
        ) error{ OutOfMemory, Stopped }![]const Match {
            const place = search.places[number];
            const view = search.call.view;
            const text = view.readInto(io, place, gpa, buffer) catch |err| switch (err) {
                error.OutOfMemory => return error.OutOfMemory,
                error.Unreadable, error.TooLarge => return &.{},
            };
            _ = search.files_read.fetchAdd(1, .monotonic);
            if (looksBinary(text.bytes)) return &.{};
            var matches: std.ArrayList(Match) = .empty;
            const most = search.limit +| 1;
            try reader.find(place, text, most, search.call.arena, &matches);
            const path = view.segment(place).path(place.document);
            for (matches.items) |*match| match.path = path;
            return matches.items;
        }

        fn settle(search: *Self, io: std.Io, number: usize, matches: []const Match) void {
            search.mutex.lockUncancelable(io);
            defer search.mutex.unlock(io);
            search.found[number] = matches;
            while (search.settled < search.found.len) : (search.settled += 1) {
                const list = search.found[search.settled] orelse break;
                search.settled_matches += list.len;
            }
            if (search.settled_matches > search.limit) search.is_enough.store(true, .monotonic);
        }

        fn isStopped(context: ?*const anyopaque) bool {
            const search: *const Self = @ptrCast(@alignCast(context.?));
            return search.is_enough.load(.monotonic) or search.has_failed.load(.monotonic) or
                search.call.task.isCancelled();
        }

        fn outcome(search: *Self) Error!Outcome {
            if (search.call.task.isCancelled()) return error.Cancelled;
            if (search.has_failed.load(.monotonic)) return error.OutOfMemory;
            const arena = search.call.arena;
            const count = @min(search.settled_matches, search.limit);
            const matches = try arena.alloc(Match, count);
            var at: usize = 0;
            var files: u32 = 0;
            for (search.found[0..search.settled]) |found| {
                const kept = @min(found.?.len, count - at);
                @memcpy(matches[at..][0..kept], found.?[0..kept]);
                at += kept;
                if (kept > 0) files += 1;
            }
            return .{
                .matches = matches,
                .files = files,
                .files_read = search.files_read.load(.monotonic),
                .is_cut = search.settled_matches > search.limit,
            };
        }
    };
}

fn looksBinary(text: []const u8) bool {
    return std.mem.indexOfScalar(u8, text[0..@min(text.len, 8192)], 0) != null;
}

/// A line longer than this is cut around its match.
const most_line_bytes = 400;

/// What is shown of the line from `start` to `end` for a match at `at`.
pub fn excerpt(text: []const u8, start: usize, end: usize, at: usize) []const u8 {
    const line = std.mem.trimEnd(u8, text[start..end], "\r");
    if (line.len <= most_line_bytes) return line;
    const before = most_line_bytes / 4;
    const offset = at - start;
    var first = if (offset < most_line_bytes / 2) 0 else @min(offset - before, line.len);
    var last = @min(first + most_line_bytes, line.len);
    // No character is cut in two.
    while (first < last and isInsideCharacter(line, first)) first += 1;
    while (last > first and isInsideCharacter(line, last)) last -= 1;
    return line[first..last];
}

fn isInsideCharacter(text: []const u8, at: usize) bool {
    return at < text.len and text[at] & 0xc0 == 0x80;
}

/// Counts lines on the way through a text.
pub const LineCounter = struct {
    line: u32 = 1,
    at: usize = 0,

    /// The line of a byte that is not before the last one asked for.
    pub fn lineOf(counter: *LineCounter, text: []const u8, offset: usize) u32 {
        counter.line += @intCast(std.mem.countScalar(u8, text[counter.at..offset], '\n'));
        counter.at = offset;
        return counter.line;
    }
};

test "a long line is cut around its match" {
    const text = "x" ** 1000 ++ "foo" ++ "y" ** 1000;
    const part = excerpt(text, 0, text.len, 1000);
    try std.testing.expectEqual(most_line_bytes, part.len);
    try std.testing.expect(std.mem.indexOf(u8, part, "foo") != null);
    try std.testing.expectEqualStrings("ab", excerpt("ab\r\n", 0, 3, 1));
    const wide = "é" ** 1000;
    for (0..20) |at| {
        try std.testing.expect(std.unicode.utf8ValidateSlice(excerpt(wide, 0, wide.len, 900 + at)));
    }
}
