//! Who uses whose definitions: files joined by the names they share, and how important that makes
//! each of them.
//!
//! A file that holds a name points to the files that define it. PageRank over these edges finds the
//! files the others lean on; started from some files, those that matter around them. It makes the
//! map; the ranking of questions does not use it.
const std = @import("std");
const question_file = @import("question.zig");
const memory = @import("../base/memory.zig");
const segment_file = @import("../index/segment.zig");
const view_file = @import("../store/view.zig");
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const View = view_file.View;

/// A name with more definitions says nothing about where it leads.
const max_definers = 3;
/// A name that more files hold is the language's or everybody's.
const max_holders = 400;
const max_edges = 1_000_000;
/// Of more names a sample is enough to tell which files the others lean on.
const max_names = 100_000;
const rounds = 12;
const damping = 0.85;
/// How often the walk starts anew at the files in focus rather than anywhere.
const focus_share = 0.9;
/// What is left of an edge for a name that is a plain word: it may well mean something else.
const plain_name = 0.05;

pub const Error = error{ OutOfMemory, Cancelled };

const Edge = struct { from: u32, to: u32, weight: f32 };

/// Numbers the documents of all parts.
pub const Numbering = struct {
    view: *const View,
    /// The number of the first document of each part, and how many there are in all.
    offsets: []const u32,

    pub fn init(arena: Allocator, view: *const View) Allocator.Error!Numbering {
        const offsets = try arena.alloc(u32, view.parts.len + 1);
        offsets[0] = 0;
        for (view.parts, 0..) |part, number| {
            offsets[number + 1] = offsets[number] + part.shard.segment.stats().documents;
        }
        return .{ .view = view, .offsets = offsets };
    }

    pub fn count(numbering: *const Numbering) u32 {
        return numbering.offsets[numbering.offsets.len - 1];
    }

    pub fn of(numbering: *const Numbering, place: Place) u32 {
        return numbering.offsets[place.segment] + place.document;
    }
};

/// The edges of a view: found at the first map, kept for the next ones.
const Graph = struct {
    edges: []const Edge,

    fn of(
        view: *const View,
        io: std.Io,
        numbering: *const Numbering,
        task: *const Task,
    ) Error!*Graph {
        const context: Context = .{ .view = view, .numbering = numbering, .task = task };
        return view.memos.getPtr(.graph).get(io, Graph, context);
    }

    const Context = struct {
        view: *const View,
        numbering: *const Numbering,
        task: *const Task,

        pub fn make(context: Context) Error!*Graph {
            var edges: std.ArrayList(Edge) = .empty;
            errdefer edges.deinit(memory.gpa);
            try findEdges(context.view, context.numbering, context.task, &edges);
            const graph = try memory.gpa.create(Graph);
            errdefer memory.gpa.destroy(graph);
            graph.* = .{ .edges = try edges.toOwnedSlice(memory.gpa) };
            return graph;
        }
    };

    pub fn destroy(graph: *Graph) void {
        memory.gpa.free(graph.edges);
        memory.gpa.destroy(graph);
    }
};

/// How important each document is. `focus` is where the walk starts anew; without it everywhere.
pub fn importance(
    arena: Allocator,
    io: std.Io,
    view: *const View,
    numbering: *const Numbering,
    focus: []const Place,
    task: *const Task,
) Error![]f32 {
    const edges = (try Graph.of(view, io, numbering, task)).edges;
    const count = numbering.count();
    const restart = try arena.alloc(f32, count);
    fillRestart(view, numbering, focus, restart);
    const out_weight = try arena.alloc(f32, count);
    @memset(out_weight, 0);
    for (edges) |edge| out_weight[edge.from] += edge.weight;
    const ranks = try arena.dupe(f32, restart);
    const next = try arena.alloc(f32, count);
    for (0..rounds) |_| {
        try task.check();
        for (next, restart) |*rank, share| rank.* = (1 - damping) * share;
        for (edges) |edge| {
            next[edge.to] += damping * ranks[edge.from] * edge.weight / out_weight[edge.from];
        }
        @memcpy(ranks, next);
    }
    return ranks;
}

