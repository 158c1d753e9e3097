//! Throws damaged and hostile texts at the scanners of all languages, and fails where one of them
//! breaks the order of its results or costs more than in proportion to a text's length.
//!
//!     fuzz_scan [seconds] [seed]
const std = @import("std");
const everything = @import("everything");

const helpers = everything.@"scan.testing";
const samples = everything.@"scan.samples";
const scan = everything.@"scan.scan";
const Language = everything.@"base.types".Language;

const small_bytes = 1 << 15;
const growth = 8;
/// A linear scan takes `growth` times as long for a text that is so much longer; a quadratic one
/// `growth` times that.
const most_growth = growth * growth / 2;
/// Looking ahead by a bounded number of bytes is allowed, so that a byte may cost this much; looking
/// at everything again for each piece costs thousands.
const least_nanoseconds = 100 * small_bytes * growth;
/// Damaged texts between two hostile ones, which take longer.
const damaged_a_round = 100;

pub fn main(init: std.process.Init) !void {
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    const seconds = if (arguments.len > 1) try std.fmt.parseInt(i64, arguments[1], 10) else 20;
    const seed = if (arguments.len > 2) try std.fmt.parseInt(u64, arguments[2], 10) else random: {
        var seed: u64 = undefined;
        init.io.random(std.mem.asBytes(&seed));
        break :random seed;
    };
    std.debug.print("seed {d}\n", .{seed});
    var random: std.Random.DefaultPrng = .init(seed);
    const text = try init.gpa.alloc(u8, small_bytes * growth);
    defer init.gpa.free(text);
    var buffer: [4096]u8 = undefined;
    const clock: std.Io.Clock = .awake;
    const start = clock.now(init.io);
    var rounds: usize = 0;
    while (start.durationTo(clock.now(init.io)).toSeconds() < seconds) : (rounds += 1) {
        const language = random.random().enumValue(Language);
        for (0..damaged_a_round) |_| {
            const damaged = helpers.damage(random.random(), &buffer, samples.of(language));
            try scanSoundly(init.gpa, language, damaged);
        }
        try expectLinear(init, language, random.random(), text);
    }
    std.debug.print("{d} damaged and {d} hostile texts\n", .{ rounds * damaged_a_round, rounds });
}

fn scanSoundly(gpa: std.mem.Allocator, language: Language, text: []const u8) !void {
    var found: scan.Found = .init(gpa);
    defer found.deinit();
    try scan.scan(language, text, &found);
    helpers.expectSound(text, &found) catch |err| {
        std.debug.print("{t}: \"{f}\"\n", .{ language, std.ascii.hexEscape(text, .lower) });
        return err;
    };
}

/// One to three hostile pieces, over and over.
fn expectLinear(
    init: std.process.Init,
    language: Language,
    random: std.Random,
    text: []u8,
) !void {
    var unit: [64]u8 = undefined;
    var length: usize = 0;
    for (0..random.intRangeAtMost(usize, 1, 3)) |_| {
        const pieces = helpers.hostile_pieces;
        const piece = pieces[random.uintLessThan(usize, pieces.len)];
        @memcpy(unit[length..][0..piece.len], piece);
        length += piece.len;
    }
    for (text, 0..) |*byte, i| byte.* = unit[i % length];
    var found: scan.Found = .init(init.gpa);
    defer found.deinit();
    const short = try measure(init.io, language, text[0..small_bytes], &found);
    const long = try measure(init.io, language, text, &found);
    if (long < least_nanoseconds or long < most_growth * short) return;
    std.debug.print("{t}: \"{f}\" takes {d} us, and {d} us when {d} times as long\n", .{
        language,
        std.ascii.hexEscape(unit[0..length], .lower),
        @divTrunc(short, std.time.ns_per_us),
        @divTrunc(long, std.time.ns_per_us),
        growth,
    });
    return error.NotLinear;
}

fn measure(io: std.Io, language: Language, text: []const u8, found: *scan.Found) !i96 {
    const clock: std.Io.Clock = .cpu_thread;
    found.clear();
    const before = clock.now(io);
    try scan.scan(language, text, found);
    return before.durationTo(clock.now(io)).nanoseconds;
}
