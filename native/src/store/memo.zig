//! Something costly that follows from something immutable: made at its first use, kept as long as
//! what it follows from.
const std = @import("std");

pub const Memo = struct {
    mutex: std.Io.Mutex = .init,
    value: ?*anyopaque = null,
    destroy: ?*const fn (*anyopaque) void = null,

    /// The value, made by `context.make() !*T` if there is none yet; others wait meanwhile. It
    /// stays valid as long as the owner of the memo. A failure is not kept. `T` has `destroy(*T)
    /// void`.
    pub fn get(memo: *Memo, io: std.Io, comptime T: type, context: anytype) !*T {
        memo.mutex.lockUncancelable(io);
        defer memo.mutex.unlock(io);
        if (memo.value) |value| return @ptrCast(@alignCast(value));
        const made: *T = try context.make();
        memo.value = made;
        memo.destroy = &struct {
            fn destroy(value: *anyopaque) void {
                T.destroy(@ptrCast(@alignCast(value)));
            }
        }.destroy;
        return made;
    }

    pub fn deinit(memo: *Memo) void {
        if (memo.value) |value| memo.destroy.?(value);
        memo.value = null;
    }
};

test "a memo is made once and destroyed once" {
    const Number = struct {
        value: u32,
        alive: *u32,

        pub fn destroy(number: *@This()) void {
            number.alive.* -= 1;
            std.testing.allocator.destroy(number);
        }
    };
    const Context = struct {
        made: *u32,
        alive: *u32,

        fn make(context: @This()) !*Number {
            context.made.* += 1;
            context.alive.* += 1;
            const number = try std.testing.allocator.create(Number);
            number.* = .{ .value = 7, .alive = context.alive };
            return number;
        }
    };
    var made: u32 = 0;
    var alive: u32 = 0;
    var memo: Memo = .{};
    const context: Context = .{ .made = &made, .alive = &alive };
    const first = try memo.get(std.testing.io, Number, context);
    const second = try memo.get(std.testing.io, Number, context);
    try std.testing.expectEqual(first, second);
    try std.testing.expectEqual(7, second.value);
    try std.testing.expectEqual(1, made);
    memo.deinit();
    try std.testing.expectEqual(0, alive);
}
