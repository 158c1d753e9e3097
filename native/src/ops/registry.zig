//! Every operation, by the number it has in zeke_index.h.
const std = @import("std");
const call = @import("call.zig");

pub const Operation = enum(u32) {
    refresh = 1,
    status = 2,
    search = 3,
    definitions = 4,
    references = 5,
    symbols = 6,
    outline = 7,
    files = 8,
    grep = 9,
    imports = 10,
    context = 11,
    map = 12,
    overlay = 13,
    watch = 14,
    history = 15,
};

pub const Run = *const fn (*call.Call) call.Error!void;

/// One line an operation.
pub fn runner(operation: Operation) Run {
    return switch (operation) {
        .context => @import("context.zig").run,
        .definitions => @import("definitions.zig").run,
        .files => @import("files.zig").run,
        .grep => @import("grep.zig").run,
        .history => @import("history.zig").run,
        .imports => @import("imports.zig").run,
        .map => @import("map.zig").run,
        .outline => @import("outline.zig").run,
        .overlay => @import("overlay.zig").run,
        .references => @import("references.zig").run,
        .refresh => @import("refresh.zig").run,
        .search => @import("search.zig").run,
        .status => @import("status.zig").run,
        .symbols => @import("symbols.zig").run,
        .watch => @import("watch.zig").run,
    };
}

/// Whether what a watch has heard of is taken in first. Those that change the index do it
/// themselves or do not care.
pub fn isFreshened(operation: Operation) bool {
    return switch (operation) {
        .overlay, .refresh, .watch => false,
        else => true,
    };
}
