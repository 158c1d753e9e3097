//! Fuzzy search of defined names: exact, beginning, starts of its parts, inside, letters in order.
const std = @import("std");
const Call = @import("../ops/call.zig").Call;
const candidates = @import("candidates.zig");
const name_scan = @import("name_scan.zig");
const NameFilter = @import("name_filter.zig").NameFilter;
const segments = @import("../index/segment.zig");
const Stop = @import("regex/dfa.zig").Stop;

const Allocator = std.mem.Allocator;
const Segment = segments.Segment;

pub const Pattern = struct {
    exact: []const u8,
    lower: []const u8,
    /// Only names of these very letters, in any case.
    is_same_only: bool = false,

    pub fn init(arena: Allocator, typed: []const u8) Allocator.Error!Pattern {
        const exact = std.mem.trim(u8, typed, " \t\r\n");
        return .{ .exact = exact, .lower = try std.ascii.allocLowerString(arena, exact) };
    }
};

pub const exact_score = 100;
const same_score = 95;

/// A name that fits, in one of the segments.
pub const Found = struct {
    segment: u16,
    name: u32,
    score: f32,
    /// Decides between names that fit as well: the shorter one.
    length: u16,
};

/// How well a name fits, null when it does not. `lower` is the name in lower case.
pub fn score(pattern: *const Pattern, name: []const u8, lower: []const u8) ?f32 {
    const wanted = pattern.lower;
    if (wanted.len == 0 or wanted.len > lower.len) return null;
    const cost = @as(f32, @floatFromInt(lower.len)) / 100;
    if (wanted.len == lower.len) {
        if (!std.mem.eql(u8, lower, wanted)) return null;
        return if (std.mem.eql(u8, name, pattern.exact)) exact_score else same_score;
    }
    if (!hasInOrder(lower, wanted)) return null;
    if (std.mem.startsWith(u8, lower, wanted)) {
        return (if (std.mem.startsWith(u8, name, pattern.exact)) @as(f32, 87) else 85) - cost;
    }
    if (fitsPartStarts(name, lower, wanted)) return 75 - cost;
    var inside: ?f32 = null;
    var at: usize = 0;
    while (std.mem.indexOfPos(u8, lower, at, wanted)) |start| : (at = start + 1) {
        if (isPartStart(name, start)) return 70 - cost;
        inside = 60 - cost;
    }
    return inside orelse 20 + 20 * sharePlaced(name, lower, wanted) - cost;
}

/// Whether the letters stand in the text in their order.
fn hasInOrder(text: []const u8, wanted: []const u8) bool {
    if (wanted.len == 0) return true;
    var found: usize = 0;
    for (text) |byte| {
        if (byte != wanted[found]) continue;
        found += 1;
        if (found == wanted.len) return true;
    }
    return false;
}

const lanes = 32;
const Lanes = @Vector(lanes, u8);

/// A name in lower case, null when it lacks a letter of the pattern or their order. Most names end
/// here, so short ones are compared as a whole, a letter of the pattern at a time.
fn lowerIfInOrder(buffer: *segments.TextBuffer, name: []const u8, wanted: []const u8) ?[]const u8 {
    if (name.len > lanes) {
        const lower = std.ascii.lowerString(buffer, name);
        return if (hasInOrder(lower, wanted)) lower else null;
    }
    @memset(buffer[0..lanes], 0);
    @memcpy(buffer[0..name.len], name);
    const given: Lanes = buffer[0..lanes].*;
    const is_upper = given -% @as(Lanes, @splat('A')) < @as(Lanes, @splat(26));
    const case_bits = @select(u8, is_upper, @as(Lanes, @splat(0x20)), @as(Lanes, @splat(0)));
    const lower = given | case_bits;
    // The bytes that come after the letter found last.
    var left: u32 = std.math.maxInt(u32);
    for (wanted) |letter| {
        const hits = @as(u32, @bitCast(lower == @as(Lanes, @splat(letter)))) & left;
        if (hits == 0) return null;
        left &= ~(hits ^ (hits - 1));
    }
    buffer[0..lanes].* = lower;
    return buffer[0..name.len];
}

