//! What git remembers: which files changed for which reasons, and which change together.
//!
//! A question is compared with the messages of the commits before; the files that the most similar
//! ones changed are likely to be what it is about. Newer commits count more, and a commit that
//! touched many files says little about each.
const std = @import("std");
const matcher_file = @import("matcher.zig");
const question_file = @import("question.zig");
const rank_file = @import("rank.zig");
const view_file = @import("../store/view.zig");
const weights = @import("weights.zig");
const words_file = @import("../index/words.zig");

const Allocator = std.mem.Allocator;
const Boost = rank_file.Boost;
const Question = question_file.Question;
const View = view_file.View;

/// What the log must be made with, besides `--max-count`: a commit is
/// `\x01<hash>\x02<time>\x02<message>\x03`, then its paths, each after or before a NUL.
pub const log_format = "%x01%H%x02%ct%x02%B%x03";

const max_commits = 4000;
const max_message_bytes = 3000;
/// A commit of more files moved or reformatted them.
const max_files_of_commit = 20;
const max_boosts = 64;
const seconds_per_year = 365 * 24 * 3600;

const Commit = struct {
    time: i64,
    /// How many different words its message has.
    words: u32,
    files_start: u32,
    files_end: u32,
};

pub const History = struct {
    arena: std.heap.ArenaAllocator,
    /// Newest first.
    commits: []const Commit = &.{},
    mean_words: f32 = 1,
    paths: []const []const u8 = &.{},
    path_ids: std.StringHashMapUnmanaged(u32) = .empty,
    word_ids: std.StringHashMapUnmanaged(u32) = .empty,
    /// The files of all commits, one after the other.
    commit_files: []const u32 = &.{},
    /// The commits of each word, and of each file.
    word_commits: Lists = .{},
    file_commits: Lists = .{},

    /// Reads a log. What is broken in it is left out.
    pub fn create(gpa: Allocator, log: []const u8) Allocator.Error!*History {
        const history = try gpa.create(History);
        errdefer gpa.destroy(history);
        history.* = .{ .arena = .init(gpa) };
        errdefer history.arena.deinit();
        var reader: Reader = .{
            .gpa = gpa,
            .history = history,
            .arena = history.arena.allocator(),
        };
        defer reader.deinit();
        var records = std.mem.splitScalar(u8, log, 0x01);
        _ = records.next();
        while (records.next()) |record| {
            if (reader.commits.items.len >= max_commits) break;
            try reader.addCommit(record);
        }
        try reader.finish();
        return history;
    }

    pub fn destroy(history: *History) void {
        const gpa = history.arena.child_allocator;
        history.arena.deinit();
        gpa.destroy(history);
    }

    /// Adds the files whose commits were like the question.
    pub fn addBoosts(
        history: *const History,
        arena: Allocator,
        view: *const View,
        question: *const Question,
        boosts: *std.ArrayList(Boost),
    ) Allocator.Error!void {
        if (history.commits.len == 0) return;
        const scores = try history.likeness(arena, question);
        const files = try arena.alloc(f32, history.paths.len);
        @memset(files, 0);
        for (history.commits, scores) |commit, score| {
            const touched = history.commit_files[commit.files_start..commit.files_end];
            if (score == 0 or touched.len == 0 or touched.len > max_files_of_commit) continue;
            const each = score * history.freshness(commit) / @sqrt(
                @as(f32, @floatFromInt(touched.len)),
            );
            for (touched) |file| files[file] += each;
        }
        try history.addBest(arena, view, files, weights.history, .commits, boosts);
    }

    /// Adds the files that changed together with these.
    pub fn addCompanions(
        history: *const History,
        arena: Allocator,
        view: *const View,
        paths: []const []const u8,
        share: f32,
        boosts: *std.ArrayList(Boost),
    ) Allocator.Error!void {
        if (history.commits.len == 0) return;
        const files = try arena.alloc(f32, history.paths.len);
        @memset(files, 0);
        for (paths) |path| {
            const asked = history.path_ids.get(path) orelse continue;
            for (history.file_commits.of(asked)) |number| {
                const commit = history.commits[number];
                const touched = history.commit_files[commit.files_start..commit.files_end];
                if (touched.len < 2 or touched.len > max_files_of_commit) continue;
                const each = history.freshness(commit) / @as(f32, @floatFromInt(touched.len - 1));
                for (touched) |file| if (file != asked) {
                    files[file] += each;
                };
            }
        }
        for (paths) |path| if (history.path_ids.get(path)) |asked| {
            files[asked] = 0;
        };
        try history.addBest(arena, view, files, share, .changes_together, boosts);
    }

    fn freshness(history: *const History, commit: Commit) f32 {
        const seconds: f32 = @floatFromInt(@max(0, history.commits[0].time -| commit.time));
        return @exp2(-seconds / (weights.history_half_life_years * seconds_per_year));
    }

    /// How much each commit's message is like the question.
    fn likeness(
        history: *const History,
        arena: Allocator,
        question: *const Question,
    ) Allocator.Error![]f32 {
        const scores = try arena.alloc(f32, history.commits.len);
        @memset(scores, 0);
        const count: f32 = @floatFromInt(history.commits.len);
        var most: f32 = 0;
        for (question.terms) |term| {
            const id = history.word_ids.get(term.stem) orelse {
                most += term.weight * @log(1 + (count + 0.5) / 0.5);
                continue;
            };
            const holding = history.word_commits.of(id);
            const documents: f32 = @floatFromInt(holding.len);
            const weight = term.weight * @log(1 + (count - documents + 0.5) / (documents + 0.5));
            most += weight;
            for (holding) |number| scores[number] += weight;
        }
        for (scores, history.commits) |*score, commit| {
            if (score.* == 0) continue;
            const length = @as(f32, @floatFromInt(commit.words)) / history.mean_words;
            const likely = score.* / @max(most, 0.001) / (1 + 0.6 * (1 + length));
            // The fourth power: one commit that says the same outweighs many that share a word.
            score.* = likely * likely * likely * likely;
        }
        return scores;
    }

    fn addBest(
        history: *const History,
        arena: Allocator,
        view: *const View,
        files: []const f32,
        share: f32,
        reason: rank_file.Reason,
        boosts: *std.ArrayList(Boost),
    ) Allocator.Error!void {
        var top: f32 = 0;
        for (files) |score| top = @max(top, score);
        if (top == 0) return;
        var best: std.ArrayList(Scored) = .empty;
        for (files, 0..) |score, file| {
            if (score > top * 0.02) try best.append(
                arena,
                .{ .file = @intCast(file), .score = score },
            );
        }
        std.mem.sort(Scored, best.items, {}, Scored.isBetter);
        for (best.items[0..@min(best.items.len, max_boosts)]) |scored| {
            const place = view.find(history.paths[scored.file]) orelse continue;
            try boosts.append(arena, .{
                .place = place,
                .share = share * scored.score / top,
                .reason = reason,
            });
        }
    }
};

