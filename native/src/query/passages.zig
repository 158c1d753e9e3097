//! Which lines of a file a question is about: it is cut at its definitions, each piece is scored.
const std = @import("std");
const marks_file = @import("marks.zig");
const matcher_file = @import("matcher.zig");
const question_file = @import("question.zig");
const scan_file = @import("../scan/scan.zig");
const segment_file = @import("../index/segment.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");
const weights = @import("weights.zig");

const Allocator = std.mem.Allocator;
const Marks = marks_file.Marks;
const Matcher = matcher_file.Matcher;
const Question = question_file.Question;

/// A longer definition is cut into its members, or into windows where it has none.
const max_lines = 60;
/// Text outside of definitions is cut into windows of this many lines.
const window_lines = 40;
const max_comment_lines = 30;
/// Of a longer file the rest is not looked at.
const max_bytes = 1 << 20;

/// A definition in a text, its lines from 0.
pub const Definition = struct {
    name: Name,
    /// What it belongs to; empty at the top of a file.
    container: Name = .{ .text = "" },
    kind: types.Kind,
    start_line: u32,
    /// The last line that belongs to it.
    end_line: u32,

    /// Most names of a file are never asked for: those of the index are looked up when they are.
    pub const Name = union(enum) { text: []const u8, id: u32 };
};

pub const Passage = struct {
    /// From 0; a comment right above a definition belongs to it.
    start_line: u32,
    end_line: u32,
    definition: ?u32 = null,
    words: u32 = 0,
    score: f32 = 0,
    terms: u64 = 0,
    names: u32 = 0,
};

/// A text with its lines and definitions.
pub const File = struct {
    text: []const u8,
    /// The first byte of each line, and one past the last byte.
    line_starts: []const u32,
    definitions: []const Definition,
    segment: *const segment_file.Segment,

    /// The text of a definition's name, good as long as `buffer`.
    pub fn textOf(
        file: *const File,
        name: Definition.Name,
        buffer: *segment_file.TextBuffer,
    ) []const u8 {
        return switch (name) {
            .text => |text| text,
            .id => |id| file.segment.nameText(id, buffer),
        };
    }

    /// A definition's name, good as long as the arena.
    pub fn keptNameOf(
        file: *const File,
        arena: Allocator,
        definition: Definition,
    ) Allocator.Error![]const u8 {
        var buffer: segment_file.TextBuffer = undefined;
        return arena.dupe(u8, file.textOf(definition.name, &buffer));
    }

    pub fn lineCount(file: *const File) u32 {
        return @intCast(file.line_starts.len - 1);
    }

    pub fn line(file: *const File, number: u32) []const u8 {
        const start = file.line_starts[number];
        return std.mem.trimEnd(u8, file.text[start..file.line_starts[number + 1]], "\r\n");
    }

    /// The lines from `start` to `end`, without the last line break.
    pub fn lines(file: *const File, start: u32, end: u32) []const u8 {
        const bytes = file.text[file.line_starts[start]..file.line_starts[end + 1]];
        return if (std.mem.endsWith(u8, bytes, "\n")) bytes[0 .. bytes.len - 1] else bytes;
    }

    fn isBlank(file: *const File, number: u32) bool {
        return std.mem.trim(u8, file.line(number), " \t").len == 0;
    }

    /// Reads a file. Definitions are those of the index, unless the text has changed since.
    pub fn read(
        view: *const view_file.View,
        io: std.Io,
        place: view_file.Place,
        arena: Allocator,
    ) view_file.ReadError!File {
        const segment = view.segment(place);
        const read_text = try view.read(io, place, arena);
        const text = read_text.bytes[0..@min(read_text.bytes.len, max_bytes)];
        const starts = try lineStarts(arena, text);
        if (read_text.is_changed) {
            const language = segment.info(place.document).language;
            return .{
                .text = text,
                .line_starts = starts,
                .definitions = try scanned(arena, language, text, starts),
                .segment = segment,
            };
        }
        var definitions: std.ArrayList(Definition) = .empty;
        var symbols = segment.symbols(place.document);
        while (symbols.next()) |symbol| {
            if (symbol.start_line == 0 or symbol.end_line < symbol.start_line) continue;
            if (symbol.end_line >= starts.len) continue;
            try definitions.append(arena, .{
                .name = .{ .id = symbol.name },
                .container = if (symbol.container) |id| .{ .id = id } else .{ .text = "" },
                .kind = symbol.kind,
                .start_line = symbol.start_line - 1,
                .end_line = symbol.end_line - 1,
            });
        }
        return .{
            .text = text,
            .line_starts = starts,
            .definitions = definitions.items,
            .segment = segment,
        };
    }
};

