//! Which parts of a dictionary can hold a text: for each few hundred names the pairs of letters
//! that stand in them. With it a search of the kernel's five million names looks at a few thousand.
//!
//! Making it costs as much as a search without, so it is made at the second search of a segment: a
//! process that asks one question never pays for it.
const std = @import("std");
const builtin = @import("builtin");
const name_scan = @import("name_scan.zig");
const segments = @import("../index/segment.zig");
const Shard = @import("../store/shard.zig").Shard;

const Allocator = std.mem.Allocator;
const Segment = segments.Segment;

/// Names that share one table. Ranges of name_scan.zig are whole multiples of it.
const names_per_group = 512;
/// Smaller dictionaries are read whole in a millisecond. Tests have small ones only.
const fewest_names = if (builtin.is_test) 8 else 50_000;

/// A bit for each pair: the first letter chooses the word, the second the bit.
const Pairs = [64]u64;

pub const NameFilter = struct {
    gpa: Allocator,
    mutex: std.Io.Mutex = .init,
    searches: u32 = 0,
    groups: []Pairs = &.{},

    /// The filter of a segment, null as long as it is not worth having.
    pub fn of(shard: *Shard, io: std.Io, threads: u32) Allocator.Error!?*const NameFilter {
        if (shard.segment.stats().names < fewest_names) return null;
        const context: Context = .{ .gpa = shard.gpa };
        const filter = try shard.memos.getPtr(.names).get(io, NameFilter, context);
        filter.mutex.lockUncancelable(io);
        defer filter.mutex.unlock(io);
        filter.searches +|= 1;
        if (filter.searches < 2) return null;
        if (filter.groups.len == 0) filter.groups = try build(shard.gpa, &shard.segment, threads);
        return filter;
    }

    const Context = struct {
        gpa: Allocator,

        pub fn make(context: Context) Allocator.Error!*NameFilter {
            const filter = try context.gpa.create(NameFilter);
            filter.* = .{ .gpa = context.gpa };
            return filter;
        }
    };

    pub fn destroy(filter: *NameFilter) void {
        filter.gpa.free(filter.groups);
        filter.gpa.destroy(filter);
    }

    fn build(gpa: Allocator, segment: *const Segment, threads: u32) Allocator.Error![]Pairs {
        var scratch: std.heap.ArenaAllocator = .init(gpa);
        defer scratch.deinit();
        const arena = scratch.allocator();
        const names = segment.stats().names;
        const ranges = try name_scan.wholeOf(arena, segment);
        const workers = try arena.alloc(Builder, name_scan.workersFor(names, threads));
        const groups = try gpa.alloc(Pairs, names / names_per_group + 1);
        @memset(groups, @splat(0));
        @memset(workers, .{ .groups = groups });
        name_scan.run(Builder, workers, segment, ranges);
        return groups;
    }

    /// How many names must be read for a text: the fewer, the better it tells documents apart.
    pub fn namesFor(filter: *const NameFilter, text: []const u8) usize {
        var groups: usize = 0;
        for (filter.groups) |*pairs| groups += @intFromBool(hasPairs(pairs, text));
        return groups * names_per_group;
    }

    /// The ranges whose names may hold one of the texts, in either case.
    pub fn rangesFor(
        filter: *const NameFilter,
        arena: Allocator,
        texts: []const []const u8,
    ) Allocator.Error![]const name_scan.Range {
        var ranges: std.ArrayList(name_scan.Range) = .empty;
        for (filter.groups, 0..) |*pairs, index| {
            const is_possible = for (texts) |text| {
                if (hasPairs(pairs, text)) break true;
            } else false;
            if (!is_possible) continue;
            const from: u32 = @intCast(index * names_per_group);
            try ranges.append(arena, .{ .from = from, .to = from + names_per_group });
        }
        return ranges.items;
    }
};

const Builder = struct {
    groups: []Pairs,

    pub fn scan(builder: *Builder, texts: *segments.TextIterator) void {
        var id = texts.id;
        while (texts.next()) |text| : (id += 1) {
            const group = id / names_per_group;
            if (group >= builder.groups.len) return;
            addPairs(&builder.groups[group], text);
        }
    }
};

fn addPairs(pairs: *Pairs, text: []const u8) void {
    if (text.len == 0) return;
    var before = letterOf[text[0]];
    for (text[1..]) |byte| {
        const letter = letterOf[byte];
        pairs[before] |= @as(u64, 1) << letter;
        before = letter;
    }
}

fn hasPairs(pairs: *const Pairs, text: []const u8) bool {
    if (text.len == 0) return true;
    var before = letterOf[text[0]];
    for (text[1..]) |byte| {
        const letter = letterOf[byte];
        if (pairs[before] >> letter & 1 == 0) return false;
        before = letter;
    }
    return true;
}

/// A number below 64 for each byte: letters of either case are one.
const letterOf: [256]u6 = table: {
    var table: [256]u6 = undefined;
    for (&table, 0..) |*letter, byte| letter.* = switch (byte) {
        'a'...'z' => byte - 'a',
        'A'...'Z' => byte - 'A',
        '0'...'9' => 26 + byte - '0',
        '_' => 36,
        '$' => 37,
        else => 38 + byte % 26,
    };
    break :table table;
};

test "a text's pairs are among those of the names that hold it" {
    var pairs: Pairs = @splat(0);
    addPairs(&pairs, "oom_Badness");
    addPairs(&pairs, "größe");
    for ([_][]const u8{ "badness", "OOM", "m_b", "röß", "o", "" }) |text| {
        try std.testing.expect(hasPairs(&pairs, text));
    }
    for ([_][]const u8{ "zz", "bn", "badnesse" }) |text|
        try std.testing.expect(
            !hasPairs(&pairs, text),
        );
}
