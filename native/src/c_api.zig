//! What zeke_index.h declares: numbers and bytes in, numbers and bytes out. Whatever a caller
//! passes, the answer is a code.
const std = @import("std");
const dispatch = @import("ops/dispatch.zig");
const engine_file = @import("store/engine.zig");
const handles = @import("store/handles.zig");
const json = @import("base/json.zig");
const memory = @import("base/memory.zig");
const open_request = @import("ops/open.zig");
const task_file = @import("store/task.zig");

const Code = task_file.Code;
const Engine = engine_file.Engine;
const Handle = handles.Handle;
const Task = task_file.Task;

pub const abi_version: u32 = 1;

pub const Progress = extern struct {
    done: u64,
    total: u64,
    phase: u32,
    reserved: u32,
};

var table: handles.Table = .{};

/// Each call has an Io of its own: one that installs no signal handlers and starts no threads.
fn newThreaded() std.Io.Threaded {
    return .init_single_threaded;
}

pub export fn zeke_abi_version() u32 {
    return abi_version;
}

pub export fn zeke_index_open(
    request: ?[*]const u8,
    request_size: usize,
    index_out: ?*Handle,
    message: ?[*]u8,
    message_size: usize,
) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const out = index_out orelse
        return finish(.request, "index_out is null", message, message_size);
    out.* = 0;
    var arena: std.heap.ArenaAllocator = .init(memory.gpa);
    defer arena.deinit();
    var problem: []const u8 = "";
    const engine = open_request.open(
        io,
        arena.allocator(),
        bytesOf(request, request_size),
        &problem,
    ) catch |err| return finish(dispatch.codeOf(err), problem, message, message_size);
    out.* = table.addIndex(io, engine) catch {
        engine.close(io);
        return finish(.memory, dispatch.messageOf(error.OutOfMemory), message, message_size);
    };
    return finish(.ok, "", message, message_size);
}

pub export fn zeke_index_close(index: Handle) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const engine = table.removeIndex(io, index) orelse return number(.handle);
    engine.close(io);
    return number(.ok);
}

pub export fn zeke_task_new(index: Handle, task_out: ?*Handle) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const out = task_out orelse return number(.request);
    out.* = 0;
    _ = table.useIndex(io, index) orelse return number(.handle);
    defer table.release(io, index);
    const task = memory.gpa.create(Task) catch return number(.memory);
    task.* = .{};
    out.* = table.addTask(io, task, index) catch {
        memory.gpa.destroy(task);
        return number(.memory);
    };
    return number(.ok);
}

pub export fn zeke_index_call(
    index: Handle,
    task_handle: Handle,
    operation: u32,
    request: ?[*]const u8,
    request_size: usize,
) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const engine = table.useIndex(io, index) orelse return number(.handle);
    defer table.release(io, index);
    const task = table.useTask(io, task_handle, index) orelse return number(.handle);
    defer table.release(io, task_handle);
    if (task.is_used.swap(true, .acq_rel)) return number(.request);
    dispatch.carryOut(io, engine, task, operation, bytesOf(request, request_size));
    return number(task.code);
}

pub export fn zeke_task_cancel(task_handle: Handle) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const task = table.useTask(io, task_handle, null) orelse return number(.handle);
    defer table.release(io, task_handle);
    task.cancel();
    return number(.ok);
}

pub export fn zeke_task_progress(task_handle: Handle, progress_out: ?*Progress) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const out = progress_out orelse return number(.request);
    const task = table.useTask(io, task_handle, null) orelse return number(.handle);
    defer table.release(io, task_handle);
    const progress = task.progress();
    out.* = .{
        .done = progress.done,
        .total = progress.total,
        .phase = @intFromEnum(progress.phase),
        .reserved = 0,
    };
    return number(.ok);
}

pub export fn zeke_task_result(
    task_handle: Handle,
    buffer: ?[*]u8,
    buffer_size: usize,
    size_out: ?*usize,
) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const task = table.useTask(io, task_handle, null) orelse return number(.handle);
    defer table.release(io, task_handle);
    if (!task.isFinished()) return number(.request);
    if (size_out) |out| out.* = task.result.len;
    if (task.result.len == 0) return number(.ok);
    const room = buffer orelse return number(.buffer);
    if (buffer_size < task.result.len) return number(.buffer);
    @memcpy(room[0..task.result.len], task.result);
    return number(.ok);
}

pub export fn zeke_task_free(task_handle: Handle) i32 {
    var threaded = newThreaded();
    const io = threaded.io();
    const task = table.removeTask(io, task_handle) orelse return number(.handle);
    task.deinit();
    memory.gpa.destroy(task);
    return number(.ok);
}

fn number(code: Code) i32 {
    return @intFromEnum(code);
}

