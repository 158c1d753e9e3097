//! Where in a line the match is: runs all ways of a program side by side, the better ones first.
//! Slower than the table of dfa.zig, and asked only for lines that are known to match.
const std = @import("std");
const dfas = @import("dfa.zig");
const programs = @import("program.zig");

const Allocator = std.mem.Allocator;
const Address = programs.Address;
const After = programs.After;
const Before = programs.Before;
const Program = programs.Program;

pub const Match = struct { start: usize, end: usize };

pub const Pike = struct {
    gpa: Allocator,
    program: *const Program,
    stop: dfas.Stop,
    now: Threads = .{},
    later: Threads = .{},
    pending: std.ArrayList(Address) = .empty,

    pub fn init(gpa: Allocator, program: *const Program, stop: dfas.Stop) dfas.Error!Pike {
        var pike: Pike = .{ .gpa = gpa, .program = program, .stop = stop };
        errdefer pike.deinit();
        try pike.now.init(gpa, program.code.len);
        try pike.later.init(gpa, program.code.len);
        return pike;
    }

    pub fn deinit(pike: *Pike) void {
        pike.now.deinit(pike.gpa);
        pike.later.deinit(pike.gpa);
        pike.pending.deinit(pike.gpa);
    }

    /// The first match of a line (its newline left out), the one the pattern likes best of those
    /// that begin there.
    pub fn find(pike: *Pike, line: []const u8) dfas.Error!?Match {
        var best: ?Match = null;
        pike.now.places.clear();
        for (0..line.len + 1) |at| {
            if (at % 4096 == 0 and pike.stop.isStopped(pike.stop.context)) return error.Stopped;
            const before: Before = beforeOf(line, at);
            const after: After = if (at == line.len) .line_end else dfas.afterOf(line[at]);
            if (best == null) try pike.addThread(&pike.now, pike.program.start, at);
            if (pike.now.places.list.items.len == 0) break;
            try pike.resolve(before, after);
            pike.later.places.clear();
            for (pike.now.places.list.items) |place| {
                const start = pike.now.starts[place];
                switch (pike.program.code[place]) {
                    .byte => |of| {
                        if (at == line.len or line[at] < of.low or line[at] > of.high) continue;
                        try pike.addThread(&pike.later, of.next, start);
                    },
                    .match => {
                        // Every way after this one is worse.
                        best = .{ .start = start, .end = at };
                        break;
                    },
                    .split, .look, .never => {},
                }
            }
            std.mem.swap(Threads, &pike.now, &pike.later);
        }
        return best;
    }

    fn addThread(_: *Pike, threads: *Threads, place: Address, start: usize) dfas.Error!void {
        if (threads.places.has(place)) return;
        threads.places.add(place);
        threads.starts[place] = start;
    }

    /// Follows all ways that need no byte, in the order of the pattern. `later` is free until the
    /// step that comes next, and takes the result.
    fn resolve(pike: *Pike, before: Before, after: After) dfas.Error!void {
        pike.later.places.clear();
        for (pike.now.places.list.items) |first| {
            const start = pike.now.starts[first];
            try pike.pending.append(pike.gpa, first);
            while (pike.pending.pop()) |place| {
                if (pike.later.places.has(place)) continue;
                try pike.addThread(&pike.later, place, start);
                switch (pike.program.code[place]) {
                    .split => |ways| try pike.pending.appendSlice(
                        pike.gpa,
                        &.{ ways.second, ways.first },
                    ),
                    .look => |look| if (programs.holds(look.kind, before, after)) {
                        try pike.pending.append(pike.gpa, look.next);
                    },
                    .byte, .match, .never => {},
                }
            }
        }
        std.mem.swap(Threads, &pike.now, &pike.later);
    }
};

/// The ways that are being followed, best first, and where the match of each would begin.
const Threads = struct {
    places: dfas.Places = .{},
    starts: []usize = &.{},

    /// What was taken before an error is given back by `deinit`.
    fn init(threads: *Threads, gpa: Allocator, count: usize) Allocator.Error!void {
        try threads.places.init(gpa, count);
        threads.starts = try gpa.alloc(usize, count);
    }

    fn deinit(threads: *Threads, gpa: Allocator) void {
        threads.places.deinit(gpa);
        gpa.free(threads.starts);
    }
};

fn beforeOf(line: []const u8, at: usize) Before {
    if (at == 0) return .line_start;
    return if (programs.isWordByte(line[at - 1])) .word else .other;
}
