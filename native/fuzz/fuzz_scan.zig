//! Throws damaged and hostile texts at the scanners of all languages, and looks whether any of them
//! costs more than its length: `zig build fuzz -- [rounds] [seed]`.
const std = @import("std");
const everything = @import("everything");

const helpers = everything.@"scan.testing";
const samples = everything.@"scan.samples";
const scan = everything.@"scan.scan";
const Language = everything.@"base.types".Language;

const default_rounds = 2000;
const small_bytes = 1 << 15;
const growth = 8;
/// A linear scan takes `growth` times as long for a text that is so much longer; a quadratic one
/// `growth` times that.
const most_growth = growth * growth / 2;
/// Below this a figure says nothing.
const least_nanoseconds = 2 * std.time.ns_per_ms;

pub fn main(init: std.process.Init) !void {
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    const rounds = if (arguments.len > 1)
        try std.fmt.parseInt(usize, arguments[1], 10)
    else
        default_rounds;
    const seed = if (arguments.len > 2) try std.fmt.parseInt(u64, arguments[2], 10) else 1;
    var random: std.Random.DefaultPrng = .init(seed);
    var buffer: [4096]u8 = undefined;
    for (std.enums.values(Language)) |language| {
        for (0..rounds) |_| {
            const text = helpers.damage(random.random(), &buffer, samples.of(language));
            try scanSoundly(init.gpa, language, text);
        }
    }
    try expectLinear(init);
}

fn scanSoundly(gpa: std.mem.Allocator, language: Language, text: []const u8) !void {
    var found: scan.Found = .init(gpa);
    defer found.deinit();
    try scan.scan(language, text, &found);
    try helpers.expectSound(text, &found);
}

fn expectLinear(init: std.process.Init) !void {
    const text = try init.gpa.alloc(u8, small_bytes * growth);
    defer init.gpa.free(text);
    var found: scan.Found = .init(init.gpa);
    defer found.deinit();
    var slow: usize = 0;
    for (std.enums.values(Language)) |language| {
        for (helpers.hostile_pieces) |piece| {
            for (text, 0..) |*byte, i| byte.* = piece[i % piece.len];
            const short = try measure(init.io, language, text[0..small_bytes], &found);
            const long = try measure(init.io, language, text, &found);
            if (long < least_nanoseconds or long < most_growth * short) continue;
            slow += 1;
            std.debug.print("{t}: \"{f}\" takes {d} us, and {d} us when {d} times as long\n", .{
                language,
                std.ascii.hexEscape(piece, .lower),
                @divTrunc(short, std.time.ns_per_us),
                @divTrunc(long, std.time.ns_per_us),
                growth,
            });
        }
    }
    if (slow > 0) return error.NotLinear;
}

fn measure(io: std.Io, language: Language, text: []const u8, found: *scan.Found) !i96 {
    const clock: std.Io.Clock = .cpu_thread;
    found.clear();
    const before = clock.now(io);
    try scan.scan(language, text, found);
    return before.durationTo(clock.now(io)).nanoseconds;
}
