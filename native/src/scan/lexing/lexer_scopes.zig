//! The brackets and definitions a scanner stands in. It lives on the heap and is bounded: what is
//! opened deeper than any person writes is only counted, so hostile nesting costs no memory, and
//! every bracket is pushed and popped at most once.
const std = @import("std");
const lexer = @import("lexer.zig");
const scan = @import("../scan.zig");
const types = @import("../../base/types.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;
const Span = types.Span;
const Symbol = types.Symbol;

/// `Tag` says what a scope is to the language at hand.
pub fn Scopes(comptime Tag: type) type {
    return struct {
        found: *Found,
        list: std.ArrayList(Scope) = .empty,
        /// Scopes that are open beyond `max_depth`.
        beyond: usize = 0,
        /// How many scopes of each opener are in `list`: a closer without one is ignored.
        counts: [256]u32 = @splat(0),

        const Self = @This();

        pub const max_depth = 4096;

        pub const Scope = struct {
            /// The bracket, or any byte that the language uses for its own pairs.
            opener: u8,
            tag: Tag,
            /// Index of the symbol that ends with this scope.
            symbol: ?u32 = null,
            /// The name of the innermost named scope, this one included.
            container: Span = .empty,
        };

        pub fn init(found: *Found) Self {
            return .{ .found = found };
        }

        pub fn deinit(scopes: *Self) void {
            scopes.list.deinit(scopes.found.gpa);
        }

        pub fn depth(scopes: *const Self) usize {
            return scopes.list.items.len + scopes.beyond;
        }

        pub fn top(scopes: *Self) ?*Scope {
            if (scopes.list.items.len == 0) return null;
            return &scopes.list.items[scopes.list.items.len - 1];
        }

        /// What the innermost scope is to the language; `outermost` outside of all.
        pub fn tagOr(scopes: *Self, outermost: Tag) Tag {
            const scope = scopes.top() orelse return outermost;
            return scope.tag;
        }

        /// The name of the innermost named scope; empty outside of all.
        pub fn container(scopes: *Self) Span {
            const scope = scopes.top() orelse return .empty;
            return scope.container;
        }

        /// Opens a scope. A `name` makes it the container of what stands in it.
        pub fn push(
            scopes: *Self,
            opener: u8,
            tag: Tag,
            symbol: ?u32,
            name: Span,
        ) Allocator.Error!void {
            if (scopes.list.items.len >= max_depth) {
                scopes.beyond += 1;
                return;
            }
            try scopes.list.append(scopes.found.gpa, .{
                .opener = opener,
                .tag = tag,
                .symbol = symbol,
                .container = if (name.isEmpty()) scopes.container() else name,
            });
            scopes.counts[opener] += 1;
        }

        /// Closes the innermost scope of `opener` and what was left open in it; the symbols of
        /// them end at `end`. Returns the scope, or null if none was open.
        pub fn close(scopes: *Self, opener: u8, end: usize) ?Scope {
            if (scopes.beyond > 0) {
                scopes.beyond -= 1;
                return null;
            }
            if (scopes.counts[opener] == 0) return null;
            while (scopes.pop(end)) |scope| {
                if (scope.opener == opener) return scope;
            }
            return null;
        }

        /// Closes the innermost scope, whatever it is.
        pub fn pop(scopes: *Self, end: usize) ?Scope {
            const scope = scopes.list.pop() orelse return null;
            scopes.counts[scope.opener] -= 1;
            if (scope.symbol) |symbol| scopes.setEnd(symbol, end);
            return scope;
        }

        /// Closes everything: the text is over.
        pub fn finish(scopes: *Self, end: usize) void {
            while (scopes.pop(end)) |_| {}
        }

        /// Adds a symbol in the innermost named scope and returns its index.
        pub fn add(scopes: *Self, symbol: Symbol) Allocator.Error!u32 {
            var placed = symbol;
            if (placed.container.isEmpty()) placed.container = scopes.container();
            const index = scopes.found.symbols.items.len;
            try scopes.found.symbols.append(scopes.found.gpa, placed);
            return @intCast(index);
        }

        pub fn setEnd(scopes: *Self, symbol: u32, end: usize) void {
            const known = &scopes.found.symbols.items[symbol];
            known.end = @max(known.end, @as(u32, @intCast(end)));
        }
    };
}

const testing = std.testing;

test "a closer closes what was left open in its scope, and nothing if it has no opener" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    var scopes: Scopes(enum { block, class }) = .init(&found);
    defer scopes.deinit();
    const name: Span = .{ .start = 3, .end = 4 };
    const outer = try scopes.add(.{ .name = name, .kind = .class, .start = 0, .end = 4 });
    try scopes.push('{', .class, outer, name);
    try scopes.push('(', .block, null, .empty);
    try testing.expectEqual(name, scopes.container());
    try testing.expectEqual(null, scopes.close('[', 7));
    try testing.expectEqual(.block, scopes.tagOr(.class));
    try testing.expectEqual(2, scopes.depth());
    try testing.expectEqual(.class, scopes.close('{', 9).?.tag);
    try testing.expectEqual(0, scopes.depth());
    try testing.expectEqual(9, found.symbols.items[0].end);
    try testing.expectEqual(Span.empty, scopes.container());
    try testing.expectEqual(.class, scopes.tagOr(.class));
}

test "deep nesting is counted, not kept" {
    var found: Found = .init(testing.allocator);
    defer found.deinit();
    var scopes: Scopes(u8) = .init(&found);
    defer scopes.deinit();
    for (0..100_000) |_| try scopes.push('{', 0, null, .empty);
    try testing.expectEqual(100_000, scopes.depth());
    try testing.expectEqual(Scopes(u8).max_depth, scopes.list.items.len);
    for (0..100_000) |_| _ = scopes.close('{', 1);
    try testing.expectEqual(0, scopes.depth());
}