fn lineStarts(arena: Allocator, text: []const u8) Allocator.Error![]const u32 {
    const lanes = 32;
    const breaks = std.mem.countScalar(u8, text, '\n');
    const is_open = text.len == 0 or text[text.len - 1] != '\n';
    const starts = try arena.alloc(u32, 1 + breaks + @intFromBool(is_open));
    starts[0] = 0;
    var line: usize = 1;
    var offset: usize = 0;
    while (text.len - offset >= lanes) : (offset += lanes) {
        const block: @Vector(lanes, u8) = text[offset..][0..lanes].*;
        var left: u32 = @bitCast(block == @as(@Vector(lanes, u8), @splat('\n')));
        while (left != 0) : (left &= left - 1) {
            starts[line] = @intCast(offset + @ctz(left) + 1);
            line += 1;
        }
    }
    for (text[offset..], offset + 1..) |byte, next| {
        if (byte != '\n') continue;
        starts[line] = @intCast(next);
        line += 1;
    }
    if (is_open) starts[line] = @intCast(text.len);
    return starts;
}

fn scanned(
    arena: Allocator,
    language: types.Language,
    text: []const u8,
    starts: []const u32,
) Allocator.Error![]const Definition {
    var found: scan_file.Found = .init(arena);
    try scan_file.scan(language, text, &found);
    const definitions = try arena.alloc(Definition, found.symbols.items.len);
    for (definitions, found.symbols.items) |*definition, symbol| {
        const start = lineOf(starts, symbol.start);
        definition.* = .{
            .name = .{ .text = symbol.name.of(text) },
            .container = .{ .text = symbol.container.of(text) },
            .kind = symbol.kind,
            .start_line = start,
            .end_line = @max(start, lineOf(starts, symbol.end -| 1)),
        };
    }
    return definitions;
}

/// The line that a byte is in.
fn lineOf(starts: []const u32, offset: u32) u32 {
    var from: u32 = 0;
    var to: u32 = @intCast(starts.len - 1);
    while (from + 1 < to) {
        const middle = from + (to - from) / 2;
        if (starts[middle] <= offset) from = middle else to = middle;
    }
    return from;
}

/// The pieces of a file in order; every line that is not blank is in one of them.
pub fn cut(arena: Allocator, file: *const File) Allocator.Error![]Passage {
    var cutter: Cutter = .{ .arena = arena, .file = file };
    for (file.definitions, 0..) |definition, index| {
        if (definition.end_line < cutter.covered) continue;
        try cutter.addDefinition(definition, index);
    }
    try cutter.fill(file.lineCount());
    return cutter.passages.items;
}

