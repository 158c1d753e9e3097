//! What a model should see for a question, a cursor or a change, within a budget of tokens.
//!
//! Three sources: the definition at the cursor and those a change touches; the definitions of the
//! names used there; and a search for the question, where files that are open, were edited, are
//! imported or usually change together get a head start.
const std = @import("std");
const editor_file = @import("editor.zig");
const graph_file = @import("graph.zig");
const history_file = @import("history.zig");
const imports_file = @import("../text/imports.zig");
const passages_file = @import("passages.zig");
const question_file = @import("question.zig");
const rank_file = @import("rank.zig");
const search_file = @import("search.zig");
const tokenize = @import("../index/tokenize.zig");
const tokens_file = @import("tokens.zig");
const view_file = @import("../store/view.zig");
const weights = @import("weights.zig");
const Task = @import("../store/task.zig").Task;
const TextBuffer = @import("../index/segment.zig").TextBuffer;

const Allocator = std.mem.Allocator;
const Boost = rank_file.Boost;
const Definer = graph_file.Definer;
const File = passages_file.File;
const Hit = search_file.Hit;
const Place = view_file.Place;
const View = view_file.View;

/// Lines on each side of the cursor whose names are followed.
const near_lines = 15;
/// Names that are followed, and as many of them are asked for where there is no question.
const max_names = 48;
const max_asked_names = 16;
const max_definers = 12;
const max_definition_lines = 60;
const max_search_hits = 40;

pub const Change = struct { path: []const u8, startLine: u32, endLine: u32 };

pub const Input = struct {
    view: *const View,
    io: std.Io,
    arena: Allocator,
    task: *const Task,
    text: []const u8,
    editor: editor_file.Editor,
    changes: []const Change,
    history: ?*const history_file.History,
    tokens: u32,
    limit: usize,
    /// How many threads may read files.
    threads: u32 = 1,
};

pub const Item = struct { hit: Hit, tokens: u32 };
pub const Error = search_file.Error;

pub fn collect(input: Input) Error![]const Item {
    var collector: Collector = .{ .input = input };
    if (input.editor.cursor) |cursor| {
        try collector.lookAt(cursor.path, cursor.line, cursor.line, .cursor);
    }
    for (input.changes) |change| {
        try input.task.check();
        try collector.lookAt(change.path, change.startLine, change.endLine, .changed);
    }
    try collector.followNames();
    try collector.search();
    return collector.fill();
}

/// A name that stands at the cursor or in a change.
const UsedName = struct {
    text: []const u8,
    place: Place,
    /// It is defined somewhere, or looks like it: no keyword and no word of a comment.
    is_telling: bool,
};

