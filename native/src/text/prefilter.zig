//! Which documents can hold a match at all, found in the dictionary of names without reading a
//! file.
//!
//! A literal is cut into the runs that names are made of (index/tokenize.zig). A run inside the
//! literal is a whole name of the document; one at the border of the literal may go on outside, so
//! the names that end, begin or contain it are looked for in the dictionary's text.
const std = @import("std");
const literals = @import("regex/literals.zig");
const literal = @import("literal.zig");
const name_scan = @import("name_scan.zig");
const NameFilter = @import("name_filter.zig").NameFilter;
const program = @import("regex/program.zig");
const segments = @import("../index/segment.zig");
const tokenize = @import("../index/tokenize.zig");

const Allocator = std.mem.Allocator;
const Segment = segments.Segment;

/// What is known of the byte beside a piece.
pub const Side = enum {
    /// The name may go on.
    open,
    /// No word byte stands there: the name ends, or goes on with `$`.
    border,
    /// The name ends.
    closed,
};

/// A run of a literal.
pub const Piece = struct {
    text: []const u8,
    left: Side,
    right: Side,
    is_folded: bool,

    fn isWhole(piece: Piece) bool {
        return piece.left == .closed and piece.right == .closed and !piece.is_folded;
    }

    /// Whether the piece stands in the name at `start`, given what must be beside it.
    fn fits(piece: Piece, name: []const u8, start: usize) bool {
        const end = start + piece.text.len;
        const is_left_fine = start == 0 or switch (piece.left) {
            .open => true,
            .border => name[start - 1] == '$',
            .closed => false,
        };
        const is_right_fine = end == name.len or switch (piece.right) {
            .open => true,
            .border => name[end] == '$',
            .closed => false,
        };
        return is_left_fine and is_right_fine;
    }
};

/// All pieces of one alternative must be in a document.
const Alternative = struct { first_piece: u32, pieces: u32 };

/// One of the alternatives must.
const Demand = struct { alternatives: []const Alternative };

const max_demands = 3;
const max_pieces = 24;
/// Pieces of one literal that are asked for; the longest say most.
const max_pieces_per_literal = 2;

/// What the dictionary is asked. Without demands every document is a candidate.
pub const Plan = struct {
    pieces: []const Piece = &.{},
    demands: []const Demand = &.{},

    pub fn of(arena: Allocator, clauses: []const literals.Clause) Allocator.Error!Plan {
        const sorted = try arena.dupe(literals.Clause, clauses);
        std.mem.sort(literals.Clause, sorted, {}, isSimpler);
        var pieces: std.ArrayList(Piece) = .empty;
        var demands: std.ArrayList(Demand) = .empty;
        for (sorted) |clause| {
            if (demands.items.len == max_demands) break;
            const before = pieces.items.len;
            const demand = try demandOf(arena, clause, &pieces);
            const is_affordable = pieces.items.len <= max_pieces;
            if (demand != null and is_affordable) {
                try demands.append(arena, demand.?);
            } else pieces.shrinkRetainingCapacity(before);
        }
        return .{ .pieces = pieces.items, .demands = demands.items };
    }
};

fn isSimpler(_: void, left: literals.Clause, right: literals.Clause) bool {
    if (left.literals.len != right.literals.len) return left.literals.len < right.literals.len;
    return left.literals[0].len > right.literals[0].len;
}

/// Null when one of the literals may stand in a document without any name of the dictionary.
fn demandOf(
    arena: Allocator,
    clause: literals.Clause,
    pieces: *std.ArrayList(Piece),
) Allocator.Error!?Demand {
    const alternatives = try arena.alloc(Alternative, clause.literals.len);
    for (clause.literals, alternatives) |text, *alternative| {
        const first = pieces.items.len;
        try addPieces(arena, text, clause.is_folded, pieces);
        if (pieces.items.len == first) return null;
        std.mem.sort(Piece, pieces.items[first..], {}, isLonger);
        const kept = @min(pieces.items.len - first, max_pieces_per_literal);
        pieces.shrinkRetainingCapacity(first + kept);
        alternative.* = .{ .first_piece = @intCast(first), .pieces = @intCast(kept) };
    }
    return .{ .alternatives = alternatives };
}

