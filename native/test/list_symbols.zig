//! Prints what the scanners find, as lines of JSON, or how fast they find it. Reads lines of
//! "language<TAB>path" from standard input, so that the caller decides which file is what:
//!   list_symbols < files > symbols.jsonl
//!   list_symbols --speed < files
const std = @import("std");
const everything = @import("everything");

const scan = everything.@"scan.scan";
const types = everything.@"base.types";
const Io = std.Io;

const File = struct { language: types.Language, path: []const u8, text: []const u8 };

const max_file_bytes = 32 << 20;
/// How often a text is scanned for a figure: the best time counts.
const speed_runs = 5;

pub fn main(init: std.process.Init) !void {
    const arena = init.arena.allocator();
    const arguments = try init.minimal.args.toSlice(arena);
    const is_speed = arguments.len > 1 and std.mem.eql(u8, arguments[1], "--speed");

    var buffer: [1 << 16]u8 = undefined;
    var output = Io.File.stdout().writerStreaming(init.io, &buffer);
    const files = try readFiles(init.io, arena);
    if (is_speed) {
        try printSpeed(init.io, init.gpa, files, &output.interface);
    } else {
        try printSymbols(init.gpa, files, &output.interface);
    }
    try output.interface.flush();
}

fn readFiles(io: Io, arena: std.mem.Allocator) ![]const File {
    var buffer: [1 << 16]u8 = undefined;
    var input = Io.File.stdin().readerStreaming(io, &buffer);
    const list = try input.interface.allocRemaining(arena, .unlimited);
    var files: std.ArrayList(File) = .empty;
    var lines = std.mem.tokenizeScalar(u8, list, '\n');
    while (lines.next()) |line| {
        const tab = std.mem.indexOfScalar(u8, line, '\t') orelse return error.NoLanguage;
        const language = std.meta.stringToEnum(types.Language, line[0..tab]) orelse
            return error.UnknownLanguage;
        const path = line[tab + 1 ..];
        const text = Io.Dir.cwd().readFileAlloc(io, path, arena, .limited(max_file_bytes)) catch
            continue;
        try files.append(arena, .{ .language = language, .path = path, .text = text });
    }
    return files.items;
}

const Row = struct {
    path: []const u8,
    name: []const u8,
    kind: []const u8,
    container: []const u8,
    /// The line of the name; lines count from 1.
    line: usize,
    startLine: usize,
    endLine: usize,
};

fn printSymbols(gpa: std.mem.Allocator, files: []const File, out: *Io.Writer) !void {
    var found: scan.Found = .init(gpa);
    defer found.deinit();
    var starts: std.ArrayList(u32) = .empty;
    defer starts.deinit(gpa);
    for (files) |file| {
        found.clear();
        try scan.scan(file.language, file.text, &found);
        starts.clearRetainingCapacity();
        try starts.append(gpa, 0);
        for (file.text, 1..) |byte, next| if (byte == '\n') try starts.append(gpa, @intCast(next));
        for (found.symbols.items) |symbol| {
            try std.json.Stringify.value(Row{
                .path = file.path,
                .name = symbol.name.of(file.text),
                .kind = @tagName(symbol.kind),
                .container = symbol.container.of(file.text),
                .line = lineOf(starts.items, symbol.name.start),
                .startLine = lineOf(starts.items, symbol.start),
                .endLine = lineOf(starts.items, symbol.end -| 1),
            }, .{}, out);
            try out.writeByte('\n');
        }
    }
}

fn lineOf(starts: []const u32, at: u32) usize {
    return std.sort.upperBound(u32, starts, at, order);
}

fn order(at: u32, start: u32) std.math.Order {
    return std.math.order(at, start);
}

fn printSpeed(io: Io, gpa: std.mem.Allocator, files: []const File, out: *Io.Writer) !void {
    var found: scan.Found = .init(gpa);
    defer found.deinit();
    for (std.enums.values(types.Language)) |language| {
        var bytes: usize = 0;
        for (files) |file| if (file.language == language) {
            bytes += file.text.len;
        };
        if (bytes == 0) continue;
        var best: i64 = std.math.maxInt(i64);
        var symbols: usize = 0;
        for (0..speed_runs) |_| {
            symbols = 0;
            const before = Io.Clock.cpu_thread.now(io);
            for (files) |file| {
                if (file.language != language) continue;
                found.clear();
                try scan.scan(language, file.text, &found);
                symbols += found.symbols.items.len;
            }
            best = @min(best, before.durationTo(Io.Clock.cpu_thread.now(io)).toMicroseconds());
        }
        try std.json.Stringify.value(.{
            .language = @tagName(language),
            .bytes = bytes,
            .symbols = symbols,
            .megabytesPerSecond = @divTrunc(@as(i64, @intCast(bytes)), @max(best, 1)),
        }, .{}, out);
        try out.writeByte('\n');
    }
}