const Collector = struct {
    input: Input,
    hits: std.ArrayList(Hit) = .empty,
    names: std.StringArrayHashMapUnmanaged(UsedName) = .empty,
    /// Names that the change defines anew: their users matter.
    changed_names: std.ArrayList([]const u8) = .empty,
    boosts: std.ArrayList(Boost) = .empty,

    /// The definition around some lines, and the names used there.
    fn lookAt(
        collector: *Collector,
        path: []const u8,
        start_line: u32,
        end_line: u32,
        reason: rank_file.Reason,
    ) Error!void {
        const input = collector.input;
        const place = input.view.find(path) orelse return;
        const file = try readFile(input, place) orelse return;
        if (start_line == 0 or file.lineCount() == 0) return;
        const first = @min(start_line - 1, file.lineCount() - 1);
        const last = @min(@max(end_line, start_line) - 1, file.lineCount() - 1);
        if (innermost(&file, first, last)) |definition| {
            const score: f32 = if (reason == .changed) weights.being_changed else weights.at_hand;
            try collector.addDefinition(place, &file, definition, score, reason);
            if (reason == .changed) try collector.changed_names.append(
                input.arena,
                try file.keptNameOf(input.arena, definition),
            );
        }
        const margin: u32 = if (reason == .cursor) near_lines else 0;
        const from = first -| margin;
        const to = @min(last +| margin, file.lineCount() - 1);
        try collector.addNames(place, file.lines(from, to));
        try collector.addImports(place);
    }

    fn addNames(
        collector: *Collector,
        place: Place,
        text: []const u8,
    ) Error!void {
        var at: usize = 0;
        while (at < text.len and collector.names.count() < max_names) {
            if (!tokenize.isRunByte(text[at])) {
                at += 1;
                continue;
            }
            const start = at;
            while (at < text.len and tokenize.isRunByte(text[at])) at += 1;
            const name = text[start..at];
            if (name.len < 3 or std.ascii.isDigit(name[0])) continue;
            const entry = try collector.names.getOrPut(collector.input.arena, name);
            if (!entry.found_existing) {
                const is_telling = question_file.looksLikeName(name);
                entry.value_ptr.* = .{ .text = name, .place = place, .is_telling = is_telling };
            }
        }
    }

    /// Files that a file imports are near it.
    fn addImports(collector: *Collector, place: Place) Error!void {
        const input = collector.input;
        const segment = input.view.segment(place);
        var texts = segment.imports(place.document);
        const first = texts.next() orelse return;
        const all = try imports_file.Imports.of(input.view, input.io);
        const language = segment.info(place.document).language;
        var found: std.ArrayList(Place) = .empty;
        var text: ?[]const u8 = first;
        while (text) |known| : (text = texts.next()) {
            try all.resolve(input.arena, place, language, known, &found);
        }
        for (found.items) |imported| try collector.boosts.append(input.arena, .{
            .place = imported,
            .share = weights.imported_file,
            .reason = .imports,
        });
    }

    /// Shows the definitions of the names used at hand, those of rare names first.
    fn followNames(collector: *Collector) Error!void {
        const input = collector.input;
        var leads: std.ArrayList(Lead) = .empty;
        for (collector.names.values()) |*used| {
            try input.task.check();
            var definers: std.ArrayList(Definer) = .empty;
            try graph_file.addDefiners(input.arena, input.view, used.text, &definers);
            if (definers.items.len > 0) used.is_telling = true;
            for (definers.items) |definer| {
                if (definer.place.eql(used.place)) continue;
                try leads.append(input.arena, .{ .used = used.*, .definer = definer });
            }
        }
        if (leads.items.len == 0) return;
        std.mem.sort(Lead, leads.items, {}, Lead.isBetter);
        const top = leads.items[0].definer.weight;
        const is_asked = input.text.len > 0;
        const share: f32 = if (is_asked) weights.followed_beside_question else weights.followed;
        for (leads.items[0..@min(leads.items.len, max_definers)]) |lead| {
            const file = try readFile(input, lead.definer.place) orelse continue;
            const definition = definitionOf(&file, lead.used.text) orelse continue;
            const score = share * lead.definer.weight / top;
            try collector.addDefinition(lead.definer.place, &file, definition, score, .used);
        }
    }

    const Lead = struct {
        used: UsedName,
        definer: Definer,

        fn isBetter(_: void, left: Lead, right: Lead) bool {
            return left.definer.weight > right.definer.weight;
        }
    };

    fn addDefinition(
        collector: *Collector,
        place: Place,
        file: *const File,
        definition: passages_file.Definition,
        score: f32,
        reason: rank_file.Reason,
    ) Error!void {
        const input = collector.input;
        const start = passages_file.startWithComment(file, definition.start_line);
        const end = @min(definition.end_line, start + max_definition_lines - 1);
        const name = try file.keptNameOf(input.arena, definition);
        const reason_text = try std.fmt.allocPrint(input.arena, "defines {s}; {s}", .{
            name,
            search_file.boostText(reason),
        });
        try collector.hits.append(input.arena, .{
            .place = place,
            .path = input.view.segment(place).path(place.document),
            .start_line = start + 1,
            .end_line = end + 1,
            .symbol = name,
            .kind = definition.kind,
            .score = score,
            .reason = reason_text,
            .text = file.lines(start, end),
        });
    }

    /// Searches for the question, or for the names at hand where there is none.
    fn search(collector: *Collector) Error!void {
        const input = collector.input;
        const text = try collector.question();
        if (text.len == 0) return;
        try input.editor.addBoosts(input.arena, input.view, &collector.boosts);
        if (input.history) |history| {
            try history.addCompanions(
                input.arena,
                input.view,
                try collector.pathsAtHand(),
                weights.changes_together,
                &collector.boosts,
            );
        }
        const hits = try search_file.search(.{
            .view = input.view,
            .io = input.io,
            .arena = input.arena,
            .task = input.task,
            .text = text,
            .boosts = collector.boosts.items,
            .history = input.history,
            .limit = max_search_hits,
            .threads = input.threads,
        });
        const share: f32 = if (input.text.len > 0) 1 else weights.unasked;
        for (hits) |hit| {
            var scaled = hit;
            scaled.score = share * hit.score / hits[0].score;
            try collector.hits.append(input.arena, scaled);
        }
    }

    fn question(collector: *Collector) Error![]const u8 {
        const input = collector.input;
        var text: std.ArrayList(u8) = .empty;
        try text.appendSlice(input.arena, input.text);
        if (input.text.len > 0) try text.append(input.arena, '\n');
        for (collector.changed_names.items) |name| try text.print(input.arena, "{s} ", .{name});
        if (input.text.len > 0) return text.items;
        var left: u32 = max_asked_names;
        for (collector.names.values()) |used| {
            if (!used.is_telling or left == 0) continue;
            try text.print(input.arena, "{s} ", .{used.text});
            left -= 1;
        }
        return text.items;
    }

    fn pathsAtHand(collector: *Collector) Error![]const []const u8 {
        const input = collector.input;
        var paths: std.ArrayList([]const u8) = .empty;
        if (input.editor.cursor) |cursor| try paths.append(input.arena, cursor.path);
        for (input.changes) |change| {
            for (paths.items) |known| {
                if (std.mem.eql(u8, known, change.path)) break;
            } else try paths.append(input.arena, change.path);
        }
        return paths.items;
    }

    /// The best that fit; what overlaps something better is left out.
    fn fill(collector: *Collector) Error![]const Item {
        const input = collector.input;
        std.mem.sort(Hit, collector.hits.items, {}, isBetterHit);
        var items: std.ArrayList(Item) = .empty;
        var left = input.tokens;
        for (collector.hits.items) |hit| {
            if (items.items.len >= input.limit) break;
            if (overlaps(items.items, hit)) continue;
            const tokens = tokens_file.estimate(hit.text);
            if (tokens == 0 or tokens > left) continue;
            left -= tokens;
            try items.append(input.arena, .{ .hit = hit, .tokens = tokens });
        }
        return items.items;
    }

    fn isBetterHit(_: void, left: Hit, right: Hit) bool {
        if (left.score != right.score) return left.score > right.score;
        const order = std.mem.order(u8, left.path, right.path);
        if (order != .eq) return order == .lt;
        return left.start_line < right.start_line;
    }
};

