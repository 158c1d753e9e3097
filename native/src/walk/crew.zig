//! Visits folders with several threads: who has nothing to do takes the next folder that waits.
const std = @import("std");
const tree = @import("tree.zig");
const visit = @import("visit.zig");

const Allocator = std.mem.Allocator;
const Node = tree.Node;
const Visitor = visit.Visitor;

pub const Crew = struct {
    gpa: Allocator,
    /// One a thread; the first is the caller's.
    visitors: []Visitor,
    mutex: std.Io.Mutex = .init,
    /// Folders came, or the walk ended.
    changed: std.Io.Condition = .init,
    /// The folders in the order they were found, so that shallow ones come first.
    queue: std.ArrayList(*Node) = .empty,
    next: usize = 0,
    /// Folders that wait or are being visited.
    pending: usize = 0,
    threads: std.ArrayList(std.Thread) = .empty,
    failure: ?visit.Error = null,

    /// A thread is worth its start once so many folders wait.
    const worth_a_thread = 4;

    /// Visits these folders and all that are kept below them.
    pub fn run(crew: *Crew, first: []const *Node) visit.Error!void {
        defer crew.queue.deinit(crew.gpa);
        defer crew.threads.deinit(crew.gpa);
        try crew.threads.ensureTotalCapacity(crew.gpa, crew.visitors.len - 1);
        try crew.queue.appendSlice(crew.gpa, first);
        crew.pending = first.len;
        crew.work(&crew.visitors[0]);
        for (crew.threads.items) |thread| thread.join();
        if (crew.failure) |failure| return failure;
    }

    fn work(crew: *Crew, visitor: *Visitor) void {
        const io = visitor.io();
        crew.mutex.lockUncancelable(io);
        defer crew.mutex.unlock(io);
        while (crew.failure == null and crew.pending > 0) {
            if (crew.next == crew.queue.items.len) {
                crew.changed.waitUncancelable(io, &crew.mutex);
                continue;
            }
            const node = crew.queue.items[crew.next];
            crew.next += 1;
            crew.mutex.unlock(io);
            const result = visitor.visit(node);
            crew.mutex.lockUncancelable(io);
            crew.finish(node, result);
            crew.changed.broadcast(io);
        }
    }

    /// Takes note of a visited folder. The mutex is locked.
    fn finish(crew: *Crew, node: *Node, result: visit.Error!void) void {
        crew.pending -= 1;
        result catch |failure| {
            crew.failure = failure;
            return;
        };
        crew.queue.appendSlice(crew.gpa, node.children) catch |failure| {
            crew.failure = failure;
            return;
        };
        crew.pending += node.children.len;
        const waiting = crew.queue.items.len - crew.next;
        const is_full = crew.threads.items.len + 1 == crew.visitors.len;
        if (is_full or waiting < worth_a_thread) return;
        const visitor = &crew.visitors[crew.threads.items.len + 1];
        // Where no thread can be started those that run do the work.
        const thread = std.Thread.spawn(.{}, work, .{ crew, visitor }) catch return;
        crew.threads.appendAssumeCapacity(thread);
    }
};
