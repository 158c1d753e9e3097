//! Throws everything a host, a workspace and bad luck can throw at the C border: random operations
//! with random requests on several threads, while files come, vanish, shrink and turn into FIFOs
//! and links. Fails when a result is no JSON in UTF-8, a code is none of the header's, or files,
//! threads or handles are left behind. Crashes are found by the build it runs in (ReleaseSafe,
//! valgrind).
//!
//!     fuzz_api [seconds] [seed]
const std = @import("std");
const api = @import("everything").c_api;
const texts = @import("random_texts.zig");

const linux = std.os.linux;

const ok = 0;
const operations = 15;
const file_count = 60;

const Shared = struct {
    root: []const u8,
    folder: []const u8,
    until_ms: i64,
    calls: std.atomic.Value(u64) = .init(0),
    good: std.atomic.Value(u64) = .init(0),
    failures: std.atomic.Value(u32) = .init(0),

    fn fail(shared: *Shared, comptime format: []const u8, arguments: anytype) void {
        std.debug.print("FAILED: " ++ format ++ "\n", arguments);
        _ = shared.failures.fetchAdd(1, .monotonic);
    }
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

    const gpa = init.gpa;
    const base = try std.fmt.allocPrint(gpa, "/tmp/zeke-fuzz-{d}", .{linux.getpid()});
    defer gpa.free(base);
    const cwd: std.Io.Dir = .cwd();
    defer cwd.deleteTree(init.io, base) catch {};
    var shared: Shared = .{
        .root = try std.fs.path.join(gpa, &.{ base, "root" }),
        .folder = try std.fs.path.join(gpa, &.{ base, "snapshot" }),
        .until_ms = nowMs(init.io) + seconds * 1000,
    };
    defer gpa.free(shared.root);
    defer gpa.free(shared.folder);
    try cwd.createDirPath(init.io, shared.root);
    if (api.zeke_abi_version() != api.abi_version) shared.fail("the version", .{});

    const files_before = countEntries(init.io, "/proc/self/fd");
    const spoiler = try std.Thread.spawn(.{}, spoil, .{ &shared, seed });
    const others = [_]std.Thread{
        try std.Thread.spawn(.{}, useIndexes, .{ &shared, seed +% 1 }),
        try std.Thread.spawn(.{}, useIndexes, .{ &shared, seed +% 2 }),
    };
    for (others) |thread| thread.join();
    spoiler.join();
    makeReadable(init.io, shared.root);

    const files_after = countEntries(init.io, "/proc/self/fd");
    if (files_after > files_before) {
        shared.fail("{d} files are left open", .{files_after - files_before});
    }
    const threads = countEntries(init.io, "/proc/self/task");
    if (threads != 1) shared.fail("{d} threads are left", .{threads - 1});
    const calls = shared.calls.load(.monotonic);
    const good = shared.good.load(.monotonic);
    std.debug.print("{d} calls, {d} with a result\n", .{ calls, good });
    if (good == 0) shared.fail("no call had a result", .{});
    if (shared.failures.load(.monotonic) > 0) std.process.exit(1);
}

fn nowMs(io: std.Io) i64 {
    return @intCast(@divTrunc(std.Io.Clock.awake.now(io).nanoseconds, std.time.ns_per_ms));
}

fn countEntries(io: std.Io, path: []const u8) usize {
    var dir = std.Io.Dir.cwd().openDir(io, path, .{ .iterate = true }) catch return 0;
    defer dir.close(io);
    var count: usize = 0;
    var entries = dir.iterate();
    while (entries.next(io) catch null) |_| count += 1;
    return count;
}

/// Otherwise what has no permission could not be removed.
fn makeReadable(io: std.Io, root: []const u8) void {
    var dir = std.Io.Dir.cwd().openDir(io, root, .{ .iterate = true }) catch return;
    defer dir.close(io);
    var entries = dir.iterate();
    while (entries.next(io) catch null) |entry| {
        dir.setFilePermissions(io, entry.name, .fromMode(0o700), .{}) catch continue;
    }
}