const Scored = struct {
    file: u32,
    score: f32,

    fn isBetter(_: void, left: Scored, right: Scored) bool {
        if (left.score != right.score) return left.score > right.score;
        return left.file < right.file;
    }
};

/// Lists of numbers in one array: `starts` has one more than there are lists.
const Lists = struct {
    starts: []const u32 = &.{0},
    items: []const u32 = &.{},

    fn of(lists: *const Lists, index: u32) []const u32 {
        return lists.items[lists.starts[index]..lists.starts[index + 1]];
    }

    /// From pairs (list, item) in the order of the items.
    fn init(arena: Allocator, count: usize, pairs: []const [2]u32) Allocator.Error!Lists {
        const starts = try arena.alloc(u32, count + 1);
        @memset(starts, 0);
        for (pairs) |pair| starts[pair[0] + 1] += 1;
        for (starts[1..], starts[0..count]) |*start, before| start.* += before;
        const items = try arena.alloc(u32, pairs.len);
        var next = starts[0..count];
        for (pairs) |pair| {
            items[next[pair[0]]] = pair[1];
            next[pair[0]] += 1;
        }
        // Each start has moved to the start of the list after.
        std.mem.copyBackwards(u32, starts[1 .. count + 1], starts[0..count]);
        starts[0] = 0;
        return .{ .starts = starts, .items = items };
    }
};