fn overlaps(items: []const Item, hit: Hit) bool {
    for (items) |item| {
        if (!item.hit.place.eql(hit.place)) continue;
        const is_apart = item.hit.end_line < hit.start_line or hit.end_line < item.hit.start_line;
        if (!is_apart) return true;
    }
    return false;
}

fn readFile(input: Input, place: Place) Error!?File {
    return File.read(input.view, input.io, place, input.arena) catch |err| switch (err) {
        error.OutOfMemory => return error.OutOfMemory,
        else => null,
    };
}

/// The smallest definition around these lines; among equal ones the later is the inner.
fn innermost(file: *const File, first: u32, last: u32) ?passages_file.Definition {
    var best: ?passages_file.Definition = null;
    for (file.definitions) |definition| {
        if (definition.start_line > last or definition.end_line < first) continue;
        const lines = definition.end_line - definition.start_line;
        if (best) |known| if (lines > known.end_line - known.start_line) continue;
        best = definition;
    }
    return best;
}

/// The longest one of that name: a declaration says less than the definition.
fn definitionOf(file: *const File, name: []const u8) ?passages_file.Definition {
    var best: ?passages_file.Definition = null;
    var buffer: TextBuffer = undefined;
    for (file.definitions) |definition| {
        if (!std.mem.eql(u8, file.textOf(definition.name, &buffer), name)) continue;
        const lines = definition.end_line - definition.start_line;
        if (best) |known| if (lines <= known.end_line - known.start_line) continue;
        best = definition;
    }
    return best;
}