/// Changes the workspace as long as the others use it.
fn spoil(shared: *Shared, seed: u64) void {
    var threaded: std.Io.Threaded = .init_single_threaded;
    const io = threaded.io();
    var prng: std.Random.DefaultPrng = .init(seed);
    const random = prng.random();
    var root = std.Io.Dir.cwd().openDir(io, shared.root, .{}) catch return;
    defer root.close(io);
    var buffer: [256 << 10]u8 = undefined;
    while (nowMs(io) < shared.until_ms) {
        var name_buffer: [64]u8 = undefined;
        const name = texts.path(random, &name_buffer, file_count);
        spoilOne(io, root, random, name, &buffer) catch {};
        if (random.uintLessThan(u32, 20) == 0) io.sleep(.fromMilliseconds(5), .awake) catch return;
    }
}

fn spoilOne(
    io: std.Io,
    root: std.Io.Dir,
    random: std.Random,
    name: []const u8,
    buffer: []u8,
) !void {
    // Only this thread makes FIFOs, and it must not wait for the other end of one.
    if (root.statFile(io, name, .{})) |stat| {
        if (stat.kind == .named_pipe) {
            if (random.boolean()) return;
            try root.deleteFile(io, name);
        }
    } else |_| {}
    switch (random.uintLessThan(u32, 12)) {
        0...4 => {
            if (std.fs.path.dirnamePosix(name)) |folder| try root.createDirPath(io, folder);
            try root.writeFile(io, .{ .sub_path = name, .data = texts.fill(random, buffer) });
        },
        5 => try root.deleteFile(io, name),
        6 => {
            const file = try root.openFile(io, name, .{ .mode = .read_write });
            defer file.close(io);
            try file.setLength(io, random.uintLessThan(u64, 5000));
        },
        7 => try root.deleteTree(io, name),
        8 => try root.symLink(io, if (random.boolean()) name else "..", name, .{}),
        9 => {
            var path: [128]u8 = undefined;
            const ended = try std.fmt.bufPrintZ(&path, "{s}", .{name});
            _ = linux.mknodat(root.handle, ended, linux.S.IFIFO | 0o600, 0);
        },
        10 => try root.setFilePermissions(io, name, .fromMode(0), .{}),
        11 => try root.writeFile(io, .{
            .sub_path = ".gitignore",
            .data = texts.fill(random, buffer[0..200]),
        }),
        else => unreachable,
    }
}

/// Opens, uses and closes indexes.
fn useIndexes(shared: *Shared, seed: u64) void {
    var threaded: std.Io.Threaded = .init_single_threaded;
    const io = threaded.io();
    var prng: std.Random.DefaultPrng = .init(seed);
    const random = prng.random();
    while (nowMs(io) < shared.until_ms) {
        const index = openIndex(shared, random) orelse continue;
        const rounds = random.uintLessThan(u32, 200);
        const helper = std.Thread.spawn(.{}, useIndex, .{ shared, index, random.int(u64), rounds });
        useIndex(shared, index, random.int(u64), rounds);
        // Half of the time it is closed while the helper still uses it.
        const is_rude = random.boolean();
        if (!is_rude) if (helper) |thread| thread.join() else |_| {};
        if (api.zeke_index_close(index) != ok) shared.fail("an index could not be closed", .{});
        if (is_rude) if (helper) |thread| thread.join() else |_| {};
        var task: u64 = 0;
        const codes = [_]i32{
            api.zeke_index_close(index),
            api.zeke_task_new(index, &task),
            api.zeke_task_free(index),
            api.zeke_task_cancel(random.int(u64)),
            api.zeke_index_call(index, random.int(u64), 1, null, 0),
        };
        for (codes) |code| if (code != -1) shared.fail("a wrong handle gave {d}", .{code});
    }
}