fn fillRestart(
    view: *const View,
    numbering: *const Numbering,
    focus: []const Place,
    restart: []f32,
) void {
    @memset(restart, 0);
    // What a focus leads to may be nothing at all: the rest of the project stays in sight.
    const of_all: f32 = if (focus.len > 0) 1 - focus_share else 1;
    const share = of_all / @as(f32, @floatFromInt(@max(1, view.count())));
    var places = view.places();
    while (places.next()) |place| {
        const flags = view.segment(place).info(place.document).flags;
        // What tests use is no more important for it: they use everything.
        restart[numbering.of(place)] = if (flags.is_test or flags.is_doc) share / 10 else share;
    }
    for (focus) |place| {
        restart[numbering.of(place)] += focus_share / @as(f32, @floatFromInt(focus.len));
    }
}

fn findEdges(
    view: *const View,
    numbering: *const Numbering,
    task: *const Task,
    edges: *std.ArrayList(Edge),
) Error!void {
    var total: u64 = 0;
    for (view.parts) |part| total += part.shard.segment.stats().names;
    const every: u32 = @intCast(@max(1, total / max_names));
    for (view.parts, 0..) |part, number| {
        const segment = &part.shard.segment;
        const step = segment_file.names_per_block;
        var block: u64 = 0;
        while (block < segment.stats().names) : (block += step * every) {
            if (block / step % 256 == 0) try task.check();
            const end = @min(block + step, std.math.maxInt(u32));
            var names = segment.names(@intCast(block), @intCast(end));
            while (names.next()) |name| {
                if (!name.is_defined or name.documents > max_holders or name.text.len < 3) continue;
                if (isInEarlierPart(view, number, name.text)) continue;
                try addEdges(view, numbering, name.text, edges);
                if (edges.items.len >= max_edges) return;
            }
        }
    }
}

fn isInEarlierPart(view: *const View, number: usize, name: []const u8) bool {
    for (view.parts[0..number]) |part| {
        const segment = &part.shard.segment;
        var postings = segment.namePostings(segment.findName(name) orelse continue);
        while (postings.next()) |posting| if (posting.is_defined) return true;
    }
    return false;
}

fn addEdges(
    view: *const View,
    numbering: *const Numbering,
    name: []const u8,
    edges: *std.ArrayList(Edge),
) Error!void {
    var holders: [max_holders]u32 = undefined;
    var holder_count: usize = 0;
    var definers: [max_definers]u32 = undefined;
    var definer_count: usize = 0;
    for (view.parts, 0..) |part, number| {
        const segment = &part.shard.segment;
        var postings = segment.namePostings(segment.findName(name) orelse continue);
        while (postings.next()) |posting| {
            if (!part.isLive(posting.document)) continue;
            const node = numbering.offsets[number] + posting.document;
            if (posting.is_defined) {
                if (definer_count == max_definers) return;
                definers[definer_count] = node;
                definer_count += 1;
            } else {
                if (holder_count == max_holders) return;
                holders[holder_count] = node;
                holder_count += 1;
            }
        }
    }
    const clarity: f32 = if (question_file.looksLikeName(name)) 1 else plain_name;
    const weight = clarity / @as(f32, @floatFromInt(@max(1, definer_count)));
    for (holders[0..holder_count]) |from| for (definers[0..definer_count]) |to| {
        try edges.append(memory.gpa, .{ .from = from, .to = to, .weight = weight });
    };
}

/// A place that defines a name, and how much the name says about it.
pub const Definer = struct { place: Place, weight: f32 };

/// Adds where a name is defined; nothing when it is defined in many places or held everywhere.
pub fn addDefiners(
    arena: Allocator,
    view: *const View,
    name: []const u8,
    out: *std.ArrayList(Definer),
) Allocator.Error!void {
    var found: [max_definers]Place = undefined;
    var count: usize = 0;
    var holders: u32 = 0;
    for (view.parts, 0..) |part, number| {
        const segment = &part.shard.segment;
        var postings = segment.namePostings(segment.findName(name) orelse continue);
        holders += postings.documents;
        if (holders > 20 * max_holders) return;
        while (postings.next()) |posting| {
            if (!posting.is_defined or !part.isLive(posting.document)) continue;
            if (count == max_definers) return;
            found[count] = .{ .segment = @intCast(number), .document = posting.document };
            count += 1;
        }
    }
    const documents: f32 = @floatFromInt(@max(1, view.count()));
    const rarity = @log(1 + documents / @as(f32, @floatFromInt(@max(1, holders))));
    const clarity: f32 = if (question_file.looksLikeName(name)) 1 else plain_name;
    for (found[0..count]) |place| try out.append(arena, .{
        .place = place,
        .weight = rarity * clarity / @as(f32, @floatFromInt(count)),
    });
}
