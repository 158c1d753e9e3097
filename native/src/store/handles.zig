//! The numbers that callers hold instead of pointers. A number is never given twice, so one that is
//! wrong or freed is told from every valid one.
const std = @import("std");
const memory = @import("../base/memory.zig");
const Engine = @import("engine.zig").Engine;
const Task = @import("task.zig").Task;

pub const Handle = u64;

const Thing = union(enum) {
    none,
    index: *Engine,
    task: struct { task: *Task, index: Handle },
};

const Slot = struct {
    generation: u32 = 0,
    thing: Thing = .none,
    /// How many calls use it now.
    users: u32 = 0,
    /// Nobody new may use it.
    is_closing: bool = false,
};

/// All handles of the process. Its owner is the one variable of the library (in c_api.zig): the
/// border has no other place to keep what lives between two calls.
pub const Table = struct {
    mutex: std.Io.Mutex = .init,
    /// Somebody stopped using something.
    released: std.Io.Condition = .init,
    slots: std.ArrayList(Slot) = .empty,
    free: std.ArrayList(u32) = .empty,

    pub fn addIndex(table: *Table, io: std.Io, engine: *Engine) error{OutOfMemory}!Handle {
        return table.add(io, .{ .index = engine });
    }

    pub fn addTask(
        table: *Table,
        io: std.Io,
        task: *Task,
        index: Handle,
    ) error{OutOfMemory}!Handle {
        return table.add(io, .{ .task = .{ .task = task, .index = index } });
    }

    fn add(table: *Table, io: std.Io, thing: Thing) error{OutOfMemory}!Handle {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        const number = table.free.pop() orelse new: {
            const number: u32 = @intCast(table.slots.items.len);
            // Room for it to come back, so that freeing never fails.
            try table.free.ensureTotalCapacity(memory.gpa, number + 1);
            try table.slots.append(memory.gpa, .{});
            break :new number;
        };
        const slot = &table.slots.items[number];
        slot.* = .{ .generation = slot.generation + 1, .thing = thing };
        return @as(u64, slot.generation) << 32 | number;
    }

    fn find(table: *Table, handle: Handle) ?*Slot {
        const number: u32 = @truncate(handle);
        if (number >= table.slots.items.len) return null;
        const slot = &table.slots.items[number];
        if (slot.generation != handle >> 32 or slot.thing == .none) return null;
        return if (slot.is_closing) null else slot;
    }

    /// The index, in use until `release`; null when there is none of that number.
    pub fn useIndex(table: *Table, io: std.Io, handle: Handle) ?*Engine {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        const slot = table.find(handle) orelse return null;
        if (slot.thing != .index) return null;
        slot.users += 1;
        return slot.thing.index;
    }

    /// The task, in use until `release`; null when there is none of that number, or, with `index`,
    /// when it belongs to another.
    pub fn useTask(table: *Table, io: std.Io, handle: Handle, index: ?Handle) ?*Task {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        const slot = table.find(handle) orelse return null;
        if (slot.thing != .task) return null;
        if (index) |wanted| if (slot.thing.task.index != wanted) return null;
        slot.users += 1;
        return slot.thing.task.task;
    }

    pub fn release(table: *Table, io: std.Io, handle: Handle) void {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        table.slots.items[@as(u32, @truncate(handle))].users -= 1;
        table.released.broadcast(io);
    }

    /// Waits for who uses the task, and takes it out; null when there is none of that number.
    pub fn removeTask(table: *Table, io: std.Io, handle: Handle) ?*Task {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        const slot = table.find(handle) orelse return null;
        if (slot.thing != .task) return null;
        return table.takeOut(io, @truncate(handle)).task.task;
    }

    /// Cancels all that runs on an index, waits for it and takes the index out; its tasks are
    /// freed.
    pub fn removeIndex(table: *Table, io: std.Io, handle: Handle) ?*Engine {
        table.mutex.lockUncancelable(io);
        defer table.mutex.unlock(io);
        const slot = table.find(handle) orelse return null;
        if (slot.thing != .index) return null;
        slot.is_closing = true;
        for (table.slots.items) |*other| {
            if (isTaskOf(other, handle)) other.thing.task.task.cancel();
        }
        const engine = table.takeOut(io, @truncate(handle)).index;
        // Nobody makes a task of it any more. The list may grow while this waits for one.
        var number: u32 = 0;
        while (number < table.slots.items.len) : (number += 1) {
            const other = &table.slots.items[number];
            if (!isTaskOf(other, handle) or other.is_closing) continue;
            const task = table.takeOut(io, number).task.task;
            task.deinit();
            memory.gpa.destroy(task);
        }
        return engine;
    }

    fn isTaskOf(slot: *const Slot, index: Handle) bool {
        return slot.thing == .task and slot.thing.task.index == index;
    }

    fn takeOut(table: *Table, io: std.Io, number: u32) Thing {
        table.slots.items[number].is_closing = true;
        // The list may move while the table is unlocked.
        while (table.slots.items[number].users > 0) {
            table.released.waitUncancelable(io, &table.mutex);
        }
        const slot = &table.slots.items[number];
        const thing = slot.thing;
        slot.thing = .none;
        // A number that has had all its generations is not given again.
        if (slot.generation < std.math.maxInt(u32)) table.free.appendAssumeCapacity(number);
        return thing;
    }

    /// Frees the table itself; only tests have one that ends.
    pub fn deinit(table: *Table) void {
        table.slots.deinit(memory.gpa);
        table.free.deinit(memory.gpa);
    }
};