fn openIndex(shared: *Shared, random: std.Random) ?u64 {
    var buffer: [4096]u8 = undefined;
    var message: [64]u8 = undefined;
    var index: u64 = 0;
    const folder = if (random.boolean()) shared.folder else shared.root;
    const limit: u64 = if (random.uintLessThan(u32, 4) == 0)
        random.uintLessThan(u64, 2 << 20)
    else
        1 << 30;
    const form = "{{\"root\":\"{s}\",\"{s}\":\"{s}\",\"threads\":{d},\"memoryLimitBytes\":{d}}}";
    const request = std.fmt.bufPrint(&buffer, form, .{
        shared.root,
        // In the workspace itself: not asked for, but a host may do it.
        if (random.uintLessThan(u32, 3) == 0) "ignored" else "folder",
        if (std.mem.eql(u8, folder, shared.root)) shared.folder else folder,
        random.uintLessThan(u32, 5),
        limit,
    }) catch return null;
    const length = if (random.uintLessThan(u32, 50) == 0)
        random.uintLessThan(usize, request.len)
    else
        request.len;
    const code = api.zeke_index_open(request.ptr, length, &index, &message, message.len);
    if (code == ok) return index;
    if (index != 0) shared.fail("an index that was not opened has a number", .{});
    if (std.mem.indexOfScalar(u8, &message, 0) == null) shared.fail("a message has no end", .{});
    return null;
}

fn useIndex(shared: *Shared, index: u64, seed: u64, rounds: u32) void {
    var threaded: std.Io.Threaded = .init_single_threaded;
    const io = threaded.io();
    var prng: std.Random.DefaultPrng = .init(seed);
    const random = prng.random();
    const buffer = std.heap.page_allocator.alloc(u8, 1 << 20) catch return;
    defer std.heap.page_allocator.free(buffer);
    for (0..rounds) |_| {
        if (nowMs(io) >= shared.until_ms) return;
        var task: u64 = 0;
        if (api.zeke_task_new(index, &task) != ok) return;
        const operation = random.uintLessThan(u32, operations + 2);
        const request = texts.request(random, operation, buffer, file_count);
        const canceller = if (random.uintLessThan(u32, 20) == 0)
            std.Thread.spawn(.{}, cancelSoon, .{ task, random.int(u8) }) catch null
        else
            null;
        const code = api.zeke_index_call(index, task, operation, request.ptr, request.len);
        if (canceller) |thread| thread.join();
        _ = shared.calls.fetchAdd(1, .monotonic);
        if (code > 0 or code < -7) shared.fail("operation {d} gave {d}", .{ operation, code });
        if (code == -7) shared.fail("operation {d}: an internal fault on {s}", .{
            operation,
            request[0..@min(request.len, 300)],
        });
        check(shared, task, operation, code, buffer);
        const freed = api.zeke_task_free(task);
        if (freed != ok and freed != -1) shared.fail("a task could not be freed", .{});
        if (api.zeke_task_free(task) != -1) shared.fail("a task was freed twice", .{});
    }
}

fn cancelSoon(task: u64, patience: u8) void {
    var threaded: std.Io.Threaded = .init_single_threaded;
    const io = threaded.io();
    var progress: api.Progress = undefined;
    for (0..patience) |_| _ = api.zeke_task_progress(task, &progress);
    io.sleep(.fromMicroseconds(patience), .awake) catch return;
    _ = api.zeke_task_cancel(task);
}

/// The result, as a host reads it: first too small a buffer, then a right one.
fn check(shared: *Shared, task: u64, operation: u32, code: i32, buffer: []u8) void {
    // The index was being closed before the call began: the task never ran and has no result.
    if (code == -1) return;
    var size: usize = 0;
    const first = api.zeke_task_result(task, buffer.ptr, 0, &size);
    // The index may have been closed meanwhile, and its tasks are gone with it.
    if (first == -1) return;
    if (first != -6 and first != ok) shared.fail("a result gave {d}", .{first});
    if (size > buffer.len) return;
    const second = api.zeke_task_result(task, buffer.ptr, size, &size);
    if (second == -1) return;
    if (second != ok) shared.fail("a result gave {d} with room for it", .{second});
    const result = buffer[0..size];
    if (!std.unicode.utf8ValidateSlice(result)) shared.fail("{d}: no UTF-8", .{operation});
    if (code != ok) return;
    _ = shared.good.fetchAdd(1, .monotonic);
    // The standard library's reader refuses what stands for a byte that is no UTF-8.
    var at: usize = 0;
    while (std.mem.indexOfPos(u8, result, at, "\\udc")) |found| : (at = found + 1) {
        @memcpy(result[found + 2 ..][0..2], "00");
    }
    const is_json = std.json.validate(std.heap.page_allocator, result) catch false;
    if (is_json) return;
    shared.fail("operation {d}: no JSON: {s}", .{ operation, result[0..@min(size, 300)] });
}