/// Whether the pattern is made of beginnings of parts, the first part's among them: `gUC` and
/// `getCtl` of `getUserController`. Takes each part as far as it fits, and is right for most names.
fn fitsPartStarts(name: []const u8, lower: []const u8, wanted: []const u8) bool {
    var taken: usize = 0;
    var is_in_run = false;
    for (lower, 0..) |byte, index| {
        if (taken == wanted.len) return true;
        if (isPartStart(name, index)) is_in_run = byte == wanted[taken] else {
            is_in_run = is_in_run and byte == wanted[taken];
        }
        if (is_in_run) taken += 1 else if (index == 0) return false;
    }
    return taken == wanted.len;
}

fn sharePlaced(name: []const u8, lower: []const u8, wanted: []const u8) f32 {
    var at: usize = 0;
    var good: usize = 0;
    for (wanted) |letter| {
        const next = std.mem.indexOfScalarPos(u8, lower, at, letter) orelse return 0;
        if (next == at or isPartStart(name, next)) good += 1;
        at = next + 1;
    }
    return @as(f32, @floatFromInt(good)) / @as(f32, @floatFromInt(wanted.len));
}

fn isPartStart(name: []const u8, at: usize) bool {
    if (at == 0) return true;
    const before = name[at - 1];
    const own = name[at];
    if (before == '_' or before == '$') return own != '_' and own != '$';
    if (std.ascii.isUpper(own)) {
        if (!std.ascii.isUpper(before)) return true;
        return at + 1 < name.len and std.ascii.isLower(name[at + 1]);
    }
    return std.ascii.isDigit(own) != std.ascii.isDigit(before) and std.ascii.isDigit(own);
}

const Error = error{ OutOfMemory, Cancelled };

/// No name scores more that does not begin with the pattern.
const most_inside = 75;

/// The best `limit` defined names of a view, best first.
pub fn search(call: *Call, pattern: *const Pattern, limit: usize) Error![]const Found {
    var all: std.ArrayList(Found) = .empty;
    for (call.view.parts, 0..) |*part, number| {
        const filter = try NameFilter.of(part.shard, call.io, call.engine.threads);
        if (filter) |known| {
            // What stands in a name as it is can only be where its pairs of letters are.
            const ranges = try known.rangesFor(call.arena, &.{pattern.lower});
            const before = all.items.len;
            try searchPart(call, pattern, limit, number, ranges, &all);
            std.mem.sort(Found, all.items[before..], {}, isBetter);
            const found = all.items[before..];
            const is_enough = found.len >= limit and
                (limit == 0 or found[limit - 1].score > most_inside);
            if (pattern.is_same_only or is_enough) continue;
            all.shrinkRetainingCapacity(before);
        }
        const ranges = try name_scan.wholeOf(call.arena, &part.shard.segment);
        try searchPart(call, pattern, limit, number, ranges, &all);
    }
    std.mem.sort(Found, all.items, {}, isBetter);
    return all.items[0..@min(limit, all.items.len)];
}

fn searchPart(
    call: *Call,
    pattern: *const Pattern,
    limit: usize,
    number: usize,
    ranges: []const name_scan.Range,
    out: *std.ArrayList(Found),
) Error!void {
    const segment = &call.view.parts[number].shard.segment;
    var names: usize = 0;
    for (ranges) |range| names += range.to - range.from;
    const wanted = name_scan.workersFor(names, call.engine.threads);
    const workers = try call.arena.alloc(Worker, wanted);
    for (workers) |*worker| worker.* = .{
        .arena = call.arena,
        .pattern = pattern,
        .segment = segment,
        .number = @intCast(number),
        .limit = limit,
        .stop = .{ .context = call.task, .isStopped = candidates.isCancelled },
    };
    name_scan.run(Worker, workers, segment, ranges);
    for (workers) |*worker| {
        if (worker.failure) |failure| return failure;
        try out.appendSlice(call.arena, worker.heap.items);
    }
}

fn worseFirst(_: void, left: Found, right: Found) std.math.Order {
    if (left.score != right.score) return std.math.order(left.score, right.score);
    if (left.length != right.length) return std.math.order(right.length, left.length);
    return std.math.order(right.name, left.name);
}

fn isBetter(_: void, left: Found, right: Found) bool {
    return worseFirst({}, left, right) == .gt;
}