fn isLonger(_: void, left: Piece, right: Piece) bool {
    return left.text.len > right.text.len;
}

fn addPieces(
    arena: Allocator,
    marked: []const u8,
    is_folded: bool,
    pieces: *std.ArrayList(Piece),
) Allocator.Error!void {
    const text = literals.withoutBorders(marked);
    const has_left_border = marked.len > 0 and marked[0] == literals.border;
    const has_right_border = marked.len > 0 and marked[marked.len - 1] == literals.border;
    var at: usize = 0;
    while (at < text.len) {
        if (!tokenize.isRunByte(text[at])) {
            at += 1;
            continue;
        }
        const start = at;
        while (at < text.len and tokenize.isRunByte(text[at])) at += 1;
        const piece: Piece = .{
            .text = text[start..at],
            .left = if (start > 0) .closed else sideOf(has_left_border, text[0]),
            .right = if (at < text.len) .closed else sideOf(has_right_border, text[at - 1]),
            .is_folded = is_folded,
        };
        if (isListed(piece)) try pieces.append(arena, piece);
    }
}

/// A border says that no name goes on only when the byte on this side of it is a word byte.
fn sideOf(has_border: bool, own: u8) Side {
    return if (has_border and program.isWordByte(own)) .border else .open;
}

/// Whether the name that a piece stands in is in the dictionary for sure.
fn isListed(piece: Piece) bool {
    if (piece.text.len > segments.max_name_bytes) return false;
    if (!tokenize.canHideInNumber(piece.text)) return true;
    // Only letters and digits of numbers: safe when the run begins with it, and with a letter.
    return piece.left != .open and !std.ascii.isDigit(piece.text[0]);
}

pub const Error = error{ OutOfMemory, Stopped };

/// Asked while the dictionary is read.
pub const Stop = @import("regex/dfa.zig").Stop;

/// The documents of one segment that can hold a match: one bit each.
pub fn candidates(
    arena: Allocator,
    segment: *const Segment,
    plan: *const Plan,
    filter: ?*const NameFilter,
    threads: u32,
    stop: Stop,
) Error![]u64 {
    const words = (segment.stats().documents + 63) / 64;
    const result = try arena.alloc(u64, words);
    @memset(result, std.math.maxInt(u64));
    if (plan.demands.len == 0) return result;
    const found = try lookUp(arena, segment, plan, words, filter, threads, stop);
    for (plan.demands) |demand| for (result, 0..) |*word, index| {
        var any: u64 = 0;
        for (demand.alternatives) |alternative| {
            var all: u64 = std.math.maxInt(u64);
            for (found[alternative.first_piece..][0..alternative.pieces]) |bits| {
                all &= bits.at(index);
            }
            any |= all;
        }
        word.* &= any;
    };
    return result;
}

/// The documents that have a name in which a piece stands.
const Documents = struct {
    bits: []u64,
    /// So many names fit that the dictionary says nothing: every document counts.
    is_all: bool = false,
    postings: u64 = 0,

    /// Beyond this, reading postings costs more than it saves.
    const max_postings = 1 << 22;

    fn at(documents: *const Documents, index: usize) u64 {
        return if (documents.is_all) std.math.maxInt(u64) else documents.bits[index];
    }

    fn addName(documents: *Documents, segment: *const Segment, name: u32) void {
        if (documents.is_all) return;
        var postings = segment.namePostings(name);
        while (postings.next()) |posting| {
            const word = posting.document / 64;
            if (word >= documents.bits.len) continue;
            documents.bits[word] |= @as(u64, 1) << @intCast(posting.document % 64);
            documents.postings += 1;
        }
        if (documents.postings > max_postings) documents.is_all = true;
    }
};

