//! Whether a line matches, at the speed of a table: the program's sets of places become states
//! only when a text leads to them, and their table never grows beyond a bound.
const std = @import("std");
const programs = @import("program.zig");

const Allocator = std.mem.Allocator;
const Address = programs.Address;
const After = programs.After;
const Before = programs.Before;
const Program = programs.Program;

/// The table is begun anew when it holds as much as this.
const max_table_bytes = 2 << 20;
const max_states = 10_000;

const Transition = u32;
/// Not computed yet.
const unknown: Transition = std.math.maxInt(u32);
/// A match has ended before the byte that was looked at.
const matched: Transition = unknown - 1;

/// Says when a long search is to end early; asked every few thousand bytes of slow work.
pub const Stop = struct {
    context: ?*const anyopaque = null,
    isStopped: *const fn (context: ?*const anyopaque) bool = never,

    fn never(_: ?*const anyopaque) bool {
        return false;
    }
};

pub const Error = error{ OutOfMemory, Stopped };

/// Where the places of one state lie in `places`.
const State = struct { start: u32, len: u32, before: Before };

pub const Dfa = struct {
    gpa: Allocator,
    program: *const Program,
    stop: Stop,
    states: std.ArrayList(State) = .empty,
    places: std.ArrayList(Address) = .empty,
    table: std.ArrayList(Transition) = .empty,
    ids: std.HashMapUnmanaged(u32, void, Context, 80) = .empty,
    closure: Places = .{},
    following: Places = .{},
    pending: std.ArrayList(Address) = .empty,
    slow_steps: u32 = 0,

    pub fn init(gpa: Allocator, program: *const Program, stop: Stop) Error!Dfa {
        var dfa: Dfa = .{ .gpa = gpa, .program = program, .stop = stop };
        errdefer dfa.deinit();
        try dfa.closure.init(gpa, program.code.len);
        try dfa.following.init(gpa, program.code.len);
        return dfa;
    }

    pub fn deinit(dfa: *Dfa) void {
        dfa.states.deinit(dfa.gpa);
        dfa.places.deinit(dfa.gpa);
        dfa.table.deinit(dfa.gpa);
        dfa.ids.deinit(dfa.gpa);
        dfa.closure.deinit(dfa.gpa);
        dfa.following.deinit(dfa.gpa);
        dfa.pending.deinit(dfa.gpa);
    }

    /// Looks through the lines from `from`, which begins a line, to the end of the text. Gives a
    /// byte of the first line that matches (its newline counts as its own), or the text's length
    /// for a last line without one.
    pub fn find(dfa: *Dfa, text: []const u8, from: usize) Error!?usize {
        const stride = dfa.program.class_count;
        const classes = &dfa.program.classes;
        var state = try dfa.stateOf(.line_start, &.{});
        var table = dfa.table.items;
        var at = from;
        while (at < text.len) : (at += 1) {
            const class = classes[text[at]];
            var next = table[@as(usize, state) * stride + class];
            if (next >= matched) {
                if (next == unknown) next = try dfa.step(state, class);
                if (next == matched) return at;
                table = dfa.table.items;
            }
            state = next;
        }
        const ends_line = text.len > from and text[text.len - 1] == '\n';
        if (text.len == from or ends_line) return null;
        const last = try dfa.step(state, classes['\n']);
        return if (last == matched) text.len else null;
    }

    /// Computes one transition. May begin the table anew: the state it gives is valid, no other.
    fn step(dfa: *Dfa, from: u32, class: u8) Error!Transition {
        dfa.slow_steps +%= 1;
        if (dfa.slow_steps % 256 == 0 and dfa.stop.isStopped(dfa.stop.context)) {
            return error.Stopped;
        }
        const state = dfa.states.items[from];
        const byte = dfa.program.samples[class];
        const after = afterOf(byte);
        dfa.closure.clear();
        try dfa.close(dfa.program.start, state.before, after);
        for (dfa.places.items[state.start..][0..state.len]) |place| {
            try dfa.close(place, state.before, after);
        }
        dfa.following.clear();
        for (dfa.closure.list.items) |place| switch (dfa.program.code[place]) {
            .match => return dfa.set(from, class, matched),
            .byte => |of| if (byte >= of.low and byte <= of.high) dfa.following.add(of.next),
            else => {},
        };
        if (byte == '\n') return dfa.set(from, class, try dfa.stateOf(.line_start, &.{}));
        std.mem.sort(Address, dfa.following.list.items, {}, std.sort.asc(Address));
        if (dfa.isFull()) {
            dfa.clear();
            return dfa.stateOf(dfa.beforeOf(byte), dfa.following.list.items);
        }
        return dfa.set(from, class, try dfa.stateOf(dfa.beforeOf(byte), dfa.following.list.items));
    }

    fn set(dfa: *Dfa, from: u32, class: u8, to: Transition) Transition {
        dfa.table.items[@as(usize, from) * dfa.program.class_count + class] = to;
        return to;
    }

    fn isFull(dfa: *const Dfa) bool {
        const bytes = (dfa.table.items.len + dfa.places.items.len) * @sizeOf(u32);
        return bytes > max_table_bytes or dfa.states.items.len >= max_states;
    }

    fn clear(dfa: *Dfa) void {
        dfa.states.clearRetainingCapacity();
        dfa.places.clearRetainingCapacity();
        dfa.table.clearRetainingCapacity();
        dfa.ids.clearRetainingCapacity();
    }

    /// What the byte before matters only to programs that ask: fewer states for the others.
    fn beforeOf(dfa: *const Dfa, byte: u8) Before {
        if (dfa.program.looks_at_words and programs.isWordByte(byte)) return .word;
        return .other;
    }

    fn stateOf(dfa: *Dfa, wanted: Before, places: []const Address) Error!u32 {
        const asks_start = dfa.program.looks_at_start;
        const before: Before = if (wanted == .line_start and !asks_start) .other else wanted;
        const context: Context = .{ .dfa = dfa };
        const key: Key = .{ .before = before, .places = places };
        const entry = try dfa.ids.getOrPutContextAdapted(dfa.gpa, key, context, context);
        if (entry.found_existing) return entry.key_ptr.*;
        errdefer dfa.ids.removeByPtr(entry.key_ptr);
        const id: u32 = @intCast(dfa.states.items.len);
        try dfa.states.ensureUnusedCapacity(dfa.gpa, 1);
        try dfa.places.ensureUnusedCapacity(dfa.gpa, places.len);
        try dfa.table.ensureUnusedCapacity(dfa.gpa, dfa.program.class_count);
        dfa.states.appendAssumeCapacity(.{
            .start = @intCast(dfa.places.items.len),
            .len = @intCast(places.len),
            .before = before,
        });
        dfa.places.appendSliceAssumeCapacity(places);
        dfa.table.appendNTimesAssumeCapacity(unknown, dfa.program.class_count);
        entry.key_ptr.* = id;
        return id;
    }

    /// Adds a place and all that can be reached from it without a byte.
    fn close(dfa: *Dfa, from: Address, before: Before, after: After) Error!void {
        try dfa.pending.append(dfa.gpa, from);
        while (dfa.pending.pop()) |place| {
            if (dfa.closure.has(place)) continue;
            dfa.closure.add(place);
            switch (dfa.program.code[place]) {
                .split => |ways| try dfa.pending.appendSlice(
                    dfa.gpa,
                    &.{ ways.second, ways.first },
                ),
                .look => |look| if (programs.holds(look.kind, before, after)) {
                    try dfa.pending.append(dfa.gpa, look.next);
                },
                .byte, .match, .never => {},
            }
        }
    }
};