const Worker = struct {
    arena: Allocator,
    pattern: *const Pattern,
    segment: *const Segment,
    number: u16,
    limit: usize,
    stop: Stop,
    /// The worst on top.
    heap: std.PriorityQueue(Found, void, worseFirst) = .empty,
    failure: ?Error = null,

    pub fn scan(worker: *Worker, texts: *segments.TextIterator) void {
        if (worker.failure != null) return;
        worker.scanAll(texts) catch |err| {
            worker.failure = err;
        };
    }

    fn scanAll(worker: *Worker, texts: *segments.TextIterator) Error!void {
        const wanted = worker.pattern;
        var buffer: segments.TextBuffer = undefined;
        var id = texts.id;
        while (texts.next()) |text| : (id += 1) {
            if (id % 4096 == 0 and worker.stop.isStopped(worker.stop.context)) {
                return error.Cancelled;
            }
            if (text.len < wanted.lower.len) continue;
            if (wanted.is_same_only and text.len != wanted.lower.len) continue;
            const lower = lowerIfInOrder(&buffer, text, wanted.lower) orelse continue;
            const is_start = std.mem.startsWith(u8, lower, wanted.lower);
            if (!is_start and worker.floor() >= most_inside) continue;
            const points = score(wanted, text, lower) orelse continue;
            try worker.keep(.{
                .segment = worker.number,
                .name = id,
                .score = points,
                .length = @intCast(text.len),
            });
        }
    }

    /// What a name must score to be kept.
    fn floor(worker: *const Worker) f32 {
        const is_full = worker.limit > 0 and worker.heap.items.len == worker.limit;
        return if (is_full) worker.heap.items[0].score else 0;
    }

    fn keep(worker: *Worker, found: Found) Error!void {
        if (worker.limit == 0) return;
        const is_full = worker.heap.count() == worker.limit;
        if (is_full and worseFirst({}, found, worker.heap.items[0]) != .gt) return;
        // Asked last: it costs more than a name that does not fit.
        if (!isDefined(worker.segment, found.name)) return;
        if (is_full) _ = worker.heap.pop();
        try worker.heap.push(worker.arena, found);
    }
};

fn isDefined(segment: *const Segment, name: u32) bool {
    var postings = segment.namePostings(name);
    while (postings.next()) |posting| if (posting.is_defined) return true;
    return false;
}

fn scoreOf(typed: []const u8, name: []const u8) !?f32 {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const pattern: Pattern = try .init(arena.allocator(), typed);
    return score(&pattern, name, try std.ascii.allocLowerString(arena.allocator(), name));
}

test "the closer a name is, the more it scores" {
    const names = [_][]const u8{
        "getUser",     "GETUSER",                   "getUserName", "get_new_user", "tryGetUser",
        "gadgetusers", "generate_tuning_set_error",
    };
    var before: f32 = std.math.inf(f32);
    for (names) |name| {
        const points = (try scoreOf("getUser", name)).?;
        try std.testing.expect(points < before);
        before = points;
    }
    try std.testing.expectEqual(@as(?f32, null), try scoreOf("getUser", "getUse"));
    try std.testing.expectEqual(@as(?f32, null), try scoreOf("", "a"));
}

test "short and long names are compared alike" {
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    for (0..5000) |_| {
        var bytes: [40]u8 = undefined;
        const name = bytes[0..any.uintAtMost(usize, bytes.len)];
        for (name) |*byte| byte.* = "abcABC_"[any.uintLessThan(usize, 7)];
        var letters: [4]u8 = undefined;
        const wanted = letters[0..any.intRangeAtMost(usize, 1, letters.len)];
        for (wanted) |*letter| letter.* = "abc_z"[any.uintLessThan(usize, 5)];
        var lower: [40]u8 = undefined;
        const expected = std.ascii.lowerString(&lower, name);
        var buffer: segments.TextBuffer = undefined;
        if (lowerIfInOrder(&buffer, name, wanted)) |got| {
            try std.testing.expect(hasInOrder(expected, wanted));
            try std.testing.expectEqualStrings(expected, got);
        } else try std.testing.expect(!hasInOrder(expected, wanted));
    }
}

test "starts of parts" {
    for ([_][2][]const u8{
        .{ "guc", "getUserController" },
        .{ "hsrv", "HTTPServerView" },
        .{ "obs", "oom_badness_score" },
        .{ "oombad", "oom_badness_score" },
    }) |case| {
        const points = (try scoreOf(case[0], case[1])).?;
        if (std.mem.eql(u8, case[0], "hsrv")) {
            try std.testing.expect(points < 50);
        } else try std.testing.expect(points > 70);
    }
}
