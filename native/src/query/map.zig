//! The project on one page: the definitions that the rest leans on, file by file, within a budget.
const std = @import("std");
const graph_file = @import("graph.zig");
const passages_file = @import("passages.zig");
const question_file = @import("question.zig");
const segment_file = @import("../index/segment.zig");
const tokens_file = @import("tokens.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;
const Place = view_file.Place;
const View = view_file.View;

/// Files whose definitions compete, the most important ones.
const max_files = 400;
const max_symbols_of_file = 12;
const max_signature_bytes = 160;
const plain_name = 0.3;
/// Nothing can be shown for less.
const least_cost = 12;
/// The line breaks around a path.
const path_overhead = 2;

pub const Input = struct {
    view: *const View,
    io: std.Io,
    arena: Allocator,
    task: *const Task,
    tokens: u32,
    focus: []const Place,
};

pub const Map = struct { text: []const u8, tokens: u32, files: u32, symbols: u32 };

const Entry = struct {
    /// Among the files, the most important first.
    file: u32,
    line: u32,
    name: []const u8,
    score: f32,
    is_inside: bool,

    fn isBetter(_: void, left: Entry, right: Entry) bool {
        if (left.score != right.score) return left.score > right.score;
        return isBefore({}, left, right);
    }

    fn isBefore(_: void, left: Entry, right: Entry) bool {
        if (left.file != right.file) return left.file < right.file;
        return left.line < right.line;
    }
};

const RankedFile = struct {
    place: Place,
    rank: f32,

    fn isBetter(_: void, left: RankedFile, right: RankedFile) bool {
        if (left.rank != right.rank) return left.rank > right.rank;
        if (left.place.segment != right.place.segment) {
            return left.place.segment < right.place.segment;
        }
        return left.place.document < right.place.document;
    }
};

pub fn make(input: Input) graph_file.Error!Map {
    const files = try rankFiles(input);
    var entries: std.ArrayList(Entry) = .empty;
    for (files, 0..) |file, number| {
        try input.task.check();
        try addEntries(input, file, @intCast(number), &entries);
    }
    std.mem.sort(Entry, entries.items, {}, Entry.isBetter);
    var drawer: Drawer = .{ .input = input, .files = files };
    return drawer.draw(entries.items);
}

fn rankFiles(input: Input) graph_file.Error![]const RankedFile {
    const numbering: graph_file.Numbering = try .init(input.arena, input.view);
    const ranks = try graph_file.importance(
        input.arena,
        input.io,
        input.view,
        &numbering,
        input.focus,
        input.task,
    );
    var files: std.ArrayList(RankedFile) = .empty;
    var places = input.view.places();
    while (places.next()) |place| {
        const flags = input.view.segment(place).info(place.document).flags;
        const is_aside = flags.generated or flags.is_doc or flags.is_test;
        if (flags.binary or flags.huge or is_aside) continue;
        const rank = ranks[numbering.of(place)];
        if (rank > 0) try files.append(input.arena, .{ .place = place, .rank = rank });
    }
    std.mem.sort(RankedFile, files.items, {}, RankedFile.isBetter);
    return files.items[0..@min(files.items.len, max_files)];
}

/// The definitions of a file that most others use.
fn addEntries(
    input: Input,
    file: RankedFile,
    number: u32,
    entries: *std.ArrayList(Entry),
) graph_file.Error!void {
    const segment = input.view.segment(file.place);
    var own: std.ArrayList(Entry) = .empty;
    var symbols = segment.symbols(file.place.document);
    var buffer: segment_file.TextBuffer = undefined;
    while (symbols.next()) |symbol| {
        if (symbol.kind == .heading or symbol.start_line == 0) continue;
        const users: f32 = @floatFromInt(segment.namePostings(symbol.name).documents);
        const name = try input.arena.dupe(u8, segment.nameText(symbol.name, &buffer));
        // Who holds a plain word (`init`, `next`) need not mean this one.
        const clarity: f32 = if (question_file.looksLikeName(name)) 1 else plain_name;
        try own.append(input.arena, .{
            .file = number,
            .line = symbol.start_line,
            .name = name,
            .score = @sqrt(file.rank * users) * clarity * worthOf(symbol.kind),
            .is_inside = symbol.container != null,
        });
    }
    std.mem.sort(Entry, own.items, {}, Entry.isBetter);
    try entries.appendSlice(input.arena, own.items[0..@min(own.items.len, max_symbols_of_file)]);
}

/// What says most about a file: its types and functions rather than its values.
fn worthOf(kind: types.Kind) f32 {
    return switch (kind) {
        .class, .interface, .function, .@"enum", .type, .module => 1,
        .method => 0.7,
        .constant, .macro => 0.4,
        .variable, .heading => 0.2,
    };
}

const Drawer = struct {
    input: Input,
    files: []const RankedFile,
    tokens: u32 = 0,
    /// What was read of each file, by its number.
    texts: std.AutoHashMapUnmanaged(u32, ?passages_file.File) = .empty,

    const Line = struct { entry: Entry, text: []const u8 };

    /// Takes the best definitions until the budget is full, and writes them file by file. No file
    /// takes more than half of the page before the others had their turn.
    fn draw(drawer: *Drawer, entries: []const Entry) graph_file.Error!Map {
        const arena = drawer.input.arena;
        const kept = try arena.alloc(bool, entries.len);
        @memset(kept, false);
        const used = try arena.alloc(u32, drawer.files.len);
        @memset(used, 0);
        try drawer.take(entries, kept, used, drawer.input.tokens / 2);
        try drawer.take(entries, kept, used, drawer.input.tokens);
        var chosen: std.ArrayList(Entry) = .empty;
        for (entries, kept) |entry, is_kept| if (is_kept) try chosen.append(arena, entry);
        std.mem.sort(Entry, chosen.items, {}, Entry.isBefore);
        const text = try drawer.write(chosen.items);
        var files: u32 = 0;
        for (used) |tokens| files += @intFromBool(tokens > 0);
        return .{
            .text = text,
            .tokens = tokens_file.estimate(text),
            .files = files,
            .symbols = @intCast(chosen.items.len),
        };
    }

    /// Marks more of the entries as kept, up to `most` tokens of each file.
    fn take(
        drawer: *Drawer,
        entries: []const Entry,
        kept: []bool,
        used: []u32,
        most: u32,
    ) graph_file.Error!void {
        const limit = drawer.input.tokens;
        for (entries, kept) |entry, *is_kept| {
            if (is_kept.*) continue;
            if (drawer.tokens + least_cost > limit) return;
            try drawer.input.task.check();
            const text = try drawer.lineOf(entry) orelse continue;
            var cost = tokens_file.estimate(text) + numberCost(entry.line);
            const of_file = &used[entry.file];
            if (of_file.* == 0) {
                cost += tokens_file.estimate(drawer.pathOf(entry.file)) + path_overhead;
            }
            if (of_file.* + cost > most or drawer.tokens + cost > limit) continue;
            of_file.* += cost;
            drawer.tokens += cost;
            is_kept.* = true;
        }
    }

    fn write(drawer: *Drawer, kept: []const Entry) graph_file.Error![]const u8 {
        const arena = drawer.input.arena;
        var text: std.ArrayList(u8) = .empty;
        var current: ?u32 = null;
        for (kept) |entry| {
            if (current != entry.file) {
                if (current != null) try text.append(arena, '\n');
                try text.print(arena, "{s}\n", .{try onOneLine(arena, drawer.pathOf(entry.file))});
                current = entry.file;
            }
            const indent = if (entry.is_inside) "    " else "  ";
            const signature = try drawer.lineOf(entry) orelse continue;
            try text.print(arena, "{s}{d}: {s}\n", .{ indent, entry.line, signature });
        }
        return text.items;
    }

    /// A name may hold a line break, and a line that begins with it would be another file.
    fn onOneLine(arena: Allocator, path: []const u8) error{OutOfMemory}![]const u8 {
        const shown = try arena.dupe(u8, path);
        for (shown) |*byte| if (std.ascii.isControl(byte.*)) {
            byte.* = '?';
        };
        return shown;
    }

    /// What stands beside a definition: its indentation, its line's number, the line break.
    fn numberCost(line: u32) u32 {
        var buffer: [20]u8 = undefined;
        const shown = std.fmt.bufPrint(&buffer, "    {d}: \n", .{line}) catch return buffer.len;
        return tokens_file.estimate(shown);
    }

    fn pathOf(drawer: *const Drawer, file: u32) []const u8 {
        const place = drawer.files[file].place;
        return drawer.input.view.segment(place).path(place.document);
    }

    /// The first line of a definition, if the file is still what was indexed.
    fn lineOf(drawer: *Drawer, entry: Entry) graph_file.Error!?[]const u8 {
        const arena = drawer.input.arena;
        const cached = try drawer.texts.getOrPut(arena, entry.file);
        if (!cached.found_existing) {
            const place = drawer.files[entry.file].place;
            cached.value_ptr.* = passages_file.File.read(
                drawer.input.view,
                drawer.input.io,
                place,
                arena,
            ) catch |err| switch (err) {
                error.OutOfMemory => return error.OutOfMemory,
                else => null,
            };
        }
        const file = cached.value_ptr.* orelse return null;
        if (entry.line > file.lineCount()) return null;
        const line = std.mem.trim(u8, file.line(entry.line - 1), " \t{");
        if (std.mem.indexOf(u8, line, entry.name) == null) return null;
        return line[0..@min(line.len, max_signature_bytes)];
    }
};
