//! What the editor says of a question: where the cursor is, which files are open or were edited.
const std = @import("std");
const rank_file = @import("rank.zig");
const weights = @import("weights.zig");
const view_file = @import("../store/view.zig");

const Allocator = std.mem.Allocator;
const Boost = rank_file.Boost;
const View = view_file.View;

pub const Cursor = struct { path: []const u8, line: u32 };

pub const Editor = struct {
    cursor: ?Cursor = null,
    open_files: []const []const u8 = &.{},
    recent_files: []const []const u8 = &.{},

    /// Adds a boost for each file that is known.
    pub fn addBoosts(
        editor: *const Editor,
        arena: Allocator,
        view: *const View,
        boosts: *std.ArrayList(Boost),
    ) Allocator.Error!void {
        if (editor.cursor) |cursor| try add(
            arena,
            view,
            boosts,
            cursor.path,
            weights.at_cursor,
            .cursor,
        );
        for (editor.open_files) |path| try add(arena, view, boosts, path, weights.open_file, .open);
        for (editor.recent_files) |path| try add(
            arena,
            view,
            boosts,
            path,
            weights.recent_file,
            .recent,
        );
    }

    fn add(
        arena: Allocator,
        view: *const View,
        boosts: *std.ArrayList(Boost),
        path: []const u8,
        share: f32,
        reason: rank_file.Reason,
    ) Allocator.Error!void {
        const place = view.find(path) orelse return;
        try boosts.append(arena, .{ .place = place, .share = share, .reason = reason });
    }
};
