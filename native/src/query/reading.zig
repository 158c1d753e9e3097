//! Reads the files that may answer a question, and finds the best passages of each. Files are read
//! by several threads where there is enough of them; what comes of it is the same.
const std = @import("std");
const passages_file = @import("passages.zig");
const rank_file = @import("rank.zig");
const view_file = @import("../store/view.zig");
const Matcher = @import("matcher.zig").Matcher;
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;
const Candidate = rank_file.Candidate;
const File = passages_file.File;
const Passage = passages_file.Passage;
const Scorer = passages_file.Scorer;

/// Passages of one file in one answer.
const max_passages = 8;
/// Less text is read before a thread has started.
const bytes_per_thread = 128 << 10;
const max_threads = 4;

/// One file of the answer. What could not be read has no passages.
pub const Reading = struct {
    candidate: Candidate,
    file: File = undefined,
    /// The best ones, best first.
    passages: []const Passage = &.{},
};

pub const Error = error{ OutOfMemory, Cancelled };

pub const Reader = struct {
    view: *const view_file.View,
    /// Used by several threads.
    arena: Allocator,
    task: *const Task,
    readings: []Reading,
    /// The first file that no thread has taken.
    next: std.atomic.Value(usize) = .init(0),

    /// Reads all. `bytes` is how much text that is; `scorer` is the caller's own.
    pub fn run(
        reader: *Reader,
        io: std.Io,
        scorer: *Scorer,
        threads: u32,
        bytes: u64,
    ) Error!void {
        const wanted = @min(threads, max_threads, bytes / bytes_per_thread);
        const helpers = try reader.arena.alloc(Helper, @intCast(wanted -| 1));
        for (helpers) |*helper| {
            helper.* = .{
                .reader = reader,
                .scorer = scorer.*,
                .matcher = try scorer.matcher.another(reader.arena),
            };
        }
        // Where no thread can be started those that run do the work.
        for (helpers) |*helper| {
            helper.thread = std.Thread.spawn(.{}, Helper.run, .{helper}) catch null;
        }
        const result = reader.work(io, scorer);
        for (helpers) |*helper| if (helper.thread) |thread| thread.join();
        try result;
        for (helpers) |*helper| try helper.result;
    }

    fn work(reader: *Reader, io: std.Io, scorer: *Scorer) Error!void {
        while (true) {
            const index = reader.next.fetchAdd(1, .monotonic);
            if (index >= reader.readings.len) return;
            try reader.task.check();
            try reader.read(io, scorer, &reader.readings[index]);
        }
    }

    fn read(reader: *Reader, io: std.Io, scorer: *Scorer, reading: *Reading) Error!void {
        const place = reading.candidate.place;
        reading.file = File.read(reader.view, io, place, reader.arena) catch |err| switch (err) {
            error.OutOfMemory => return error.OutOfMemory,
            else => return,
        };
        const passages = try passages_file.cut(reader.arena, &reading.file);
        try scorer.score(reader.arena, &reading.file, passages);
        reading.passages = bestOf(passages);
    }
};

/// A thread with what it needs of its own.
const Helper = struct {
    reader: *Reader,
    scorer: Scorer,
    matcher: Matcher,
    thread: ?std.Thread = null,
    result: Error!void = {},

    fn run(helper: *Helper) void {
        var threaded: std.Io.Threaded = .init_single_threaded;
        helper.scorer.matcher = &helper.matcher;
        helper.result = helper.reader.work(threaded.io(), &helper.scorer);
    }
};

/// The best ones in order, at the beginning of `passages`.
fn bestOf(passages: []Passage) []const Passage {
    const count = @min(passages.len, max_passages);
    std.mem.sort(Passage, passages[0..count], {}, isBetter);
    for (passages[count..]) |passage| {
        if (!isBetter({}, passage, passages[count - 1])) continue;
        var at = count - 1;
        while (at > 0 and isBetter({}, passage, passages[at - 1])) : (at -= 1) {
            passages[at] = passages[at - 1];
        }
        passages[at] = passage;
    }
    return passages[0..count];
}

fn isBetter(_: void, left: Passage, right: Passage) bool {
    if (left.score != right.score) return left.score > right.score;
    return left.start_line < right.start_line;
}

test "the best passages are those that sorting all would give" {
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    for (0..200) |_| {
        var passages: [30]Passage = undefined;
        const count = any.uintAtMost(usize, passages.len);
        for (passages[0..count], 0..) |*passage, line| passage.* = .{
            .start_line = @intCast(line),
            .end_line = @intCast(line),
            .score = @floatFromInt(any.uintLessThan(u32, 5)),
        };
        var sorted = passages;
        std.mem.sort(Passage, sorted[0..count], {}, isBetter);
        const best = bestOf(passages[0..count]);
        try std.testing.expectEqual(@min(count, max_passages), best.len);
        for (best, sorted[0..best.len]) |found, expected| {
            try std.testing.expectEqual(expected.start_line, found.start_line);
        }
    }
}
