//! `walk_list [--git TOP INDEX EXCLUDE GLOBAL] [--threads N] [--times N] ROOT [PATH …]` prints what
//! a walk of ROOT, or of these paths in it, finds: each path followed by a zero byte. With
//! `--times` it walks so often and says how long each walk took.
const std = @import("std");
const walk = @import("everything").@"walk.walk";

const Arguments = struct {
    options: walk.Options = .{ .root = "" },
    times: usize = 0,
    paths: std.ArrayList([]const u8) = .empty,

    fn parse(arena: std.mem.Allocator, words: []const [:0]const u8) !Arguments {
        var arguments: Arguments = .{};
        var at: usize = 0;
        while (at < words.len) : (at += 1) {
            if (std.mem.eql(u8, words[at], "--git")) {
                arguments.options.git = .{
                    .top_level = words[at + 1],
                    .index_file = words[at + 2],
                    .exclude_file = words[at + 3],
                    .global_excludes_file = words[at + 4],
                };
                at += 4;
            } else if (std.mem.eql(u8, words[at], "--threads")) {
                at += 1;
                arguments.options.threads = try std.fmt.parseInt(u32, words[at], 10);
            } else if (std.mem.eql(u8, words[at], "--times")) {
                at += 1;
                arguments.times = try std.fmt.parseInt(usize, words[at], 10);
            } else if (arguments.options.root.len == 0) {
                arguments.options.root = words[at];
            } else {
                try arguments.paths.append(arena, words[at]);
            }
        }
        return arguments;
    }
};

pub fn main(init: std.process.Init) !void {
    const arena = init.arena.allocator();
    const words = try init.minimal.args.toSlice(arena);
    const arguments: Arguments = try .parse(arena, words[1..]);
    var walker: walk.Walker = try .init(init.gpa, init.io, arguments.options);
    defer walker.deinit(init.io);
    var buffer: [4096]u8 = undefined;
    var output = std.Io.File.stdout().writerStreaming(init.io, &buffer);
    for (0..arguments.times) |_| {
        const started = std.Io.Clock.awake.now(init.io);
        var result = try walker.all(init.io, .{});
        const taken = started.durationTo(std.Io.Clock.awake.now(init.io)).toMicroseconds();
        defer result.deinit();
        try output.interface.print("{d} us: {d} files in {d} folders\n", .{
            taken,
            result.files.len,
            result.folders.len,
        });
    }
    if (arguments.times == 0) {
        var result = if (arguments.paths.items.len > 0)
            try walker.some(init.io, arguments.paths.items, .{})
        else
            try walker.all(init.io, .{});
        defer result.deinit();
        for (result.files) |file| try output.interface.print("{s}\x00", .{file.path});
    }
    try output.interface.flush();
}
