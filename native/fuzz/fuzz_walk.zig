//! Ignore rules and index files made of random pieces. Rules must say what their patterns say one
//! by one, and a glob what the plainest matcher says; nothing may crash.
//!
//!     fuzz_walk [seconds] [seed]
const std = @import("std");
const glob = @import("everything").@"walk.glob";
const ignore = @import("everything").@"walk.ignore";
const git_index = @import("everything").@"walk.git_index";

const Allocator = std.mem.Allocator;
const Random = std.Random;

const pieces = [_][]const u8{
    "a", "b",  "ab", "/", "/",  "*",  "**",   "**/", "/**", "?", "[ab]", "[!a]", "[a-",  "\\",
    ".", ".o", "!",  "#", "\n", "\n", "\r\n", " ",   "\t",  "-", "]",    "\xff", "\x00", "[[:no:]]",
};

pub fn main(init: std.process.Init) !void {
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    const seconds = if (arguments.len > 1) try std.fmt.parseInt(i64, arguments[1], 10) else 20;
    const seed = if (arguments.len > 2) try std.fmt.parseInt(u64, arguments[2], 10) else random: {
        var seed: u64 = undefined;
        init.io.random(std.mem.asBytes(&seed));
        break :random seed;
    };
    std.debug.print("seed {d}\n", .{seed});
    var prng: Random.DefaultPrng = .init(seed);
    var arena: std.heap.ArenaAllocator = .init(init.gpa);
    defer arena.deinit();
    const started = std.Io.Clock.awake.now(init.io);
    var rounds: usize = 0;
    while (started.durationTo(std.Io.Clock.awake.now(init.io)).toSeconds() < seconds) {
        rounds += 1;
        _ = arena.reset(.retain_capacity);
        try tryRules(arena.allocator(), prng.random());
        try tryGlob(arena.allocator(), prng.random());
        try tryIndex(arena.allocator(), prng.random());
    }
    std.debug.print("{d} rounds\n", .{rounds});
}

fn randomText(arena: Allocator, random: Random, most: usize) ![]const u8 {
    var text: std.ArrayList(u8) = .empty;
    for (0..random.uintAtMost(usize, most)) |_| {
        try text.appendSlice(arena, pieces[random.uintLessThan(usize, pieces.len)]);
    }
    return text.items;
}

/// A path as file systems have them.
fn randomPath(arena: Allocator, random: Random) ![]const u8 {
    const names = [_][]const u8{ "a", "b", "ab", "a.o", "b.o", ".", "-", "ba", "\xff", "a b", "[" };
    var path: std.ArrayList(u8) = .empty;
    for (0..1 + random.uintLessThan(usize, 4)) |at| {
        if (at > 0) try path.append(arena, '/');
        try path.appendSlice(arena, names[random.uintLessThan(usize, names.len)]);
    }
    return path.items;
}

fn tryRules(arena: Allocator, random: Random) !void {
    const text = try randomText(arena, random, 60);
    const options: ignore.Options = .{ .ignores_case = random.boolean() };
    const whole = try ignore.Rules.parse(arena, text, options);
    const path = try randomPath(arena, random);
    const start = if (std.mem.findScalarLast(u8, path, '/')) |at| at + 1 else 0;
    const name: ignore.Name = .init(path, start, random.boolean());
    const said = if (whole) |rules| rules.match(&name) else null;
    var expected: ?ignore.Verdict = null;
    var lines = std.mem.splitScalar(u8, text, '\n');
    while (lines.next()) |line| {
        const rules = try ignore.Rules.parse(arena, line, options) orelse continue;
        if (rules.match(&name)) |verdict| expected = verdict;
    }
    if (said == expected) return;
    std.debug.panic("rules {x} and path {s}: {any}, not {any}", .{ text, path, said, expected });
}

