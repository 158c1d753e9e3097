//! From a question to the lines that matter: files by their words, then the best passages of the
//! best files.
const std = @import("std");
const history_file = @import("history.zig");
const matcher_file = @import("matcher.zig");
const passages_file = @import("passages.zig");
const question_file = @import("question.zig");
const rank_file = @import("rank.zig");
const reading_file = @import("reading.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");
const weights = @import("weights.zig");
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;
const Boost = rank_file.Boost;
const Candidate = rank_file.Candidate;
const File = passages_file.File;
const History = history_file.History;
const Passage = passages_file.Passage;
const Place = view_file.Place;
const Question = question_file.Question;
const Reading = reading_file.Reading;
const View = view_file.View;

/// Files that are read again for a question, and how much of them in all.
const max_files = 32;
/// After this many files those are left out that are far behind the best one.
const sure_files = 16;
const max_read_bytes = 3 << 20;
const reason_words = 6;

/// Lines of a file that answer something. `text` is all of them.
pub const Hit = struct {
    place: Place,
    path: []const u8,
    /// From 1, both ends in.
    start_line: u32,
    end_line: u32,
    symbol: ?[]const u8 = null,
    kind: ?types.Kind = null,
    score: f32,
    reason: []const u8,
    text: []const u8,
};

pub const Input = struct {
    view: *const View,
    io: std.Io,
    arena: Allocator,
    task: *const Task,
    text: []const u8,
    boosts: []const Boost = &.{},
    history: ?*const History = null,
    limit: usize,
    /// How many threads may read files.
    threads: u32 = 1,
};

pub const Error = rank_file.Error;

/// The best passages first: the best one of each file before second ones of equally good files.
pub fn search(input: Input) Error![]const Hit {
    const question = try question_file.parse(input.arena, input.text);
    if (question.isEmpty() and input.boosts.len == 0) return &.{};
    var matcher: matcher_file.Matcher = try .init(input.arena, &question);
    var boosts: std.ArrayList(Boost) = .empty;
    try boosts.appendSlice(input.arena, input.boosts);
    if (input.history) |history| {
        try history.addBoosts(input.arena, input.view, &question, &boosts);
    }
    const ranking = try rank_file.rank(.{
        .view = input.view,
        .io = input.io,
        .arena = input.arena,
        .task = input.task,
        .question = &question,
        .matcher = &matcher,
        .boosts = boosts.items,
        .limit = @max(max_files, input.limit),
    });
    var searcher: Searcher = .{
        .input = input,
        .question = &question,
        .scorer = .{
            .question = &question,
            .matcher = &matcher,
            .term_weights = ranking.term_weights,
            .name_weights = ranking.name_weights,
        },
    };
    for (try searcher.read(ranking.files)) |*reading| try searcher.keepBest(reading);
    std.mem.sort(Found, searcher.found.items, {}, Found.isBetter);
    const best = searcher.found.items[0..@min(searcher.found.items.len, input.limit)];
    const hits = try input.arena.alloc(Hit, best.len);
    for (hits, best) |*hit, found| hit.* = try searcher.hitOf(found);
    return hits;
}

const Found = struct {
    candidate: Candidate,
    file: *const File,
    passage: Passage,
    score: f32,

    fn isBetter(_: void, left: Found, right: Found) bool {
        if (left.score != right.score) return left.score > right.score;
        if (left.candidate.place.segment != right.candidate.place.segment) {
            return left.candidate.place.segment < right.candidate.place.segment;
        }
        if (left.candidate.place.document != right.candidate.place.document) {
            return left.candidate.place.document < right.candidate.place.document;
        }
        return left.passage.start_line < right.passage.start_line;
    }
};