const Cutter = struct {
    arena: Allocator,
    file: *const File,
    /// Lines before this one are in a passage.
    covered: u32 = 0,
    passages: std.ArrayList(Passage) = .empty,

    fn addDefinition(cutter: *Cutter, definition: Definition, index: usize) Allocator.Error!void {
        const end = cutter.ownEnd(definition, index);
        const commented = startWithComment(cutter.file, definition.start_line);
        const start = @max(commented, cutter.covered);
        if (end < start) return;
        try cutter.fill(start);
        const last = if (end - start < max_lines) end else cutter.headEnd(
            definition,
            index,
            start,
            end,
        );
        try cutter.passages.append(cutter.arena, .{
            .start_line = start,
            .end_line = last,
            .definition = @intCast(index),
        });
        cutter.covered = last + 1;
        if (last < end and !cutter.hasInner(index, end)) try cutter.fillFor(
            end + 1,
            @intCast(index),
        );
    }

    /// A heading's own part ends where the next heading begins, even one below it.
    fn ownEnd(cutter: *const Cutter, definition: Definition, index: usize) u32 {
        if (definition.kind != .heading or index + 1 >= cutter.file.definitions.len) {
            return definition.end_line;
        }
        const next = cutter.file.definitions[index + 1].start_line;
        return @max(definition.start_line, @min(definition.end_line, next -| 1));
    }

    /// A long definition's first passage: up to its first member, or one window.
    fn headEnd(
        cutter: *const Cutter,
        definition: Definition,
        index: usize,
        start: u32,
        end: u32,
    ) u32 {
        const limit = @min(@max(definition.start_line, start) + window_lines - 1, end);
        for (cutter.file.definitions[index + 1 ..]) |inner| {
            if (inner.start_line > limit) break;
            if (inner.start_line <= definition.start_line) continue;
            const inner_start = startWithComment(cutter.file, inner.start_line);
            return @max(start, inner_start -| 1);
        }
        return limit;
    }

    fn hasInner(cutter: *const Cutter, index: usize, end: u32) bool {
        const definitions = cutter.file.definitions;
        return index + 1 < definitions.len and definitions[index + 1].start_line <= end;
    }

    fn fill(cutter: *Cutter, end: u32) Allocator.Error!void {
        try cutter.fillFor(end, null);
    }

    /// Windows over the lines before `end` that are in no passage yet.
    fn fillFor(cutter: *Cutter, end: u32, definition: ?u32) Allocator.Error!void {
        while (cutter.covered < end) {
            var start = cutter.covered;
            const after = @min(start + window_lines, end);
            cutter.covered = after;
            var last = after;
            while (start < last and cutter.file.isBlank(start)) start += 1;
            while (last > start and cutter.file.isBlank(last - 1)) last -= 1;
            if (start == last) continue;
            try cutter.passages.append(cutter.arena, .{
                .start_line = start,
                .end_line = last - 1,
                .definition = definition,
            });
        }
    }
};

/// Where the comment or decorator lines right above a definition begin.
pub fn startWithComment(file: *const File, start_line: u32) u32 {
    var start = start_line;
    while (start > 0 and start_line - start < max_comment_lines) {
        const above = std.mem.trim(u8, file.line(start - 1), " \t");
        if (!isComment(above)) break;
        start -= 1;
    }
    return start;
}

fn isComment(line: []const u8) bool {
    const marks = [_][]const u8{ "//", "/*", "*", "--", ";;", "@", "\"\"\"", "%%", "#[" };
    for (marks) |mark| if (std.mem.startsWith(u8, line, mark)) return true;
    if (!std.mem.startsWith(u8, line, "#")) return false;
    const directives = [_][]const u8{
        "include",
        "define",
        "if",
        "endif",
        "else",
        "elif",
        "pragma",
        "undef",
    };
    const rest = std.mem.trimStart(u8, line[1..], " \t");
    for (directives) |directive| if (std.mem.startsWith(u8, rest, directive)) return false;
    return true;
}

