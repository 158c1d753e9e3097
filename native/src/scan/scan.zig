//! Finds the definitions, comments and imports of one text: the contract of every language and the
//! one place that chooses among them.
const std = @import("std");
const data = @import("data.zig");
const generic = @import("generic.zig");
const javascript = @import("javascript/javascript.zig");
const lua = @import("lua.zig");
const markdown = @import("markdown.zig");
const php = @import("php.zig");
const python = @import("python.zig");
const ruby = @import("ruby/ruby.zig");
const shell = @import("shell.zig");
const types = @import("../base/types.zig");
const c = @import("c/c.zig");
const java = @import("java.zig");
const go = @import("go.zig");
const rust = @import("rust.zig");
const zig = @import("zig.zig");
const kotlin = @import("kotlin.zig");
const swift = @import("swift.zig");

const Allocator = std.mem.Allocator;
const Language = types.Language;
const Span = types.Span;
const Symbol = types.Symbol;

/// What a scan finds. Reused from file to file: `clear` keeps the memory.
pub const Found = struct {
    gpa: Allocator,
    /// In the order of their first byte; an outer one comes before what stands in it.
    symbols: std.ArrayList(Symbol) = .empty,
    /// Comments and doc strings with their marks, in order, never overlapping.
    comments: std.ArrayList(Span) = .empty,
    /// What the file asks for, as it is written: `./client.ts`, `stdio.h`, `a.b.c`, `crate::x::y`.
    imports: std.ArrayList(Span) = .empty,

    pub fn init(gpa: Allocator) Found {
        return .{ .gpa = gpa };
    }

    pub fn deinit(found: *Found) void {
        found.symbols.deinit(found.gpa);
        found.comments.deinit(found.gpa);
        found.imports.deinit(found.gpa);
    }

    pub fn clear(found: *Found) void {
        found.symbols.clearRetainingCapacity();
        found.comments.clearRetainingCapacity();
        found.imports.clearRetainingCapacity();
    }
};

/// Adds what stands in `text` to `found`. Never fails on a text, whatever it holds: it may be cut,
/// no UTF-8, or nested a hundred thousand deep (no recursion over nesting; linear time).
pub fn scan(language: Language, text: []const u8, found: *Found) Allocator.Error!void {
    switch (language) {
        .typescript => try javascript.scanText(.typescript, text, found),
        .tsx => try javascript.scanText(.tsx, text, found),
        .javascript => try javascript.scanText(.javascript, text, found),
        .python => try python.scanText(text, found),
        .ruby => try ruby.scanText(text, found),
        .lua => try lua.scanText(text, found),
        .php => try php.scanText(text, found),
        .generic => try generic.scanText(text, found),
        .shell => try shell.scanText(text, found),
        .markdown => try markdown.scanText(text, found),
        .c => try c.scanC(text, found),
        .cpp => try c.scanCpp(text, found),
        .java => try java.scanJava(text, found),
        .csharp => try java.scanCsharp(text, found),
        .go => try go.scanText(text, found),
        .rust => try rust.scanText(text, found),
        .zig => try zig.scanText(text, found),
        .kotlin => try kotlin.scanText(text, found),
        .swift => try swift.scanText(text, found),
        .data => try data.scanText(text, found),
        .prose => {},
    }
}

const samples = @import("samples.zig");
const helpers = @import("testing.zig");

test "hostile texts end every scan in good order" {
    try helpers.expectHostileIsSound();
}

test "every cut of a sample is scanned in good order" {
    for (std.enums.values(Language)) |language| {
        const text = samples.of(language);
        for (0..text.len) |end| {
            try helpers.expectScanIsSound(language, text[0..end]);
            try helpers.expectScanIsSound(language, text[end..]);
        }
    }
}

test "damaged samples are scanned in good order" {
    var random: std.Random.DefaultPrng = .init(1);
    var buffer: [4096]u8 = undefined;
    for (std.enums.values(Language)) |language| {
        for (0..500) |_| {
            const text = helpers.damage(random.random(), &buffer, samples.of(language));
            try helpers.expectScanIsSound(language, text);
        }
    }
}