const Searcher = struct {
    input: Input,
    question: *const Question,
    scorer: passages_file.Scorer,
    found: std.ArrayList(Found) = .empty,

    /// The files that are worth it, with their best passages.
    fn read(searcher: *Searcher, ranked: []const Candidate) Error![]const Reading {
        const input = searcher.input;
        var readings: std.ArrayList(Reading) = .empty;
        var bytes: u64 = 0;
        for (ranked) |candidate| {
            const is_far_behind = readings.items.len >= @max(sure_files, input.limit) and
                candidate.worth() < weights.far_behind * ranked[0].worth();
            if (is_far_behind or readings.items.len >= max_files) break;
            const info = input.view.segment(candidate.place).info(candidate.place.document);
            if (info.flags.binary or info.flags.huge) continue;
            if (readings.items.len > 0 and bytes + info.size > max_read_bytes) continue;
            bytes += info.size;
            try readings.append(input.arena, .{ .candidate = candidate });
        }
        var reader: reading_file.Reader = .{
            .view = input.view,
            .arena = input.arena,
            .task = input.task,
            .readings = readings.items,
        };
        try reader.run(input.io, &searcher.scorer, input.threads, bytes);
        return readings.items;
    }

    fn keepBest(searcher: *Searcher, reading: *const Reading) Error!void {
        const shown = reading.passages;
        if (shown.len == 0) return;
        const candidate = reading.candidate;
        const best = shown[0].score;
        const of_file = candidate.worth() +
            weights.best_passage * best * candidate.factor;
        if (of_file <= 0) return;
        for (shown, 0..) |passage, index| {
            if (index > 0 and passage.score <= 0) break;
            const behind = weights.best_passage * (best - passage.score) * candidate.factor;
            const score = if (index == 0)
                of_file
            else if (searcher.question.is_one_line)
                of_file - weights.next_passage_of_line * behind
            else
                of_file * weights.next_passage_of_issue * passage.score / best;
            try searcher.found.append(searcher.input.arena, .{
                .candidate = candidate,
                .file = &reading.file,
                .passage = passage,
                .score = score,
            });
        }
    }

    fn hitOf(searcher: *Searcher, found: Found) Error!Hit {
        const passage = found.passage;
        const place = found.candidate.place;
        const definition = if (passage.definition) |index| found.file.definitions[index] else null;
        const name = if (definition) |known|
            try found.file.keptNameOf(searcher.input.arena, known)
        else
            null;
        return .{
            .place = place,
            .path = searcher.input.view.segment(place).path(place.document),
            .start_line = passage.start_line + 1,
            .end_line = passage.end_line + 1,
            .symbol = name,
            .kind = if (definition) |known| known.kind else null,
            .score = found.score,
            .reason = try searcher.reasonOf(found, name),
            .text = found.file.lines(passage.start_line, passage.end_line),
        };
    }

    /// Why, for people: what it defines, which words it has, and what beside the text spoke for it.
    fn reasonOf(
        searcher: *Searcher,
        found: Found,
        name: ?[]const u8,
    ) Error![]const u8 {
        const arena = searcher.input.arena;
        var reason: std.ArrayList(u8) = .empty;
        if (name) |known| {
            const match = searcher.scorer.matcher.of(known);
            if (!match.isNothing()) try reason.print(arena, "defines {s}", .{known});
        }
        if (found.candidate.is_mentioned) try addPart(arena, &reason, "named in the question");
        var words: std.ArrayList(u8) = .empty;
        var left: u32 = reason_words;
        var names = found.passage.names;
        while (names != 0 and left > 0) : (names &= names - 1) {
            try addWord(arena, &words, searcher.question.names[@ctz(names)].text);
            left -= 1;
        }
        var terms = found.passage.terms;
        while (terms != 0 and left > 0) : (terms &= terms - 1) {
            try addWord(arena, &words, searcher.question.terms[@ctz(terms)].shown);
            left -= 1;
        }
        if (words.items.len > 0) try addPart(arena, &reason, words.items);
        try addPart(arena, &reason, boostText(found.candidate.boost_reason));
        return reason.items;
    }

    fn addWord(arena: Allocator, words: *std.ArrayList(u8), word: []const u8) Error!void {
        const prefix = "names: ";
        const listed = words.items[@min(prefix.len, words.items.len)..];
        var known = std.mem.splitSequence(u8, listed, ", ");
        while (known.next()) |other| if (std.ascii.eqlIgnoreCase(other, word)) return;
        try words.appendSlice(arena, if (words.items.len == 0) prefix else ", ");
        try words.appendSlice(arena, word);
    }

    fn addPart(arena: Allocator, reason: *std.ArrayList(u8), part: []const u8) Error!void {
        if (part.len == 0) return;
        if (reason.items.len > 0) try reason.appendSlice(arena, "; ");
        try reason.appendSlice(arena, part);
    }
};

pub fn boostText(reason: rank_file.Reason) []const u8 {
    return switch (reason) {
        .none => "",
        .commits => "commits like it changed this file",
        .changes_together => "changes together with these files",
        .cursor => "at the cursor",
        .open => "open in the editor",
        .recent => "edited lately",
        .imports => "imported here",
        .changed => "changed in the diff",
        .used => "used here",
    };
}

test "a reason names each word once" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var words: std.ArrayList(u8) = .empty;
    for ([_][]const u8{ "alpha", "beta", "Alpha", "names", "BETA", "names" }) |word| {
        try Searcher.addWord(arena.allocator(), &words, word);
    }
    try std.testing.expectEqualStrings("names: alpha, beta, names", words.items);
}