fn lookUp(
    arena: Allocator,
    segment: *const Segment,
    plan: *const Plan,
    words: usize,
    filter: ?*const NameFilter,
    threads: u32,
    stop: Stop,
) Error![]const Documents {
    const found = try emptyDocuments(arena, plan.pieces.len, words);
    const costs = try arena.alloc(usize, plan.pieces.len);
    for (plan.pieces, found, costs) |piece, *documents, *cost| {
        cost.* = costOf(segment, piece, filter, documents);
    }
    for (plan.demands) |demand| for (demand.alternatives) |alternative| {
        const end = alternative.first_piece + alternative.pieces;
        skipCostly(
            costs[alternative.first_piece..end],
            found[alternative.first_piece..end],
        );
    };
    var scanned: std.ArrayList(u32) = .empty;
    for (costs, found, 0..) |cost, *documents, number| {
        if (cost > 0 and !documents.is_all) try scanned.append(arena, @intCast(number));
    }
    if (scanned.items.len == 0) return found;
    const ranges = if (filter) |known|
        try known.rangesFor(arena, try textsOf(arena, plan.pieces, scanned.items))
    else
        try name_scan.wholeOf(arena, segment);
    var names: usize = 0;
    for (ranges) |range| names += range.to - range.from;
    const workers = try arena.alloc(Worker, name_scan.workersFor(names, threads));
    for (workers, 0..) |*worker, index| worker.* = .{
        .segment = segment,
        .pieces = plan.pieces,
        .scanned = scanned.items,
        .finders = try finders(arena, plan.pieces, scanned.items),
        .found = if (index == 0) found else try emptyDocuments(arena, found.len, words),
        .stop = stop,
    };
    name_scan.run(Worker, workers, segment, ranges);
    for (workers) |*worker| {
        if (worker.is_stopped) return error.Stopped;
        if (worker.found.ptr == found.ptr) continue;
        for (found, worker.found) |*into, from| {
            into.is_all = into.is_all or from.is_all;
            for (into.bits, from.bits) |*word, more| word.* |= more;
        }
    }
    return found;
}

/// How many names must be read for a piece; none when a look-up has answered for it.
fn costOf(
    segment: *const Segment,
    piece: Piece,
    filter: ?*const NameFilter,
    documents: *Documents,
) usize {
    const name = segment.findName(piece.text);
    if (piece.isWhole()) {
        if (name) |known| documents.addName(segment, known);
        return 0;
    }
    if (name != null and isCommon(segment, name.?)) {
        documents.is_all = true;
        return 0;
    }
    return if (filter) |known| known.namesFor(piece.text) else segment.stats().names;
}

/// All pieces of an alternative must be there, so the cheap ones may do: one that costs much more
/// is not looked for.
fn skipCostly(costs: []const usize, found: []Documents) void {
    const many = 100_000;
    const few_documents = 200;
    var cheapest: usize = std.math.maxInt(usize);
    for (costs, found) |cost, *documents| {
        const is_answer = cost == 0 and !documents.is_all and documents.postings <= few_documents;
        if (cost > 0 or is_answer) cheapest = @min(cheapest, cost);
    }
    for (costs, found) |cost, *documents| {
        if (cost > many and cost / 4 > cheapest) documents.is_all = true;
    }
}

/// A name that stands in so many documents keeps hardly any from being read.
fn isCommon(segment: *const Segment, name: u32) bool {
    return segment.namePostings(name).documents > segment.stats().documents / 4;
}

fn textsOf(
    arena: Allocator,
    pieces: []const Piece,
    scanned: []const u32,
) Allocator.Error![]const []const u8 {
    const texts = try arena.alloc([]const u8, scanned.len);
    for (scanned, texts) |number, *text| text.* = pieces[number].text;
    return texts;
}

fn emptyDocuments(arena: Allocator, count: usize, words: usize) Allocator.Error![]Documents {
    const found = try arena.alloc(Documents, count);
    for (found) |*documents| {
        documents.* = .{ .bits = try arena.alloc(u64, words) };
        @memset(documents.bits, 0);
    }
    return found;
}

