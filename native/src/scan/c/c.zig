//! Finds what C and C++ texts define.
const std = @import("std");
const scan = @import("../scan.zig");
const types = @import("../../base/types.zig");
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

const helpers = @import("../testing.zig");

test "functions of C, of the old style and made by macros too" {
    try helpers.expectSymbols(.c,
        \\static int __init start(void) __releases(lock)
        \\{
        \\    if (a) { b('}', "}"); }
        \\}
        \\int old(a, b) int a; char *b; { return 1; }
        \\SYSCALL_DEFINE2(close, int, fd, int, x) { }
        \\EXPORT_SYMBOL(start)
        \\struct foo *find(int (*f)(int)) { return f; }
        \\int declared(int);
        \\int (*chosen(int a))(int) { return 0; }
    ,
        \\function start 1-4
        \\function old 5-5
        \\function close 6-6
        \\function find 8-8
        \\function chosen 10-10
    );
}

test "types, macros and variables of C" {
    try helpers.expectSymbols(.c,
        \\#define TWICE(x) \
        \\    ((x) * 2)
        \\struct point { int x; struct part { int y; } p; } __packed;
        \\typedef struct { int a; } pair_t;
        \\typedef enum color { RED } color_t;
        \\typedef int (*compare_fn)(const void *, size_t);
        \\typedef unsigned long (WINAPI *hook_t)(int);
        \\static DEFINE_MUTEX(lock);
        \\static u32 counter __read_mostly = 1, other;
        \\static const struct ops table[] = { { .open = f }, };
        \\extern int elsewhere;
        \\struct forward;
        \\MODULE_LICENSE("GPL");
    ,
        \\macro TWICE 1-2
        \\class point 3-3
        \\class point.part 3-3
        \\class pair_t 4-4
        \\enum color 5-5
        \\type color_t 5-5
        \\type compare_fn 6-6
        \\type hook_t 7-7
        \\variable lock 8-8
        \\variable counter 9-9
        \\variable other 9-9
        \\variable table 10-10
    );
}

test "braces in branches of the preprocessor count once" {
    try helpers.expectSymbols(.c,
        \\#ifdef A
        \\int first(int a) {
        \\#else
        \\int first(long a) {
        \\#endif
        \\    if (a) {
        \\#if B
        \\    } else {
        \\#endif
        \\    }
        \\}
        \\#if 0
        \\it's not read {
        \\#endif
        \\int second(int a,
        \\#ifdef C
        \\    int b) {
        \\#else
        \\    int c) {
        \\#endif
        \\}
        \\int third(void) { }
        \\#if D
        \\MACRO(a
        \\#else
        \\fourth() g { }
        \\#endif
    ,
        \\function first 2-11
        \\function first 4-5
        \\function second 15-21
        \\function third 22-22
        \\function fourth 24-26
    );
}

test "a text whose braces do not match is read by its columns" {
    try helpers.expectSymbols(.c,
        \\int broken(void)
        \\{
        \\    OPEN_BRACE {
        \\}
        \\int next(void)
        \\{
        \\}
    ,
        \\function broken 1-4
        \\function next 5-7
    );
}

test "classes, namespaces and methods of C++" {
    try helpers.expectSymbols(.cpp,
        \\namespace a::b {
        \\template <class T, class U = X<T>>
        \\class API Foo final : public Bar<T>, Baz {
        \\ public:
        \\  explicit Foo(int a) : a_{a}, b_(a) { }
        \\  ~Foo() {}
        \\  bool operator==(const Foo& o) const { return true; }
        \\  int declared() const;
        \\  static constexpr int kSize = 3;
        \\};
        \\enum class Color : int { kRed };
        \\}
        \\void b::Foo<int>::run() const noexcept(true) { struct Local { void go() {} }; using T = int; }
        \\using Alias = std::vector<int>;
        \\constexpr auto kRaw = R"(")}";)";
        \\long big = 1'000'000;
        \\extern "C" { int plain() { return '}'; } }
        \\TEST(Suite, Case) { }
    ,
        \\module b 1-12
        \\class b.Foo 2-10
        \\method Foo.Foo 5-5
        \\method Foo.~Foo 6-6
        \\method Foo.operator== 7-7
        \\enum b.Color 11-11
        \\method Foo.run 13-13
        \\class Local 13-13
        \\method Local.go 13-13
        \\type T 13-13
        \\type Alias 14-14
        \\constant kRaw 15-15
        \\variable big 16-16
        \\function plain 17-17
        \\method Suite.Case 18-18
    );
}

test "a header that holds C++ is read as C++" {
    const text = "#pragma once\nnamespace a { class B { void c() {} }; }\n";
    try helpers.expectSymbols(.c, text, "module a 2-2\nclass a.B 2-2\nmethod B.c 2-2");
}

test "comments and includes of C" {
    const text = "#include <a/b.h>\n#include \"c.h\" // why\n/* x */ int f() { /* } */ } // y \\\n z\n";
    try helpers.expectSpans(.c, text, .imports, "a/b.h|c.h");
    try helpers.expectSpans(.c, text, .comments, "// why|/* x */|/* } */|// y \\\n z");
}

test "very long macros and very deep nesting" {
    const gpa = std.testing.allocator;
    const line = "x \\\n";
    const text = try gpa.alloc(u8, 4_000_000);
    defer gpa.free(text);
    for (text, 0..) |*byte, i| byte.* = line[i % line.len];
    @memcpy(text[0 .. line.len * 3], "#define A \\\n");
    try helpers.expectScanIsSound(.c, text);
    for ([_][]const u8{ "{", "namespace a {", "struct a {", "#if A\n{", "f(", "a<" }) |piece| {
        for (text[0..400_000], 0..) |*byte, i| byte.* = piece[i % piece.len];
        try helpers.expectScanIsSound(.c, text[0..400_000]);
        try helpers.expectScanIsSound(.cpp, text[0..400_000]);
    }
}
