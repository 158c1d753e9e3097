//! Fuzzy search of paths: `ctxsrch` finds `src/context/search.ts`. The pattern as it stands beats
//! letters with gaps, the file's name beats its folders, starts of words beat the middle of them.
const std = @import("std");
const literal = @import("literal.zig");
const path_table = @import("path_table.zig");

const Allocator = std.mem.Allocator;
const PathTable = path_table.PathTable;

/// What is looked for, ready for many paths.
pub const Pattern = struct {
    /// Without spaces, as typed.
    exact: []const u8,
    lower: []const u8,
    mask: u64,
    /// A capital was typed: paths that have it the same way come first.
    has_capital: bool,

    pub fn init(arena: Allocator, typed: []const u8) Allocator.Error!Pattern {
        const exact = try arena.alloc(u8, typed.len);
        var length: usize = 0;
        for (typed) |byte| {
            if (std.ascii.isWhitespace(byte)) continue;
            exact[length] = byte;
            length += 1;
        }
        const lower = try std.ascii.allocLowerString(arena, exact[0..length]);
        return .{
            .exact = exact[0..length],
            .lower = lower,
            .mask = path_table.maskOf(lower),
            .has_capital = !std.mem.eql(u8, exact[0..length], lower),
        };
    }
};

const open_bonus: f32 = 8;
const case_bonus: f32 = 2;
/// No path whose letters have gaps scores more.
const most_with_gaps: f32 = 50 + open_bonus + case_bonus;

/// How well a pattern fits; null when it does not. `found` is where it stands as it is, if
/// anywhere. Below `floor` any score will do.
fn score(
    pattern: *const Pattern,
    path: []const u8,
    lower: []const u8,
    name_start: usize,
    found: ?usize,
    floor: f32,
) ?f32 {
    const wanted = pattern.lower;
    const cost = @as(f32, @floatFromInt(path.len)) / 500;
    const first = found orelse {
        if (!hasInOrder(lower, wanted)) return null;
        if (floor >= most_with_gaps) return 0;
        if (sharePlaced(path, lower, wanted, name_start)) |share| return 40 * share + 10 - cost;
        return 40 * (sharePlaced(path, lower, wanted, 0) orelse return null) - cost;
    };
    const in_name = if (first < name_start) indexOf(lower, wanted, name_start) else first;
    const start = in_name orelse first;
    const end = start + wanted.len;
    const base: f32 = if (start == name_start)
        (if (end == lower.len or lower[end] == '.') 100 else 90)
    else if (start > name_start)
        (if (isWordStart(path, start)) 80 else 70)
    else
        (if (isWordStart(path, start)) 65 else 55);
    const has_case = pattern.has_capital and std.mem.eql(u8, path[start..end], pattern.exact);
    return base + (if (has_case) case_bonus else 0) - cost;
}

fn indexOf(text: []const u8, wanted: []const u8, from: usize) ?usize {
    if (wanted.len == 0 or text.len < wanted.len) return null;
    var at = from;
    const last = text.len - wanted.len;
    while (at <= last) {
        at = std.mem.indexOfScalarPos(u8, text[0 .. last + 1], at, wanted[0]) orelse return null;
        if (std.mem.eql(u8, text[at..][0..wanted.len], wanted)) return at;
        at += 1;
    }
    return null;
}

fn hasInOrder(text: []const u8, wanted: []const u8) bool {
    var found: usize = 0;
    for (text) |byte| {
        if (byte != wanted[found]) continue;
        found += 1;
        if (found == wanted.len) return true;
    }
    return false;
}

/// From 0 to 1: the share of letters that follow the one before or start a word.
fn sharePlaced(path: []const u8, lower: []const u8, wanted: []const u8, from: usize) ?f32 {
    var at = from;
    var good: usize = 0;
    for (wanted) |letter| {
        const next = std.mem.indexOfScalarPos(u8, lower, at, letter) orelse return null;
        if (next == at or next == from or isWordStart(path, next)) good += 1;
        at = next + 1;
    }
    return @as(f32, @floatFromInt(good)) / @as(f32, @floatFromInt(wanted.len));
}

