//! Segments of random documents: what was added is found, and an image with changed bytes never
//! makes the reader, the check or a merge crash.
//!
//!     fuzz_segment [seconds] [seed]
const std = @import("std");
const everything = @import("everything");
const builder_file = everything.@"index.builder";
const segment_file = everything.@"index.segment";
const tokenize = everything.@"index.tokenize";
const types = everything.@"base.types";
const verify = everything.@"index.verify";

const Allocator = std.mem.Allocator;
const Random = std.Random;
const Segment = segment_file.Segment;

const pieces = [_][]const u8{
    "frob", "Frob_count", "maxRetryCount", "0xff",   "12",   " ",       "\n",             "\n",
    "{",    "}",          "(",             ")",      ";",    "// ",     "/*",             "*/",
    "\"",   "'",
    "索引",
    "größe",
    "\xff", "\x00",       "function ",     "class ", "def ", "import ", "#include \"a\"", "struct ",
    "int ", "x" ** 70,    "x" ** 200,
    "é",
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
        try tryImage(init.gpa, arena.allocator(), prng.random());
    }
    std.debug.print("{d} rounds\n", .{rounds});
}

fn tryImage(gpa: Allocator, arena: Allocator, random: Random) !void {
    var builder: builder_file.Builder = .init(gpa, random.int(u64));
    defer builder.deinit();
    const count = random.uintLessThan(usize, 40);
    const texts = try arena.alloc([]const u8, count);
    for (texts, 0..) |*text, index| {
        text.* = try randomText(arena, random);
        _ = try builder.add(.{
            .path = try std.fmt.allocPrint(arena, "a/b{d}.c", .{index}),
            .info = .{ .language = random.enumValue(types.Language), .size = text.len },
            .text = text.*,
        });
    }
    const image = try builder.finish(gpa);
    defer gpa.free(image);
    const segment: Segment = try .open(image);
    try verify.verify(&segment);
    for (texts, 0..) |text, document| try findAll(&segment, @intCast(document), text);
    for (0..10) |round| {
        const damaged = try gpa.dupe(u8, image);
        defer gpa.free(damaged);
        verify.damage(random, damaged, round % 3 == 0);
        const broken = Segment.open(damaged) catch continue;
        try verify.exercise(gpa, &broken);
    }
}

fn randomText(arena: Allocator, random: Random) ![]const u8 {
    var text: std.ArrayList(u8) = .empty;
    for (0..random.uintAtMost(usize, 200)) |_| {
        try text.appendSlice(arena, pieces[random.uintLessThan(usize, pieces.len)]);
    }
    return text.items;
}

/// Every name of a text leads to its document.
fn findAll(segment: *const Segment, document: u32, text: []const u8) !void {
    var start: usize = 0;
    for (0..text.len + 1) |index| {
        if (index < text.len and tokenize.isRunByte(text[index])) continue;
        const run = text[start..index];
        start = index + 1;
        if (run.len == 0 or tokenize.isPlainNumber(run)) continue;
        if (run.len > segment_file.max_name_bytes) {
            if (!segment.info(document).flags.has_unlisted_text) return error.LongRunNotTold;
            continue;
        }
        const name = segment.findName(run) orelse return error.NameNotFound;
        var postings = segment.namePostings(name);
        while (postings.next()) |posting| {
            if (posting.document == document) break;
        } else return error.DocumentNotFound;
    }
}