test "a number is good until it is freed, and never again" {
    const io = std.testing.io;
    var table: Table = .{};
    defer table.deinit();
    const task = try memory.gpa.create(Task);
    task.* = .{};
    const first = try table.addTask(io, task, 77);
    try std.testing.expectEqual(task, table.useTask(io, first, null).?);
    try std.testing.expectEqual(null, table.useTask(io, first, 78));
    try std.testing.expectEqual(null, table.useIndex(io, first));
    table.release(io, first);
    try std.testing.expectEqual(null, table.removeIndex(io, first));
    try std.testing.expectEqual(task, table.removeTask(io, first).?);
    try std.testing.expectEqual(null, table.removeTask(io, first));
    try std.testing.expectEqual(null, table.useTask(io, first, null));
    const second = try table.addTask(io, task, 77);
    try std.testing.expect(first != second);
    try std.testing.expectEqual(@as(u32, @truncate(first)), @as(u32, @truncate(second)));
    try std.testing.expectEqual(null, table.useTask(io, first, null));
    try std.testing.expectEqual(task, table.removeTask(io, second).?);
    for ([_]Handle{ 0, 1, std.math.maxInt(u64), second, first }) |handle| {
        try std.testing.expectEqual(null, table.useTask(io, handle, null));
    }
    memory.gpa.destroy(task);
}

test "removing waits for whoever uses it" {
    const io = std.testing.io;
    var table: Table = .{};
    defer table.deinit();
    var task: Task = .{};
    const handle = try table.addTask(io, &task, 1);
    const used = table.useTask(io, handle, null).?;
    var is_removed: std.atomic.Value(bool) = .init(false);
    const Remover = struct {
        fn run(of: *Table, number: Handle, flag: *std.atomic.Value(bool)) void {
            var threaded: std.Io.Threaded = .init_single_threaded;
            _ = of.removeTask(threaded.io(), number);
            flag.store(true, .release);
        }
    };
    const thread = try std.Thread.spawn(.{}, Remover.run, .{ &table, handle, &is_removed });
    while (table.useTask(io, handle, null)) |_| table.release(io, handle);
    try std.testing.expect(!is_removed.load(.acquire));
    used.cancel();
    table.release(io, handle);
    thread.join();
    try std.testing.expect(is_removed.load(.acquire));
}