/// What follows a place: a carriage return ends a line like a newline, as Windows writes it.
pub fn afterOf(byte: u8) After {
    if (byte == '\n' or byte == '\r') return .line_end;
    return if (programs.isWordByte(byte)) .word else .other;
}

const Key = struct { before: Before, places: []const Address };

/// Hashes states by what they hold; their ids alone are stored.
const Context = struct {
    dfa: *const Dfa,

    pub fn hash(context: Context, key: anytype) u64 {
        return hashOf(context.keyOf(key));
    }

    pub fn eql(context: Context, left: anytype, right: u32) bool {
        const one = context.keyOf(left);
        const other = context.keyOf(right);
        return one.before == other.before and std.mem.eql(Address, one.places, other.places);
    }

    fn keyOf(context: Context, given: anytype) Key {
        if (@TypeOf(given) == Key) return given;
        const id: u32 = given;
        const state = context.dfa.states.items[id];
        const places = context.dfa.places.items[state.start..][0..state.len];
        return .{ .before = state.before, .places = places };
    }

    fn hashOf(key: Key) u64 {
        const bytes = std.mem.sliceAsBytes(key.places);
        return std.hash.Wyhash.hash(@intFromEnum(key.before), bytes);
    }
};

/// A set of addresses that is cleared in no time and keeps the order of adding.
pub const Places = struct {
    list: std.ArrayList(Address) = .empty,
    where: []u32 = &.{},

    /// What was taken before an error is given back by `deinit`, as everything else is.
    pub fn init(places: *Places, gpa: Allocator, count: usize) Allocator.Error!void {
        try places.list.ensureTotalCapacity(gpa, count);
        places.where = try gpa.alloc(u32, count);
        @memset(places.where, 0);
    }

    pub fn deinit(places: *Places, gpa: Allocator) void {
        places.list.deinit(gpa);
        gpa.free(places.where);
    }

    pub fn clear(places: *Places) void {
        places.list.clearRetainingCapacity();
    }

    pub fn has(places: *const Places, place: Address) bool {
        const index = places.where[place];
        return index < places.list.items.len and places.list.items[index] == place;
    }

    /// Does nothing when it is there already.
    pub fn add(places: *Places, place: Address) void {
        if (places.has(place)) return;
        places.where[place] = @intCast(places.list.items.len);
        places.list.appendAssumeCapacity(place);
    }
};
