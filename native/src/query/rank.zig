//! Which files a question is about: BM25 over words in code, comments, definitions and paths.
//!
//! Postings are read rarest word first, and only so many of them: the commonest words of a long
//! question tell nothing that the rare ones did not.
const std = @import("std");
const lengths_file = @import("lengths.zig");
const matcher_file = @import("matcher.zig");
const question_file = @import("question.zig");
const scope_file = @import("scope.zig");
const segment_file = @import("../index/segment.zig");
const view_file = @import("../store/view.zig");
const weights = @import("weights.zig");
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;
const Matcher = matcher_file.Matcher;
const Place = view_file.Place;
const Question = question_file.Question;
const View = view_file.View;

/// Postings one question may read.
const max_postings = 1_500_000;
/// Files whose paths are looked at one by one.
const max_paths = 256;

/// What something beside the text says for a file, as a share of the best file's score.
pub const Boost = struct {
    place: Place,
    share: f32,
    reason: Reason,
};

pub const Reason = enum {
    none,
    commits,
    changes_together,
    cursor,
    open,
    recent,
    imports,
    changed,
    used,
};

pub const Candidate = struct {
    place: Place,
    /// By its words, its path and what was mentioned, with `factor` in it.
    score: f32,
    /// What a match in a file of this kind is worth for this question.
    factor: f32,
    boost: f32 = 0,
    boost_reason: Reason = .none,
    is_mentioned: bool = false,

    pub fn worth(candidate: *const Candidate) f32 {
        return candidate.score + candidate.boost;
    }
};

pub const Ranking = struct {
    /// The weight of each term and name: rare ones tell more.
    term_weights: []const f32,
    name_weights: []const f32,
    /// The best files first.
    files: []const Candidate,
};

pub const Input = struct {
    view: *const View,
    io: std.Io,
    arena: Allocator,
    task: *const Task,
    question: *const Question,
    matcher: *const Matcher,
    boosts: []const Boost,
    /// How many files are wanted.
    limit: usize,
};

pub const Error = error{ OutOfMemory, Cancelled };

pub fn rank(input: Input) Error!Ranking {
    var ranker: Ranker = try .init(input);
    try ranker.addPostings();
    const found = try ranker.select();
    try ranker.addPaths(found);
    std.mem.sort(Candidate, found, {}, isBetter);
    return .{
        .term_weights = ranker.term_weights,
        .name_weights = ranker.name_weights,
        .files = found[0..@min(found.len, input.limit)],
    };
}

fn isBetter(_: void, left: Candidate, right: Candidate) bool {
    if (left.worth() != right.worth()) return left.worth() > right.worth();
    if (left.place.segment != right.place.segment) return left.place.segment < right.place.segment;
    return left.place.document < right.place.document;
}

/// One word or name to read the postings of.
const Job = struct {
    index: u32,
    is_name: bool,
    documents: u64,

    fn isRarer(_: void, left: Job, right: Job) bool {
        return left.documents < right.documents;
    }
};

/// The scores of the documents of one segment.
const Board = struct {
    segment: *const segment_file.Segment,
    lengths: *const lengths_file.Lengths,
    scores: []f32,
};

