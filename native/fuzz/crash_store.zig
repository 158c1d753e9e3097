//! Kills a process with SIGKILL at random moments while it writes a snapshot, then opens what it
//! left: each time there must be a whole snapshot, the last one or the one before, and a refresh
//! must make it agree with the files.
//!
//!     crash_store [rounds] [seed]
const std = @import("std");
const everything = @import("everything");
const engine_file = everything.@"store.engine";

const Engine = engine_file.Engine;
const Task = everything.@"store.task".Task;
const linux = std.os.linux;

const file_count = 40;

pub fn main(init: std.process.Init) !void {
    const arguments = try init.minimal.args.toSlice(init.arena.allocator());
    const rounds = if (arguments.len > 1) try std.fmt.parseInt(u32, arguments[1], 10) else 100;
    const seed = if (arguments.len > 2) try std.fmt.parseInt(u64, arguments[2], 10) else 1;
    const io = init.io;
    const arena = init.arena.allocator();
    const base = try std.fmt.allocPrint(arena, "/tmp/zeke-crash-{d}", .{linux.getpid()});
    const settings: engine_file.Settings = .{
        .root = try std.fs.path.join(arena, &.{ base, "root" }),
        .folder = try std.fs.path.join(arena, &.{ base, "snapshot" }),
        .threads = 1,
    };
    try std.Io.Dir.cwd().createDirPath(io, settings.root);
    defer std.Io.Dir.cwd().deleteTree(io, base) catch {};
    var prng: std.Random.DefaultPrng = .init(seed);
    for (0..file_count) |number| try change(io, settings.root, number, 0);
    try refreshOnce(io, settings, false);

    var killed: u32 = 0;
    for (0..rounds) |round| {
        const child: linux.pid_t = @bitCast(@as(u32, @truncate(linux.fork())));
        if (child < 0) return error.NoChild;
        if (child == 0) workUntilKilled(io, settings, prng.random().int(u64) +% round);
        try io.sleep(.fromMicroseconds(prng.random().uintLessThan(u32, 60_000)), .awake);
        _ = linux.kill(child, .KILL);
        var status: u32 = 0;
        _ = linux.waitpid(child, &status, 0);
        killed += @intFromBool(status & 0x7f == 9);
        try refreshOnce(io, settings, true);
    }
    std.debug.print("{d} rounds, {d} killed at work\n", .{ rounds, killed });
    if (killed < rounds / 2) return error.HardlyKilled;
}

/// Files change and the snapshot is written, again and again.
fn workUntilKilled(io: std.Io, settings: engine_file.Settings, seed: u64) noreturn {
    var prng: std.Random.DefaultPrng = .init(seed);
    var problem: []const u8 = "";
    const engine = Engine.open(io, settings, &problem) catch linux.exit(1);
    var version: u64 = seed >> 8;
    while (true) : (version += 1) {
        for (0..5) |_| {
            const number = prng.random().uintLessThan(usize, file_count);
            change(io, settings.root, number, version) catch linux.exit(2);
        }
        var task: Task = .{};
        _ = engine.refresh(io, &task, .{}) catch linux.exit(3);
    }
}

fn change(io: std.Io, root: []const u8, number: usize, version: u64) !void {
    var path: [256]u8 = undefined;
    var text: [256]u8 = undefined;
    try std.Io.Dir.cwd().writeFile(io, .{
        .sub_path = try std.fmt.bufPrint(&path, "{s}/file{d}.c", .{ root, number }),
        .data = try std.fmt.bufPrint(&text, "int name{d}_{d};\n", .{ number, version }),
    });
}

/// Opens, refreshes, and looks for the name in every file.
fn refreshOnce(io: std.Io, settings: engine_file.Settings, is_stored: bool) !void {
    var problem: []const u8 = "";
    const engine = try Engine.open(io, settings, &problem);
    defer engine.close(io);
    if (engine.notice.load(.monotonic) != .none) return error.Discarded;
    if (is_stored and engine.files.count() != file_count) return error.NotStored;
    var task: Task = .{};
    const outcome = try engine.refresh(io, &task, .{});
    if (outcome.files != file_count or (is_stored and outcome.is_built)) return error.WrongFiles;
    const view = engine.acquire(io);
    defer view.release(io);
    var buffer: std.ArrayList(u8) = .empty;
    defer buffer.deinit(std.heap.page_allocator);
    var places = view.places();
    while (places.next()) |place| {
        const text = try view.readInto(io, place, std.heap.page_allocator, &buffer);
        const start = "int ".len;
        // The killed process may have emptied the file and not filled it.
        if (text.bytes.len < start) continue;
        const name = std.mem.sliceTo(text.bytes[start..], ';');
        const segment = view.segment(place);
        const id = segment.findName(name) orelse return error.NameNotFound;
        var postings = segment.namePostings(id);
        while (postings.next()) |posting| {
            if (posting.document == place.document) break;
        } else return error.NotInPostings;
    }
}