/// Scores the passages of one file after the other.
pub const Scorer = struct {
    question: *const Question,
    matcher: *Matcher,
    term_weights: []const f32,
    name_weights: []const f32,
    term_counts: [question_file.max_terms]u16 = @splat(0),
    name_counts: [question_file.max_names + 1]u16 = @splat(0),
    /// The pairs that the passage already has; none between passages.
    pairs: [question_file.max_terms]u64 = @splat(0),

    /// Counts the words of the file and scores its passages in place.
    pub fn score(
        scorer: *Scorer,
        arena: Allocator,
        file: *const File,
        passages: []Passage,
    ) Allocator.Error!void {
        const marks: Marks = try .of(arena, file.text, &scorer.matcher.beginnings);
        var start: usize = 0;
        for (passages) |*passage| {
            const end = file.line_starts[passage.end_line + 1];
            passage.words = marks.namesIn(start, end);
            scorer.addWords(&marks, start, end, passage);
            start = @max(start, end);
            if (passage.terms == 0 and passage.names == 0) continue;
            passage.score += scorer.scoreText(passage) + scorer.scoreSymbol(file, passage);
        }
    }

    /// Finds the words and names of the question between two bytes.
    fn addWords(
        scorer: *Scorer,
        marks: *const Marks,
        start: usize,
        end: usize,
        passage: *Passage,
    ) void {
        // The terms of the last run that had some, and where the names begin that follow it.
        var last: u64 = 0;
        var after_last: usize = start;
        var from = start;
        while (marks.nextHit(from, end)) |hit| {
            const run = marks.runAt(hit);
            from = run.end;
            if (!run.is_name) continue;
            const match = scorer.matcher.of(marks.text[run.start..run.end]);
            if (match.terms != 0) {
                const is_near = last != 0 and
                    marks.namesIn(after_last, run.end) <= question_file.max_distance;
                const near = if (is_near) last else 0;
                scorer.addPairs(passage, near | match.terms, match.terms);
                last = match.terms;
                after_last = run.end;
            }
            passage.terms |= match.terms;
            var terms = match.terms;
            while (terms != 0) : (terms &= terms - 1) scorer.term_counts[@ctz(terms)] +|= 1;
            if (match.name == 0) continue;
            passage.names |= @as(u32, 1) << @intCast(match.name - 1);
            scorer.name_counts[match.name] +|= 1;
        }
        if (last != 0) scorer.pairs = @splat(0);
    }

    /// Words that follow each other in the question and here, each pair once.
    fn addPairs(scorer: *Scorer, passage: *Passage, firsts: u64, seconds: u64) void {
        var left = firsts;
        while (left != 0) : (left &= left - 1) {
            const first = @ctz(left);
            var pairs = scorer.question.followers[first] & seconds & ~scorer.pairs[first];
            scorer.pairs[first] |= pairs;
            while (pairs != 0) : (pairs &= pairs - 1) {
                const rarer = @min(scorer.term_weights[first], scorer.term_weights[@ctz(pairs)]);
                passage.score += weights.pair * rarer;
            }
        }
    }

    fn scoreText(scorer: *Scorer, passage: *const Passage) f32 {
        const length = 1 - weights.passage_length_share + weights.passage_length_share *
            @as(f32, @floatFromInt(passage.words)) / weights.mean_passage_words;
        var sum: f32 = 0;
        var terms = passage.terms;
        while (terms != 0) : (terms &= terms - 1) {
            const index = @ctz(terms);
            sum += scorer.term_weights[index] * saturated(scorer.term_counts[index], length);
            scorer.term_counts[index] = 0;
        }
        var names = passage.names;
        while (names != 0) : (names &= names - 1) {
            const index = @ctz(names);
            sum += scorer.name_weights[index] * saturated(scorer.name_counts[index + 1], length);
            scorer.name_counts[index + 1] = 0;
        }
        return sum;
    }

    fn saturated(count: u16, length: f32) f32 {
        const exact: f32 = @floatFromInt(count);
        const k = weights.passage_saturation;
        return exact * (k + 1) / (exact + k * length);
    }

    /// What the definition's own name is worth. `retry` says more about a question for retries than
    /// `parseHttpRetryAfterHeader` does.
    fn scoreSymbol(scorer: *Scorer, file: *const File, passage: *const Passage) f32 {
        const definition = file.definitions[passage.definition orelse return 0];
        if (definition.start_line < passage.start_line) return 0;
        var buffer: segment_file.TextBuffer = undefined;
        const name = file.textOf(definition.name, &buffer);
        const match = scorer.matcher.of(name);
        const sum = scorer.weigh(match.terms);
        const parts = @max(1, partsOf(name));
        const matched: f32 = @floatFromInt(@popCount(match.terms));
        const share = 0.5 + 0.5 * @min(1, matched / @as(f32, @floatFromInt(parts)));
        const whole = if (match.name == 0)
            0
        else
            weights.symbol_name * scorer.name_weights[match.name - 1];
        const is_one_line = definition.start_line == definition.end_line and
            definition.kind != .heading;
        const worth: f32 = if (is_one_line) weights.one_line_share else 1;
        const word_worth: f32 = if (scorer.question.is_one_line)
            weights.symbol_word_of_line
        else
            weights.symbol_word_of_issue;
        const container = scorer.matcher.of(file.textOf(definition.container, &buffer));
        const outer = scorer.weigh(container.terms & ~match.terms);
        return worth * (word_worth * sum * share + whole) + weights.container_word * outer;
    }

    fn weigh(scorer: *const Scorer, terms: u64) f32 {
        var sum: f32 = 0;
        var left = terms;
        while (left != 0) : (left &= left - 1) sum += scorer.term_weights[@ctz(left)];
        return sum;
    }
};