const Ranker = struct {
    input: Input,
    boards: []Board,
    term_weights: []f32,
    name_weights: []f32,
    /// BM25's share of the length, for each level.
    length_factors: [256]f32,
    documents: f32,

    fn init(input: Input) Allocator.Error!Ranker {
        const arena = input.arena;
        const parts = input.view.parts;
        const boards = try arena.alloc(Board, parts.len);
        var documents: u64 = 0;
        var words: u64 = 0;
        for (boards, parts) |*board, part| {
            const segment = &part.shard.segment;
            const stats = segment.stats();
            documents += stats.documents;
            words += stats.total_words;
            board.* = .{
                .segment = segment,
                .lengths = try .of(part.shard, input.io),
                .scores = try arena.alloc(f32, stats.documents),
            };
            @memset(board.scores, 0);
        }
        const count: f32 = @floatFromInt(@max(documents, 1));
        const mean = @max(1, @as(f32, @floatFromInt(words)) / count);
        var ranker: Ranker = .{
            .input = input,
            .boards = boards,
            .term_weights = try arena.alloc(f32, input.question.terms.len),
            .name_weights = try arena.alloc(f32, input.question.names.len),
            .length_factors = undefined,
            .documents = count,
        };
        for (&ranker.length_factors, 0..) |*factor, level| {
            const length = lengths_file.wordsOf(@intCast(level)) / mean;
            const share = 1 - weights.length_share + weights.length_share * length;
            factor.* = weights.saturation * share;
        }
        return ranker;
    }

    fn addPostings(ranker: *Ranker) Error!void {
        const jobs = try ranker.plan();
        var left: u64 = max_postings;
        for (jobs) |job| {
            try ranker.input.task.check();
            if (job.documents > left) break;
            left -= job.documents;
            for (ranker.boards) |*board| {
                if (job.is_name) {
                    ranker.addName(board, job.index);
                } else {
                    ranker.addTerm(board, job.index);
                }
            }
        }
    }

    /// All words and names, rarest first, and their weights.
    fn plan(ranker: *Ranker) Allocator.Error![]const Job {
        const question = ranker.input.question;
        var jobs: std.ArrayList(Job) = .empty;
        for (question.terms, 0..) |term, index| {
            var documents: u64 = 0;
            for (ranker.boards) |board| {
                const word = board.segment.findWord(term.stem) orelse continue;
                documents += board.segment.wordPostings(word).documents;
            }
            ranker.term_weights[index] = term.weight * ranker.rarity(documents);
            try ranker.addJob(&jobs, index, false, documents);
        }
        for (question.names, 0..) |name, index| {
            var documents: u64 = 0;
            var is_defined = false;
            for (ranker.boards) |board| {
                const id = board.segment.findName(name.text) orelse continue;
                const postings = board.segment.namePostings(id);
                documents += postings.documents;
                if (postings.list.any_flag) is_defined = true;
            }
            // A plain word is a name where something is called so.
            if (!is_defined and !question_file.looksLikeName(name.text)) documents = 0;
            const rarity_of_name = if (documents == 0) 0 else ranker.rarity(documents);
            ranker.name_weights[index] = name.weight * rarity_of_name;
            try ranker.addJob(&jobs, index, true, documents);
        }
        std.mem.sort(Job, jobs.items, {}, Job.isRarer);
        return jobs.items;
    }

    fn addJob(
        ranker: *Ranker,
        jobs: *std.ArrayList(Job),
        index: usize,
        is_name: bool,
        documents: u64,
    ) Allocator.Error!void {
        if (documents == 0) return;
        try jobs.append(ranker.input.arena, .{
            .index = @intCast(index),
            .is_name = is_name,
            .documents = documents,
        });
    }

    /// The inverse document frequency.
    fn rarity(ranker: *const Ranker, documents: u64) f32 {
        const holding: f32 = @floatFromInt(documents);
        return @log(1 + @max(0, ranker.documents - holding + 0.5) / (holding + 0.5));
    }

    fn addTerm(ranker: *const Ranker, board: *Board, index: u32) void {
        const word = board.segment.findWord(ranker.input.question.terms[index].stem) orelse return;
        const weight = ranker.term_weights[index];
        var postings = board.segment.wordPostings(word);
        while (postings.next()) |posting| {
            if (posting.document >= board.scores.len) return;
            const payload = posting.payload;
            const count = count_table[payload.body] +
                weights.comment_word * count_table[payload.comment];
            const length = ranker.length_factors[board.lengths.levels[posting.document]];
            var share = count * (weights.saturation + 1) / (count + length);
            if (payload.in_definition) share += weights.defined_word;
            if (payload.in_path) share += pathGuess();
            board.scores[posting.document] += weight * share;
        }
    }

    fn addName(ranker: *const Ranker, board: *Board, index: u32) void {
        const id = board.segment.findName(ranker.input.question.names[index].text) orelse return;
        const weight = ranker.name_weights[index];
        var postings = board.segment.namePostings(id);
        while (postings.next()) |posting| {
            if (posting.document >= board.scores.len) return;
            const more: f32 = if (posting.is_defined) weights.defines_name else 0;
            board.scores[posting.document] += weight * (weights.holds_name + more);
        }
    }

    fn factorOf(ranker: *const Ranker, kind: lengths_file.Kind) f32 {
        const question = ranker.input.question;
        var factor: f32 = 1;
        if (kind.is_test and !question.asks_for_tests) factor *= weights.test_file;
        if (!kind.is_test and question.asks_for_tests) factor *= weights.no_test_file;
        if (kind.is_prose and !question.asks_for_prose) factor *= weights.prose_file;
        if (kind.is_foreign) factor *= weights.generated_file;
        return factor;
    }

    /// The best files by their words and boosts.
    fn select(ranker: *Ranker) Allocator.Error![]Candidate {
        var factors: [8]f32 = undefined;
        for (&factors, 0..) |*factor, bits| {
            factor.* = ranker.factorOf(@bitCast(@as(u8, @intCast(bits))));
        }
        const top = ranker.applyFactors(&factors);
        const boosts = try ranker.gatherBoosts(top);
        var best: std.PriorityQueue(Candidate, void, isWorse) = .initContext({});
        try best.ensureTotalCapacity(ranker.input.arena, max_paths + 1);
        var floor: f32 = 0;
        for (ranker.boards, ranker.input.view.parts, 0..) |board, part, number| {
            for (board.scores, 0..) |score, document| {
                if (score <= floor or !part.isLive(@intCast(document))) continue;
                const place: Place = .{
                    .segment = @intCast(number),
                    .document = @intCast(document),
                };
                if (boosts.contains(place)) continue;
                try best.push(ranker.input.arena, .{
                    .place = place,
                    .score = score,
                    .factor = factors[@as(u8, @bitCast(board.lengths.kinds[document])) & 7],
                });
                if (best.count() > max_paths) {
                    _ = best.pop();
                    floor = best.peek().?.score;
                }
            }
        }
        const found = try ranker.input.arena.alloc(Candidate, best.count() + boosts.count());
        @memcpy(found[0..best.count()], best.items[0..best.count()]);
        @memcpy(found[best.count()..], boosts.values());
        return found;
    }

    fn applyFactors(ranker: *Ranker, factors: *const [8]f32) f32 {
        var top: f32 = 0;
        for (ranker.boards) |board| {
            for (board.scores, board.lengths.kinds) |*score, kind| {
                if (score.* == 0) continue;
                score.* *= factors[@as(u8, @bitCast(kind)) & 7];
                top = @max(top, score.*);
            }
        }
        return top;
    }

    const Boosts = std.array_hash_map.Auto(Place, Candidate);

    fn gatherBoosts(ranker: *Ranker, top: f32) Allocator.Error!Boosts {
        var gathered: Boosts = .empty;
        for (ranker.input.boosts) |boost| {
            if (!ranker.input.view.isLive(boost.place)) continue;
            const board = &ranker.boards[boost.place.segment];
            const entry = try gathered.getOrPut(ranker.input.arena, boost.place);
            if (!entry.found_existing) entry.value_ptr.* = .{
                .place = boost.place,
                .score = board.scores[boost.place.document],
                .factor = ranker.factorOf(board.lengths.kinds[boost.place.document]),
            };
            const candidate = entry.value_ptr;
            const more = boost.share * top * candidate.factor;
            if (more > candidate.boost) candidate.boost_reason = boost.reason;
            candidate.boost += more;
        }
        return gathered;
    }

    fn isWorse(_: void, left: Candidate, right: Candidate) std.math.Order {
        return std.math.order(left.score, right.score);
    }

    /// Replaces the guess for words of the path by their worth, and adds what was mentioned.
    fn addPaths(ranker: *const Ranker, found: []Candidate) Allocator.Error!void {
        const arena = ranker.input.arena;
        const paths = try arena.alloc([]const u8, found.len);
        for (paths, found) |*path, candidate| {
            path.* = ranker.input.view.segment(candidate.place).path(candidate.place.document);
        }
        const strengths = try ranker.input.question.mentions.strengths(arena, paths);
        for (found, paths, strengths) |*candidate, path, strength| {
            candidate.score += candidate.factor * ranker.pathScore(path);
            candidate.is_mentioned = strength > 0;
            candidate.score += weights.mention * strength;
        }
    }

    fn pathScore(ranker: *const Ranker, path: []const u8) f32 {
        const name_at = if (std.mem.lastIndexOfScalar(u8, path, '/')) |slash| slash + 1 else 0;
        const stem_end = name_at + withoutEnding(path[name_at..]).len;
        const in_name = ranker.input.matcher.termsIn(path[name_at..stem_end]);
        const in_ending = ranker.input.matcher.termsIn(path[stem_end..]);
        const in_folder = ranker.input.matcher.termsIn(path[0..name_at]);
        const scope = ranker.input.question.scope;
        const in_scope = if (scope) |words| scope_file.shareIn(words, path) else 0;
        var score: f32 = weights.mention * in_scope;
        var terms = in_name | in_folder | in_ending;
        while (terms != 0) : (terms &= terms - 1) {
            const index: u6 = @intCast(@ctz(terms));
            const bit = @as(u64, 1) << index;
            const worth: f32 = if (in_name & bit != 0)
                weights.file_name_word
            else if (in_folder & bit != 0)
                weights.folder_word
            else
                0;
            score += ranker.term_weights[index] * (worth - pathGuess());
        }
        return score;
    }
};

/// What a word of the path counts before it is known where in the path it stands. A function, not a
/// constant: `bench:retrieval --vary` builds a library whose weights are variables.
inline fn pathGuess() f32 {
    return (weights.file_name_word + weights.folder_word) / 2.0;
}

const count_table: [8]f32 = table: {
    var table: [8]f32 = undefined;
    for (&table, 0..) |*count, level| {
        count.* = @floatFromInt(segment_file.WordPayload.countOf(level));
    }
    break :table table;
};

fn withoutEnding(name: []const u8) []const u8 {
    const dot = std.mem.indexOfScalarPos(u8, name, @min(1, name.len), '.') orelse return name;
    return name[0..dot];
}
