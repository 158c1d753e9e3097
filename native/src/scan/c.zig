//! Finds what C and C++ texts define.
const std = @import("std");
const scan = @import("scan.zig");
const types = @import("../base/types.zig");
const c_scanner = @import("c_scanner.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;

pub fn scanC(text: []const u8, found: *Found) Allocator.Error!void {
    return scanFrom(text, .{}, found);
}

pub fn scanCpp(text: []const u8, found: *Found) Allocator.Error!void {
    return scanFrom(text, .{ .is_cpp = true }, found);
}

/// Reads the text again, at most twice, when it turns out to be another dialect or not to match.
fn scanFrom(text: []const u8, first_mode: c_scanner.Mode, found: *Found) Allocator.Error!void {
    var mode = first_mode;
    const symbols = found.symbols.items.len;
    const comments = found.comments.items.len;
    const imports = found.imports.items.len;
    while (true) {
        var scanner: c_scanner.Scanner = .{ .text = text, .found = found, .mode = mode };
        defer scanner.scopes.deinit(found.gpa);
        try scanner.run();
        if (scanner.is_other_dialect) {
            mode.is_cpp = true;
        } else if (scanner.is_unbalanced and !mode.trusts_columns) {
            mode.trusts_columns = true;
        } else break;
        found.symbols.shrinkRetainingCapacity(symbols);
        found.comments.shrinkRetainingCapacity(comments);
        found.imports.shrinkRetainingCapacity(imports);
    }
    tidy(found, symbols);
}

/// Takes out the symbols that got no name and brings the others into order.
fn tidy(found: *Found, first: usize) void {
    const symbols = found.symbols.items;
    var kept = first;
    var is_sorted = true;
    for (symbols[first..]) |symbol| {
        if (symbol.name.isEmpty()) continue;
        if (kept > first and symbols[kept - 1].start > symbol.start) is_sorted = false;
        symbols[kept] = symbol;
        kept += 1;
    }
    found.symbols.shrinkRetainingCapacity(kept);
    if (is_sorted) return;
    std.mem.sort(types.Symbol, symbols[first..kept], {}, struct {
        fn isBefore(_: void, a: types.Symbol, b: types.Symbol) bool {
            return if (a.start == b.start) a.end > b.end else a.start < b.start;
        }
    }.isBefore);
}