fn partsOf(name: []const u8) u32 {
    var count: u32 = 0;
    var words: @import("../index/words.zig").Iterator = .init(name);
    while (words.next() != null) count += 1;
    return count;
}

fn testFile(arena: Allocator, language: types.Language, text: []const u8) !File {
    const starts = try lineStarts(arena, text);
    return .{
        .text = text,
        .line_starts = starts,
        .definitions = try scanned(arena, language, text, starts),
        .segment = undefined, // no name is an id
    };
}

test "a file is cut at its definitions with the comments above them" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const text =
        \\import { a } from './a.ts';
        \\
        \\/** Waits. */
        \\export function wait(): void {
        \\  a();
        \\}
        \\
        \\const rest = 1;
        \\run(rest);
        \\
    ;
    const file = try testFile(arena.allocator(), .typescript, text);
    const passages = try cut(arena.allocator(), &file);
    try std.testing.expectEqual(0, passages[0].start_line);
    try std.testing.expectEqual(0, passages[0].end_line);
    try std.testing.expectEqual(2, passages[1].start_line);
    try std.testing.expectEqual(5, passages[1].end_line);
    try std.testing.expectEqualStrings("wait", file.definitions[passages[1].definition.?].name.text);
    try std.testing.expectEqual(8, passages[passages.len - 1].end_line);
}

test "a method is found by the words of its class" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const text =
        \\class Cache {
        \\  close() {
        \\    this.a();
        \\  }
        \\}
        \\class Socket {
        \\  close() {
        \\    this.a();
        \\  }
        \\}
    ;
    const file = try testFile(arena.allocator(), .typescript, text);
    const question = try question_file.parse(arena.allocator(), "close of a socket");
    var matcher: Matcher = try .init(arena.allocator(), &question);
    var scorer: Scorer = .{
        .question = &question,
        .matcher = &matcher,
        .term_weights = &.{ 1, 1 },
        .name_weights = &.{},
    };
    const inner: Passage = .{ .start_line = 1, .end_line = 3, .definition = 1 };
    const wanted: Passage = .{ .start_line = 6, .end_line = 8, .definition = 3 };
    try std.testing.expectEqualStrings("Socket", file.definitions[3].container.text);
    const difference = scorer.scoreSymbol(&file, &wanted) - scorer.scoreSymbol(&file, &inner);
    try std.testing.expectEqual(weights.container_word, difference);
}

test "every line that is not blank is in exactly one passage" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    var text: std.ArrayList(u8) = .empty;
    try text.appendSlice(arena.allocator(), "class Long {\n");
    for (0..50) |index| try text.print(
        arena.allocator(),
        "  // m\n  m{d}() {{\n    x();\n  }}\n\n",
        .{index},
    );
    try text.appendSlice(arena.allocator(), "}\n");
    for (0..200) |_| try text.appendSlice(arena.allocator(), "call();\n");
    const file = try testFile(arena.allocator(), .typescript, text.items);
    const passages = try cut(arena.allocator(), &file);
    const covered = try arena.allocator().alloc(u8, file.lineCount());
    @memset(covered, 0);
    for (passages) |passage| {
        try std.testing.expect(
            passage.end_line - passage.start_line < max_lines + max_comment_lines,
        );
        for (passage.start_line..passage.end_line + 1) |number| covered[number] += 1;
    }
    for (covered, 0..) |count, number| {
        if (!file.isBlank(@intCast(number))) try std.testing.expectEqual(1, count);
    }
}

test "empty, endless and binary texts" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    for ([_][]const u8{ "", "\n", "\n\n\n", "x", "\x00\xff\r\n\r", "a" ** 5000 }) |text| {
        const file = try testFile(arena.allocator(), .typescript, text);
        _ = try cut(arena.allocator(), &file);
    }
}