fn finders(
    arena: Allocator,
    pieces: []const Piece,
    scanned: []const u32,
) Allocator.Error![]literal.Finder {
    const made = try arena.alloc(literal.Finder, scanned.len);
    for (scanned, made) |number, *finder| {
        finder.* = .init(pieces[number].text, pieces[number].is_folded);
    }
    return made;
}

/// Reads a part of the dictionary. Names are put side by side, so that one search goes over many.
const Worker = struct {
    segment: *const Segment,
    pieces: []const Piece,
    scanned: []const u32,
    finders: []literal.Finder,
    found: []Documents,
    stop: Stop,
    is_stopped: bool = false,
    text: [batch_bytes]u8 = undefined,
    ends: [batch_names]u16 = undefined,
    ids: [batch_names]u32 = undefined,

    const batch_bytes = 16 << 10;
    const batch_names = 2048;
    /// Stands after each name, and in none.
    const separator = '\n';

    pub fn scan(worker: *Worker, texts: *segments.TextIterator) void {
        if (worker.stop.isStopped(worker.stop.context)) worker.is_stopped = true;
        if (worker.is_stopped) return;
        var length: usize = 0;
        var count: usize = 0;
        var id = texts.id;
        while (texts.next()) |text| : (id += 1) {
            const is_full = length + text.len + 1 > batch_bytes or count == batch_names;
            if (is_full) {
                worker.search(length, count);
                length = 0;
                count = 0;
            }
            @memcpy(worker.text[length..][0..text.len], text);
            length += text.len;
            worker.ends[count] = @intCast(length);
            worker.ids[count] = id;
            worker.text[length] = separator;
            length += 1;
            count += 1;
        }
        worker.search(length, count);
    }

    fn search(worker: *Worker, length: usize, count: usize) void {
        const text = worker.text[0..length];
        for (worker.scanned, worker.finders) |number, *finder| {
            const piece = worker.pieces[number];
            var name: usize = 0;
            var at: usize = 0;
            while (finder.find(text, at)) |hit| {
                while (name < count and worker.ends[name] < hit) name += 1;
                if (name == count) break;
                const start = if (name == 0) 0 else worker.ends[name - 1] + 1;
                const end = worker.ends[name];
                if (piece.fits(text[start..end], hit - start)) {
                    worker.found[number].addName(worker.segment, worker.ids[name]);
                    at = end;
                } else at = hit + 1;
            }
        }
    }
};

fn expectPieces(text: []const u8, expected: []const u8) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    const plan: Plan = try .of(gpa, &.{.{ .literals = &.{text}, .is_folded = false }});
    var told: std.ArrayList(u8) = .empty;
    for (plan.pieces) |piece| try told.print(gpa, "{s}{s}{s} ", .{
        @as([]const u8, switch (piece.left) {
            .open => "*",
            .border => "%",
            .closed => "",
        }),
        piece.text,
        @as([]const u8, switch (piece.right) {
            .open => "*",
            .border => "%",
            .closed => "",
        }),
    });
    try std.testing.expectEqualStrings(expected, told.items);
}

test "the names a literal needs" {
    try expectPieces("foo", "*foo* ");
    try expectPieces("foo->bar(", "*foo bar ");
    try expectPieces("(foo)", "foo ");
    try expectPieces("\x00foo\x00", "%foo% ");
    try expectPieces("\x00$foo", "*$foo* ");
    try expectPieces("a.bcd_e.fgh.", "bcd_e fgh ");
    // Letters of numbers are in the dictionary only where no number can be.
    try expectPieces("beef", "");
    try expectPieces("(beef", "beef* ");
    try expectPieces("\x00beef", "%beef* ");
    try expectPieces("0x10", "");
    try expectPieces("=> ", "");
    try expectPieces("", "");
}

test "a piece fits a name by what must stand beside it" {
    const piece: Piece = .{ .text = "foo", .left = .border, .right = .closed, .is_folded = false };
    try std.testing.expect(piece.fits("foo", 0));
    try std.testing.expect(piece.fits("$foo", 1));
    try std.testing.expect(!piece.fits("afoo", 1));
    try std.testing.expect(!piece.fits("foo$", 0));
}
