//! A pattern as a program for bytes: a non-deterministic automaton whose order of choice is that
//! of the pattern, so that a match is the one a reader expects (leftmost, then first).
const std = @import("std");
const syntax = @import("syntax.zig");
const unicode = @import("unicode.zig");

const Allocator = std.mem.Allocator;
const Look = syntax.Look;
const Tree = syntax.Tree;

pub const Address = u32;

pub const Instruction = union(enum) {
    /// One byte from `low` to `high`, then `next`.
    byte: struct { low: u8, high: u8, next: Address },
    /// Both ways; `first` is the better one.
    split: struct { first: Address, second: Address },
    look: struct { kind: Look, next: Address },
    match,
    never,
};

/// What the byte before a place was, as far as any condition asks.
pub const Before = enum(u2) { line_start, word, other };

/// What the byte after a place is.
pub const After = enum(u2) { line_end, word, other };

pub const Program = struct {
    code: []const Instruction,
    start: Address,
    /// Bytes no instruction tells apart share a class; the newline has one of its own.
    classes: [256]u8,
    class_count: u16,
    /// One byte of each class.
    samples: []const u8,
    looks_at_words: bool,
    looks_at_start: bool,
};

/// A larger program is refused: every byte of a text may cost as much as the program is long.
pub const max_instructions = 8192;
/// Steps of the compiler: bounds patterns like `(){1000}{1000}{1000}` that emit nothing.
const max_steps = 200_000;

pub fn isWordByte(byte: u8) bool {
    return byte >= 0x80 or byte == '_' or std.ascii.isAlphanumeric(byte);
}

pub fn compile(arena: Allocator, tree: Tree, failure: *syntax.Failure) syntax.Error!Program {
    var compiler: Compiler = .{ .arena = arena, .tree = tree, .failure = failure };
    const match = try compiler.emit(.match);
    const start = try compiler.node(tree.root, match);
    var program: Program = .{
        .code = compiler.code.items,
        .start = start,
        .classes = undefined,
        .class_count = 0,
        .samples = &.{},
        .looks_at_words = compiler.looks_at_words,
        .looks_at_start = compiler.looks_at_start,
    };
    try setClasses(arena, &program);
    return program;
}

/// Whether a condition holds between two bytes.
pub fn holds(kind: Look, before: Before, after: After) bool {
    const is_border = (before == .word) != (after == .word);
    return switch (kind) {
        .line_start => before == .line_start,
        .line_end => after == .line_end,
        .word_border => is_border,
        .no_word_border => !is_border,
        .word_start => before != .word and after == .word,
        .word_end => before == .word and after != .word,
        .no_word_before => before != .word,
        .no_word_after => after != .word,
    };
}

