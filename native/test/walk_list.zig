//! `walk_list [--git TOP INDEX EXCLUDE GLOBAL] [--threads N] [--repeat N] [--some] ROOT [PATH …]`: prints what
//! a walk finds, each path followed by a zero. With `--repeat` only times are printed.
const std = @import("std");
const walk = @import("everything").@"walk.walk";

pub fn main(init: std.process.Init) !void {
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    var options: walk.Options = .{ .root = "" };
    var repeat: usize = 0;
    var paths: std.ArrayList([]const u8) = .empty;
    var at: usize = 1;
    var is_some = false;
    while (at < arguments.len) : (at += 1) {
        const argument = arguments[at];
        if (std.mem.eql(u8, argument, "--git")) {
            options.git = .{
                .top_level = arguments[at + 1],
                .index_file = arguments[at + 2],
                .exclude_file = arguments[at + 3],
                .global_excludes_file = arguments[at + 4],
            };
            at += 4;
        } else if (std.mem.eql(u8, argument, "--threads")) {
            at += 1;
            options.threads = try std.fmt.parseInt(u32, arguments[at], 10);
        } else if (std.mem.eql(u8, argument, "--repeat")) {
            at += 1;
            repeat = try std.fmt.parseInt(usize, arguments[at], 10);
        } else if (std.mem.eql(u8, argument, "--some")) {
            is_some = true;
        } else if (options.root.len == 0) {
            options.root = argument;
        } else {
            try paths.append(init.arena.allocator(), argument);
        }
    }
    var walker: walk.Walker = try .init(std.heap.smp_allocator, init.io, options);
    defer walker.deinit(init.io);
    for (0..repeat) |_| {
        const started = std.Io.Clock.awake.now(init.io);
        var result = try walker.all(init.io, .{});
        const ended = std.Io.Clock.awake.now(init.io);
        result.deinit();
        std.debug.print("{d:.1} ms, {d} files, {d} folders\n", .{
            @as(f64, @floatFromInt(started.durationTo(ended).toMicroseconds())) / 1000,
            result.files.len,
            result.folders.len,
        });
    }
    if (repeat > 0) return;
    var result = if (is_some) try walker.some(init.io, paths.items, .{}) else try walker.all(init.io, .{});
    defer result.deinit();
    var buffer: [4096]u8 = undefined;
    var output = std.Io.File.stdout().writerStreaming(init.io, &buffer);
    for (result.files) |file| try output.interface.print("{s}\x00", .{file.path});
    try output.interface.flush();
}
