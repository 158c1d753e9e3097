//! For tests only: a workspace in a temporary folder, and an index of it.
const std = @import("std");
const dispatch = @import("../ops/dispatch.zig");
const engine_file = @import("engine.zig");
const registry = @import("../ops/registry.zig");
const Task = @import("task.zig").Task;

const Engine = engine_file.Engine;
const io = std.testing.io;
const gpa = std.testing.allocator;

pub const Workspace = struct {
    tmp: std.testing.TmpDir,
    /// The workspace itself; the snapshot's folder is beside it.
    dir: std.Io.Dir,
    arena: std.heap.ArenaAllocator,
    engine: ?*Engine = null,

    pub fn init() !Workspace {
        var tmp = std.testing.tmpDir(.{});
        errdefer tmp.cleanup();
        try tmp.dir.createDirPath(io, "root");
        return .{
            .tmp = tmp,
            .dir = try tmp.dir.openDir(io, "root", .{ .iterate = true }),
            .arena = .init(gpa),
        };
    }

    pub fn deinit(workspace: *Workspace) void {
        workspace.close();
        workspace.dir.close(io);
        workspace.arena.deinit();
        workspace.tmp.cleanup();
    }

    /// Writes a file. Its time is an hour ago plus `version` seconds, so that a later version of
    /// the same size is a change, and none is too young to be trusted.
    pub fn write(workspace: *Workspace, path: []const u8, text: []const u8, version: u32) !void {
        if (std.fs.path.dirnamePosix(path)) |folder| try workspace.dir.createDirPath(io, folder);
        try workspace.dir.writeFile(io, .{ .sub_path = path, .data = text });
        const now = std.Io.Clock.real.now(io).nanoseconds;
        const seconds: i96 = @divFloor(now, std.time.ns_per_s) - 3600 + version;
        const time: std.Io.Timestamp = .{ .nanoseconds = seconds * std.time.ns_per_s + 1 };
        try workspace.dir.setTimestamps(io, path, .{ .modify_timestamp = .{ .new = time } });
    }

    pub fn delete(workspace: *Workspace, path: []const u8) !void {
        try workspace.dir.deleteFile(io, path);
    }

    pub fn rootPath(workspace: *Workspace) ![]const u8 {
        return workspace.dir.realPathFileAlloc(io, ".", workspace.arena.allocator());
    }

    pub fn folderPath(workspace: *Workspace) ![]const u8 {
        const above = try workspace.tmp.dir.realPathFileAlloc(io, ".", workspace.arena.allocator());
        return std.fs.path.join(workspace.arena.allocator(), &.{ above, "snapshot" });
    }

    /// An index in memory.
    pub fn open(workspace: *Workspace) !void {
        workspace.engine = try workspace.another(.{ .root = "" });
    }

    /// An index with a snapshot.
    pub fn openStored(workspace: *Workspace) !void {
        workspace.engine = try workspace.another(.{
            .root = "",
            .folder = try workspace.folderPath(),
        });
    }

    /// One more index of the same root; the caller closes it.
    pub fn another(workspace: *Workspace, given: engine_file.Settings) !*Engine {
        var settings = given;
        settings.root = try workspace.rootPath();
        if (settings.threads == 0) settings.threads = 2;
        var problem: []const u8 = "";
        return Engine.open(io, settings, &problem);
    }

    pub fn close(workspace: *Workspace) void {
        if (workspace.engine) |engine| engine.close(io);
        workspace.engine = null;
    }

    /// The result of an operation, good until `deinit`; an error when it is none.
    pub fn call(
        workspace: *Workspace,
        operation: registry.Operation,
        request: []const u8,
    ) ![]const u8 {
        return workspace.callOn(workspace.engine.?, operation, request);
    }

    pub fn callOn(
        workspace: *Workspace,
        engine: *Engine,
        operation: registry.Operation,
        request: []const u8,
    ) ![]const u8 {
        var task: Task = .{};
        defer task.deinit();
        dispatch.carryOut(io, engine, &task, @intFromEnum(operation), request);
        return switch (task.code) {
            .ok => try workspace.arena.allocator().dupe(u8, task.result),
            .request => error.BadRequest,
            .cancelled => error.Cancelled,
            .memory => error.OutOfMemory,
            .files => error.Files,
            .handle, .buffer, .internal => error.Internal,
        };
    }

    /// The value of a number in a JSON result.
    pub fn number(result: []const u8, name: []const u8) !i64 {
        var key: [64]u8 = undefined;
        const text = try std.fmt.bufPrint(&key, "\"{s}\":", .{name});
        const at = (std.mem.indexOf(u8, result, text) orelse return error.NoSuchField) + text.len;
        const end = std.mem.indexOfAnyPos(u8, result, at, ",}") orelse return error.NoSuchField;
        return std.fmt.parseInt(i64, result[at..end], 10);
    }

    /// Fails unless a JSON result has these numbers.
    pub fn expect(result: []const u8, fields: anytype) !void {
        inline for (@typeInfo(@TypeOf(fields)).@"struct".fields) |field| {
            const got = number(result, field.name) catch |err| {
                std.debug.print("{s} in {s}\n", .{ field.name, result });
                return err;
            };
            if (got != @field(fields, field.name)) {
                std.debug.print("{s} of {s}\n", .{ field.name, result });
                return error.TestExpectedEqual;
            }
        }
    }
};