const Compiler = struct {
    arena: Allocator,
    tree: Tree,
    failure: *syntax.Failure,
    code: std.ArrayList(Instruction) = .empty,
    steps: u32 = 0,
    looks_at_words: bool = false,
    looks_at_start: bool = false,

    fn emit(compiler: *Compiler, instruction: Instruction) syntax.Error!Address {
        if (compiler.code.items.len >= max_instructions) return compiler.refuse();
        try compiler.code.append(compiler.arena, instruction);
        return @intCast(compiler.code.items.len - 1);
    }

    fn refuse(compiler: *Compiler) error{BadPattern} {
        compiler.failure.* = .{ .message = "the pattern makes too large a program" };
        return error.BadPattern;
    }

    /// Emits a node that goes on at `next`, and gives where it begins. Recursion is bounded by
    /// `syntax.max_depth`.
    fn node(compiler: *Compiler, index: syntax.Index, next: Address) syntax.Error!Address {
        compiler.steps += 1;
        if (compiler.steps > max_steps) return compiler.refuse();
        switch (compiler.tree.at(index)) {
            .empty => return next,
            .char => |code_point| return compiler.char(code_point, next),
            .folded => |letter| {
                const lower = try compiler.byte(letter, letter, next);
                const upper = std.ascii.toUpper(letter);
                return compiler.split(lower, try compiler.byte(upper, upper, next));
            },
            .set => |ranges| return compiler.set(ranges, next),
            .look => |kind| {
                switch (kind) {
                    .line_start => compiler.looks_at_start = true,
                    .line_end => {},
                    else => compiler.looks_at_words = true,
                }
                return compiler.emit(.{ .look = .{ .kind = kind, .next = next } });
            },
            .concat => |children| {
                var at = next;
                var left = children.len;
                while (left > 0) {
                    left -= 1;
                    at = try compiler.node(children[left], at);
                }
                return at;
            },
            .alternate => |children| {
                var left = children.len - 1;
                var at = try compiler.node(children[left], next);
                while (left > 0) {
                    left -= 1;
                    at = try compiler.split(try compiler.node(children[left], next), at);
                }
                return at;
            },
            .repeat => |of| return compiler.repeat(of, next),
        }
    }

    fn byte(compiler: *Compiler, low: u8, high: u8, next: Address) syntax.Error!Address {
        return compiler.emit(.{ .byte = .{ .low = low, .high = high, .next = next } });
    }

    fn split(compiler: *Compiler, first: Address, second: Address) syntax.Error!Address {
        return compiler.emit(.{ .split = .{ .first = first, .second = second } });
    }

    fn char(compiler: *Compiler, code_point: u21, next: Address) syntax.Error!Address {
        var bytes: [4]u8 = undefined;
        // The parser lets no surrogate through.
        var left: usize = std.unicode.utf8Encode(code_point, &bytes) catch
            return compiler.emit(.never);
        var at = next;
        while (left > 0) {
            left -= 1;
            at = try compiler.byte(bytes[left], bytes[left], at);
        }
        return at;
    }

    /// One way for each sequence of byte ranges; equal ends of sequences are shared.
    fn set(compiler: *Compiler, ranges: []const unicode.Range, next: Address) syntax.Error!Address {
        const first_own: Address = @intCast(compiler.code.items.len);
        var at: ?Address = null;
        for (ranges) |range| {
            var sequences: unicode.Sequences = .of(range);
            while (sequences.next()) |sequence| {
                var to = next;
                var left: usize = sequence.len;
                while (left > 0) {
                    left -= 1;
                    const low = sequence.low[left];
                    const high = sequence.high[left];
                    to = compiler.find(first_own, low, high, to) orelse
                        try compiler.byte(low, high, to);
                }
                at = if (at) |others| try compiler.split(to, others) else to;
            }
        }
        return at orelse compiler.emit(.never);
    }

    fn find(compiler: *const Compiler, from: Address, low: u8, high: u8, next: Address) ?Address {
        const own = compiler.code.items[from..];
        for (own[0..@min(own.len, 64)], from..) |instruction, address| switch (instruction) {
            .byte => |found| if (found.low == low and found.high == high and found.next == next) {
                return @intCast(address);
            },
            else => {},
        };
        return null;
    }

    fn repeat(compiler: *Compiler, of: syntax.Repeat, next: Address) syntax.Error!Address {
        var at = next;
        if (of.max) |max| {
            for (of.min..max) |_| {
                const body = try compiler.node(of.child, at);
                at = try compiler.choice(body, next, of.is_lazy);
            }
        } else {
            const loop = try compiler.emit(.never);
            const body = try compiler.node(of.child, loop);
            compiler.code.items[loop] = .{ .split = .{
                .first = if (of.is_lazy) next else body,
                .second = if (of.is_lazy) body else next,
            } };
            at = loop;
        }
        for (0..of.min) |_| at = try compiler.node(of.child, at);
        return at;
    }

    fn choice(
        compiler: *Compiler,
        body: Address,
        skip: Address,
        is_lazy: bool,
    ) syntax.Error!Address {
        return if (is_lazy) compiler.split(skip, body) else compiler.split(body, skip);
    }
};

fn setClasses(arena: Allocator, program: *Program) Allocator.Error!void {
    // `starts[b]`: something tells byte b from byte b - 1.
    var starts: [257]bool = @splat(false);
    for ([_]u8{ '\n', '\r' }) |byte| {
        starts[byte] = true;
        starts[@as(usize, byte) + 1] = true;
    }
    for (program.code) |instruction| switch (instruction) {
        .byte => |of| {
            starts[of.low] = true;
            starts[@as(usize, of.high) + 1] = true;
        },
        else => {},
    };
    if (program.looks_at_words) for (1..256) |byte| {
        if (isWordByte(@intCast(byte)) != isWordByte(@intCast(byte - 1))) starts[byte] = true;
    };
    var samples: std.ArrayList(u8) = .empty;
    for (0..256) |byte| {
        if (byte == 0 or starts[byte]) try samples.append(arena, @intCast(byte));
        program.classes[byte] = @intCast(samples.items.len - 1);
    }
    program.samples = samples.items;
    program.class_count = @intCast(samples.items.len);
}

fn compiled(arena: Allocator, pattern: []const u8) !Program {
    var failure: syntax.Failure = .{};
    return compile(arena, try syntax.parse(arena, pattern, .{}, &failure), &failure);
}

test "a program of more than its bound is refused at once" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    for ([_][]const u8{
        "(a{1000}){1000}",
        "(){1000}{1000}{1000}",
        "((a*){1000}){1000}",
        "(.{1000}){9}",
    }) |pattern| {
        try std.testing.expectError(error.BadPattern, compiled(arena.allocator(), pattern));
    }
}

test "a dot takes few instructions" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const program = try compiled(arena.allocator(), ".");
    try std.testing.expect(program.code.len < 32);
}