fn isWordStart(path: []const u8, at: usize) bool {
    if (at == 0) return true;
    const before = path[at - 1];
    if (before < 0x80 and !std.ascii.isAlphanumeric(before)) return true;
    return std.ascii.isUpper(path[at]) and std.ascii.isLower(before);
}

pub const Found = struct {
    path: []const u8,
    score: f32,
};

/// The best so many of all that were offered.
pub const Best = struct {
    arena: Allocator,
    limit: usize,
    /// The worst on top.
    heap: std.PriorityQueue(Found, void, worseFirst),
    total: usize = 0,

    pub fn init(arena: Allocator, limit: usize) Best {
        return .{ .arena = arena, .limit = limit, .heap = .empty };
    }

    /// What a path must score to be kept.
    pub fn floor(best: *const Best) f32 {
        if (best.heap.count() < best.limit) return -std.math.inf(f32);
        return if (best.limit == 0) std.math.inf(f32) else best.heap.items[0].score;
    }

    pub fn add(best: *Best, found: Found) Allocator.Error!void {
        best.total += 1;
        if (best.limit == 0) return;
        if (best.heap.count() == best.limit) {
            if (worseFirst({}, found, best.heap.items[0]) != .gt) return;
            _ = best.heap.pop();
        }
        try best.heap.push(best.arena, found);
    }

    /// All that were kept, best first.
    pub fn sorted(best: *Best) []const Found {
        std.mem.sort(Found, best.heap.items, {}, isBetter);
        return best.heap.items;
    }
};

fn worseFirst(_: void, left: Found, right: Found) std.math.Order {
    if (left.score != right.score) return std.math.order(left.score, right.score);
    if (left.path.len != right.path.len) return std.math.order(right.path.len, left.path.len);
    return std.mem.order(u8, right.path, left.path);
}

fn isBetter(_: void, left: Found, right: Found) bool {
    return worseFirst({}, left, right) == .gt;
}

/// Offers the live documents of one table to `best`. Without a pattern shallow paths come first.
pub fn searchTable(
    table: *const PathTable,
    live: []const u64,
    pattern: *const Pattern,
    open_files: []const []const u8,
    best: *Best,
) Allocator.Error!void {
    const is_empty = pattern.lower.len == 0;
    var occurrences: Occurrences = .{ .table = table, .finder = .init(pattern.lower, false) };
    for (live, 0..) |word, index| {
        var bits = word;
        while (bits != 0) : (bits &= bits - 1) {
            const document = index * 64 + @ctz(bits);
            if (document >= table.entries.len) return;
            const entry = &table.entries[document];
            if (pattern.mask & ~entry.mask != 0) continue;
            const path = table.pathOf(document);
            var points = if (is_empty)
                -@as(f32, @floatFromInt(entry.depth))
            else
                score(
                    pattern,
                    path,
                    table.lowerOf(document),
                    entry.name_start,
                    occurrences.of(document),
                    best.floor(),
                ) orelse continue;
            if (isAmong(open_files, path)) points += open_bonus;
            try best.add(.{ .path = path, .score = points });
        }
    }
}

/// Where the pattern stands in the paths of a table as it is. All paths are searched as one text,
/// so most of them cost nothing; documents are asked for in ascending order.
const Occurrences = struct {
    table: *const PathTable,
    finder: literal.Finder,
    /// The first occurrence that is not before the last path asked for.
    next: ?usize = 0,
    is_fresh: bool = false,

    /// In bytes from the start of the document's path.
    fn of(occurrences: *Occurrences, document: usize) ?usize {
        const entry = &occurrences.table.entries[document];
        const start = entry.start;
        const end = start + entry.length;
        while (occurrences.next) |at| {
            if (at >= start and occurrences.is_fresh) {
                if (at >= end) return null;
                if (at + occurrences.finder.needle.len <= end) return at - start;
            }
            // It is before this path, or goes on in the next one.
            const from = if (occurrences.is_fresh) @max(at + 1, start) else start;
            occurrences.next = occurrences.finder.find(occurrences.table.lower, from);
            occurrences.is_fresh = true;
        }
        return null;
    }
};