fn tryGlob(arena: Allocator, random: Random) !void {
    const pattern = try randomText(arena, random, 8);
    const compiled = try glob.Glob.compile(arena, pattern, .{
        .is_path = random.boolean(),
        .ignores_case = false,
    }) orelse return;
    const path = try randomPath(arena, random);
    const said = compiled.matches(path);
    if (said == matchesSlowly(compiled, compiled.tokens, path)) return;
    std.debug.panic("pattern {x} and path {s}: {}", .{ pattern, path, said });
}

/// Tries everything that a star can take. For short patterns only.
fn matchesSlowly(whole: glob.Glob, tokens: []const glob.Token, text: []const u8) bool {
    if (tokens.len == 0) return text.len == 0;
    const rest = tokens[1..];
    switch (tokens[0]) {
        .rest => return true,
        .star, .deep => for (0..text.len + 1) |taken| {
            const has_slash = std.mem.findScalar(u8, text[0..taken], '/') != null;
            if (has_slash and tokens[0] == .star) return false;
            if (matchesSlowly(whole, rest, text[taken..])) return true;
        },
        .folders => for (0..text.len + 1) |taken| {
            if (taken > 0 and text[taken - 1] != '/') continue;
            if (matchesSlowly(whole, rest, text[taken..])) return true;
        },
        else => {
            if (text.len == 0) return false;
            const one: glob.Glob = .{ .tokens = tokens[0..1], .classes = whole.classes };
            return one.matches(text[0..1]) and matchesSlowly(whole, rest, text[1..]);
        },
    }
    return false;
}

fn tryIndex(arena: Allocator, random: Random) !void {
    const bytes = try randomIndex(arena, random);
    const part = git_index.parse(arena, bytes) catch |err| switch (err) {
        error.Corrupt => return,
        error.OutOfMemory => return err,
    };
    const other = git_index.parse(arena, try randomIndex(arena, random)) catch null;
    const index = git_index.Index.join(arena, part, other) catch return;
    const path = try randomPath(arena, random);
    for (index.entries) |entry| if (!index.contains(entry.path)) @panic("an entry is not found");
    _ = index.hasBelow(path);
    _ = index.isLink(path);
}

/// An index as git writes it, but for some bytes.
fn randomIndex(arena: Allocator, random: Random) ![]const u8 {
    var out: std.Io.Writer.Allocating = .init(arena);
    const writer = &out.writer;
    const version = 2 + random.uintLessThan(u32, 3);
    const count = random.uintLessThan(u32, 5);
    try writer.writeAll("DIRC");
    try writer.writeInt(u32, version, .big);
    try writer.writeInt(u32, count, .big);
    for (0..count) |_| {
        const path = try randomPath(arena, random);
        const start = out.written().len;
        try writer.splatByteAll(0, 24);
        try writer.writeInt(u32, if (random.boolean()) 0o100644 else 0o160000, .big);
        try writer.splatByteAll(7, 12 + 20);
        try writer.writeInt(u16, @intCast(path.len), .big);
        if (version == 4) try writer.writeByte(0);
        try writer.writeAll(path);
        try writer.writeByte(0);
        if (version < 4) while ((out.written().len - start) % 8 != 0) try writer.writeByte(0);
    }
    if (random.boolean()) {
        try writer.writeAll("link");
        try writer.writeInt(u32, 20 + 2 * 20, .big);
        try writer.splatByteAll(9, 20);
        for (0..2) |_| {
            try writer.writeInt(u32, random.uintLessThan(u32, 130), .big);
            try writer.writeInt(u32, 1, .big);
            try writer.writeInt(u64, random.int(u4), .big);
            try writer.writeInt(u32, 0, .big);
        }
    }
    try writer.splatByteAll(0, 20);
    const bytes = out.written();
    for (0..random.uintLessThan(usize, 4)) |_| {
        bytes[random.uintLessThan(usize, bytes.len)] = random.int(u8);
    }
    const is_cut = random.uintLessThan(u8, 4) == 0;
    return if (is_cut) bytes[0..random.uintLessThan(usize, bytes.len)] else bytes;
}