const Reader = struct {
    gpa: Allocator,
    history: *History,
    arena: Allocator,
    commits: std.ArrayList(Commit) = .empty,
    files: std.ArrayList(u32) = .empty,
    paths: std.ArrayList([]const u8) = .empty,
    word_pairs: std.ArrayList([2]u32) = .empty,
    file_pairs: std.ArrayList([2]u32) = .empty,
    total_words: u64 = 0,

    fn deinit(reader: *Reader) void {
        reader.word_pairs.deinit(reader.gpa);
        reader.file_pairs.deinit(reader.gpa);
    }

    fn addCommit(reader: *Reader, record: []const u8) Allocator.Error!void {
        const hash_end = std.mem.indexOfScalar(u8, record, 0x02) orelse return;
        const time_end = std.mem.indexOfScalarPos(u8, record, hash_end + 1, 0x02) orelse return;
        const message_end = std.mem.indexOfScalarPos(u8, record, time_end + 1, 0x03) orelse return;
        const time = std.fmt.parseInt(i64, record[hash_end + 1 .. time_end], 10) catch return;
        const number: u32 = @intCast(reader.commits.items.len);
        const files_start: u32 = @intCast(reader.files.items.len);
        var paths = std.mem.splitScalar(u8, record[message_end + 1 ..], 0);
        while (paths.next()) |raw| try reader.addFile(number, std.mem.trim(u8, raw, "\r\n"));
        const words = try reader.addWords(number, record[time_end + 1 .. message_end]);
        reader.total_words += words;
        try reader.commits.append(reader.arena, .{
            .time = time,
            .words = words,
            .files_start = files_start,
            .files_end = @intCast(reader.files.items.len),
        });
    }

    fn addFile(reader: *Reader, number: u32, path: []const u8) Allocator.Error!void {
        if (path.len == 0) return;
        const entry = try reader.history.path_ids.getOrPut(reader.arena, path);
        if (!entry.found_existing) {
            const kept = try reader.arena.dupe(u8, path);
            entry.key_ptr.* = kept;
            entry.value_ptr.* = @intCast(reader.paths.items.len);
            try reader.paths.append(reader.arena, kept);
        }
        try reader.files.append(reader.arena, entry.value_ptr.*);
        try reader.file_pairs.append(reader.gpa, .{ entry.value_ptr.*, number });
    }

    /// The different words of a message, the lines about people left out.
    fn addWords(reader: *Reader, number: u32, message: []const u8) Allocator.Error!u32 {
        const first = reader.word_pairs.items.len;
        var lines = std.mem.splitScalar(u8, message[0..@min(message.len, max_message_bytes)], '\n');
        while (lines.next()) |line| {
            if (isAboutPeople(line)) continue;
            var words: words_file.Iterator = .init(line);
            while (words.next()) |word| try reader.addWord(number, first, word);
        }
        return @intCast(reader.word_pairs.items.len - first);
    }

    fn addWord(reader: *Reader, number: u32, first: usize, word: []const u8) Allocator.Error!void {
        const entry = try reader.history.word_ids.getOrPut(reader.arena, word);
        if (!entry.found_existing) {
            entry.key_ptr.* = try reader.arena.dupe(u8, word);
            entry.value_ptr.* = reader.history.word_ids.count() - 1;
        }
        const id = entry.value_ptr.*;
        for (reader.word_pairs.items[first..]) |pair| if (pair[0] == id) return;
        try reader.word_pairs.append(reader.gpa, .{ id, number });
    }

    fn finish(reader: *Reader) Allocator.Error!void {
        const history = reader.history;
        history.commits = reader.commits.items;
        history.commit_files = reader.files.items;
        history.paths = reader.paths.items;
        const count: f32 = @floatFromInt(@max(1, history.commits.len));
        history.mean_words = @max(1, @as(f32, @floatFromInt(reader.total_words)) / count);
        history.word_commits = try .init(
            reader.arena,
            history.word_ids.count(),
            reader.word_pairs.items,
        );
        history.file_commits = try .init(reader.arena, history.paths.len, reader.file_pairs.items);
    }
};

fn isAboutPeople(line: []const u8) bool {
    const starts = [_][]const u8{
        "Signed-off-by",
        "Co-authored-by",
        "Reviewed-by",
        "Acked-by",
        "Cc:",
    };
    for (starts) |start| if (std.ascii.startsWithIgnoreCase(line, start)) return true;
    return false;
}

test "a log is read, broken records are left out" {
    const log = "\x01aa\x021700000000\x02Fix the retry\n\nSigned-off-by: Somebody\n\x03\n\x00a.c\x00b.c\x00" ++
        "\x01broken\x02x\x02y\x03" ++ "\x01cc\x021600000000\x02Retries in the parser\x03\x00\nb.c\x00" ++ "\x01\x02";
    const history = try History.create(std.testing.allocator, log);
    defer history.destroy();
    try std.testing.expectEqual(2, history.commits.len);
    try std.testing.expectEqual(2, history.paths.len);
    const retry = history.word_ids.get("retri").?;
    try std.testing.expectEqualSlices(u32, &.{ 0, 1 }, history.word_commits.of(retry));
    try std.testing.expectEqualSlices(
        u32,
        &.{ 0, 1 },
        history.file_commits.of(history.path_ids.get("b.c").?),
    );
    try std.testing.expectEqualSlices(
        u32,
        &.{0},
        history.file_commits.of(history.path_ids.get("a.c").?),
    );
    try std.testing.expect(history.word_ids.get("somebody") == null);
}

test "a commit that says the same is the most alike" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const log = "\x01a\x021\x02parser of dates fails\x03\x00a\x00\x01b\x021\x02parser of numbers\x03\x00b\x00";
    const history = try History.create(std.testing.allocator, log);
    defer history.destroy();
    const question = try question_file.parse(arena.allocator(), "dates fail in the parser");
    const scores = try history.likeness(arena.allocator(), &question);
    try std.testing.expect(scores[0] > 4 * scores[1]);
    try std.testing.expect(scores[1] > 0);
}

test "no log, no harm" {
    for ([_][]const u8{ "", "\x01", "\x01\x01\x02\x02\x03", "no log at all" }) |log| {
        const history = try History.create(std.testing.allocator, log);
        history.destroy();
    }
}