fn isAmong(paths: []const []const u8, wanted: []const u8) bool {
    for (paths) |path| if (std.mem.eql(u8, path, wanted)) return true;
    return false;
}

fn find(
    arena: Allocator,
    paths: []const []const u8,
    typed: []const u8,
    open_files: []const []const u8,
    limit: usize,
) ![]const Found {
    const written: path_table.SamplePaths = try .of(arena, paths);
    const table = try PathTable.create(arena, &written, written.text);
    const live = try arena.alloc(u64, paths.len / 64 + 1);
    @memset(live, std.math.maxInt(u64));
    const pattern: Pattern = try .init(arena, typed);
    var best: Best = .init(arena, limit);
    try searchTable(table, live, &pattern, open_files, &best);
    return best.sorted();
}

const example = [_][]const u8{
    "README.md",                  "src/cart/price.py",        "src/http/backoff.ts",
    "src/http/client.ts",         "src/context/search.ts",    "src/store/session_store.go",
    "docs/deep/down/readme.html", "test/http/client.test.ts", "src/abc/lib.ts",
};

test "the path that was meant comes first" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const cases = [_][2][]const u8{
        .{ "client", "src/http/client.ts" },
        .{ "htcl", "src/http/client.ts" },
        .{ "price.py", "src/cart/price.py" },
        .{ "src/store", "src/store/session_store.go" },
        .{ "sesstore", "src/store/session_store.go" },
        .{ "readme", "README.md" },
        .{ "ctxsrch", "src/context/search.ts" },
        .{ " http back ", "src/http/backoff.ts" },
    };
    for (cases) |case| {
        const found = try find(arena.allocator(), &example, case[0], &.{}, 3);
        try std.testing.expectEqualStrings(case[1], found[0].path);
    }
    try std.testing.expectEqual(0, (try find(arena.allocator(), &example, "zzz", &.{}, 3)).len);
}

test "no pattern gives all, shallow and open ones first" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const all = try find(arena.allocator(), &example, " ", &.{}, 100);
    try std.testing.expectEqual(example.len, all.len);
    try std.testing.expectEqualStrings("README.md", all[0].path);
    const two = try find(arena.allocator(), &example, "", &.{"src/http/client.ts"}, 2);
    try std.testing.expectEqual(2, two.len);
    try std.testing.expectEqualStrings("src/http/client.ts", two[0].path);
}

test "a capital prefers its like" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const paths = [_][]const u8{ "a/main.c", "a/Main.c" };
    try std.testing.expectEqualStrings(
        "a/Main.c",
        (try find(arena.allocator(), &paths, "Main", &.{}, 1))[0].path,
    );
}

test "a short list holds the best of a long one" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const gpa = arena.allocator();
    var random: std.Random.DefaultPrng = .init(std.testing.random_seed);
    const any = random.random();
    var paths: std.ArrayList([]const u8) = .empty;
    for (0..500) |_| {
        const path = try gpa.alloc(u8, any.intRangeAtMost(usize, 1, 20));
        for (path) |*byte| byte.* = "aAbBc/._"[any.uintLessThan(usize, 8)];
        try paths.append(gpa, path);
    }
    for ([_][]const u8{ "a", "ab", "Ab", "cab", "a.b", "bca" }) |typed| {
        const all = try find(gpa, paths.items, typed, &.{}, 1000);
        const few = try find(gpa, paths.items, typed, &.{}, 7);
        try std.testing.expect(few.len <= 7);
        for (few, all[0..few.len]) |short, long| {
            try std.testing.expectEqualStrings(long.path, short.path);
        }
    }
}