fn bytesOf(pointer: ?[*]const u8, size: usize) []const u8 {
    const bytes = pointer orelse return "";
    return bytes[0..size];
}

/// Writes the message, cut to what there is room for and always ended.
fn finish(code: Code, text: []const u8, message: ?[*]u8, message_size: usize) i32 {
    if (message) |room| if (message_size > 0) {
        const length = @min(text.len, message_size - 1);
        @memcpy(room[0..length], text[0..length]);
        room[length] = 0;
    };
    return number(code);
}

const Workspace = @import("store/testing.zig").Workspace;

fn openForTest(workspace: *Workspace, index: *Handle) !i32 {
    var buffer: [1024]u8 = undefined;
    const request = try std.fmt.bufPrint(&buffer, "{{\"root\":\"{s}\"}}", .{
        try workspace.rootPath(),
    });
    return zeke_index_open(request.ptr, request.len, index, null, 0);
}

test "from opening to closing, as a host does it" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "alpha", 1);
    try std.testing.expectEqual(abi_version, zeke_abi_version());
    var index: Handle = 0;
    try std.testing.expectEqual(0, try openForTest(&workspace, &index));
    var task: Handle = 0;
    try std.testing.expectEqual(0, zeke_task_new(index, &task));
    var size: usize = 0;
    // Not finished yet.
    try std.testing.expectEqual(-2, zeke_task_result(task, null, 0, &size));
    try std.testing.expectEqual(0, zeke_index_call(index, task, 1, "{}", 2));
    var progress: Progress = undefined;
    try std.testing.expectEqual(0, zeke_task_progress(task, &progress));
    try std.testing.expectEqual(5, progress.phase);
    var buffer: [1024]u8 = undefined;
    try std.testing.expectEqual(-6, zeke_task_result(task, &buffer, 3, &size));
    try std.testing.expectEqual(0, zeke_task_result(task, &buffer, size, &size));
    try Workspace.expect(buffer[0..size], .{ .files = 1, .added = 1 });
    // A task is for one call.
    try std.testing.expectEqual(-2, zeke_index_call(index, task, 1, "{}", 2));
    try std.testing.expectEqual(0, zeke_task_free(task));
    try std.testing.expectEqual(-1, zeke_task_free(task));
    try std.testing.expectEqual(-1, zeke_task_result(task, &buffer, size, &size));

    var cancelled: Handle = 0;
    try std.testing.expectEqual(0, zeke_task_new(index, &cancelled));
    try std.testing.expectEqual(0, zeke_task_cancel(cancelled));
    try std.testing.expectEqual(-3, zeke_index_call(index, cancelled, 1, "{}", 2));
    // Closing frees the task that is left.
    try std.testing.expectEqual(0, zeke_index_close(index));
    try std.testing.expectEqual(-1, zeke_index_close(index));
    try std.testing.expectEqual(-1, zeke_task_free(cancelled));
    try std.testing.expectEqual(-1, zeke_task_new(index, &task));
}

test "an index that cannot be opened says why, in as much room as there is" {
    const requests = [_]struct { []const u8, i32 }{
        .{ "", -2 },
        .{ "{}", -2 },
        .{ "{\"root\":\"relative\"}", -5 },
        .{ "{\"root\":\"/nowhere/at/all\"}", -5 },
        .{ "{\"root\":3}", -2 },
    };
    for (requests) |request| {
        var index: Handle = 7;
        var message: [12]u8 = @splat('x');
        try std.testing.expectEqual(
            request[1],
            zeke_index_open(request[0].ptr, request[0].len, &index, &message, message.len),
        );
        try std.testing.expectEqual(0, index);
        try std.testing.expectEqual(11, std.mem.indexOfScalar(u8, &message, 0).?);
    }
    try std.testing.expectEqual(-2, zeke_index_open(null, 0, null, null, 0));
}

test "closing ends what runs" {
    var workspace: Workspace = try .init();
    defer workspace.deinit();
    try workspace.write("a.c", "alpha", 1);
    var index: Handle = 0;
    try std.testing.expectEqual(0, try openForTest(&workspace, &index));
    const Caller = struct {
        fn run(of: Handle, calls: *std.atomic.Value(u32)) void {
            while (true) {
                var task: Handle = 0;
                if (zeke_task_new(of, &task) != 0) return;
                _ = zeke_index_call(of, task, 1, "{\"isForced\":true}", 17);
                _ = calls.fetchAdd(1, .monotonic);
            }
        }
    };
    var calls: std.atomic.Value(u32) = .init(0);
    var threads: [3]std.Thread = undefined;
    for (&threads) |*thread| thread.* = try std.Thread.spawn(.{}, Caller.run, .{ index, &calls });
    while (calls.load(.monotonic) < 20) std.Thread.yield() catch {};
    try std.testing.expectEqual(0, zeke_index_close(index));
    for (threads) |thread| thread.join();
}
