//! What kind of file a path is, and what its first bytes tell.
const std = @import("std");
const languages = @import("languages.zig");
const Language = @import("../base/types.zig").Language;

/// Files larger than this are listed, their text is not indexed.
pub const huge_bytes: u64 = 32 << 20;

/// How many of a file's first bytes `ofContent` looks at; more do no harm.
pub const head_bytes: usize = 8192;

/// Marks of generators stand at the top, below a licence at most.
const mark_bytes: usize = 3072;
const mark_lines: usize = 40;

/// Lines of this length on average are nothing that a person writes.
const minified_line_bytes: usize = 1000;

pub const Class = struct {
    language: Language,
    /// Written by a program: a lock file, a bundle, a snapshot, output of a generator.
    is_generated: bool = false,
    /// No text.
    is_binary: bool = false,
    is_huge: bool = false,
    is_test: bool = false,
    is_doc: bool = false,
};

/// What the path and the size tell, before anything is read.
pub fn ofPath(path: []const u8, size: u64) Class {
    var buffer: [max_path_bytes]u8 = undefined;
    // The end of a path tells more than its beginning.
    const lower = std.ascii.lowerString(&buffer, path[path.len -| max_path_bytes..]);
    const name = baseName(lower);
    const extension = extensionOf(name);
    const language = languages.ofName(baseName(path), name, extension) orelse
        if (extension.len > 0) Language.generic else .prose;
    return .{
        .language = language,
        .is_generated = isGeneratedName(lower, name),
        .is_binary = binary_extensions.has(extension) or
            (size > doubtful_bytes and doubtful_extensions.has(extension)),
        .is_huge = size > huge_bytes,
        .is_test = isTest(lower, name),
        .is_doc = isDoc(lower, name, extension, language),
    };
}

/// What the path told, corrected by the file's first bytes.
pub fn ofContent(class: Class, bytes: []const u8) Class {
    const head = bytes[0..@min(bytes.len, head_bytes)];
    var result = class;
    if (!isText(bytes)) result.is_binary = true;
    if (result.is_binary) return result;
    switch (class.language) {
        .prose, .generic => if (languages.ofShebang(head)) |language| {
            result.language = language;
        },
        .c => if (isCpp(head)) {
            result.language = .cpp;
        },
        // Translations of Qt are called so too.
        .typescript => if (std.mem.startsWith(u8, head, "<?xml")) {
            result.language = .data;
        },
        else => {},
    }
    // Whoever writes of generators in prose is a person.
    if (class.language == .prose or class.language == .markdown) return result;
    result.is_generated = class.is_generated or isMarked(head[0..@min(head.len, mark_bytes)]) or
        isMinified(head);
    return result;
}

/// Whether a file may be text, by its beginning.
pub fn isText(bytes: []const u8) bool {
    return std.mem.findScalar(u8, bytes[0..@min(bytes.len, head_bytes)], 0) == null;
}

const max_path_bytes = 1024;

fn baseName(path: []const u8) []const u8 {
    const slash = std.mem.findScalarLast(u8, path, '/') orelse return path;
    return path[slash + 1 ..];
}

/// What stands after the last dot; nothing for `.name` and `name`.
fn extensionOf(name: []const u8) []const u8 {
    const dot = std.mem.findScalarLast(u8, name, '.') orelse return "";
    return if (dot == 0) "" else name[dot + 1 ..];
}

/// The words of a comptime text as a set.
fn setOf(comptime words: []const u8) std.StaticStringMap(void) {
    return .initComptime(comptime entries: {
        @setEvalBranchQuota(20_000);
        var list: []const struct { []const u8 } = &.{};
        var parts = std.mem.tokenizeAny(u8, words, " \n");
        while (parts.next()) |word| list = list ++ .{.{word}};
        break :entries list;
    });
}

const binary_extensions = setOf(
    \\png jpg jpeg gif webp ico icns bmp tif tiff psd avif heic pdf zip gz tgz bz2 xz zst lz4 7z rar
    \\tar jar war ear dylib dll exe wasm woff woff2 ttf otf eot mp3 mp4 m4a mov avi mkv wav flac
    \\ogg webm pyc pyo pyd sqlite sqlite3 lockb keystore
);

/// What machines write under these, people write too: the kernel's `Makefile.lib`, models as `.obj`.
/// Small ones are read, and their content tells.
const doubtful_extensions = setOf("class o a so lib obj pdb db node");
const doubtful_bytes = 1 << 20;

const generated_names = setOf(
    \\package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock deno.lock cargo.lock
    \\gemfile.lock composer.lock poetry.lock pdm.lock uv.lock pipfile.lock go.sum flake.lock
    \\mix.lock pubspec.lock podfile.lock package.resolved gradle.lockfile paket.lock conan.lock
);

const generated_endings = [_][]const u8{
    ".min.js",  ".min.mjs",      ".min.css",      ".bundle.js",   ".shipped", "_shipped",
    ".pb.go",   ".pb.cc",        ".pb.h",         "_pb2.py",      "_pb2.pyi", "_pb2_grpc.py",
    ".g.dart",  ".freezed.dart", ".g.cs",         ".designer.cs", ".snap",    ".ambr",
    ".gen.go",  ".gen.ts",       "_generated.go", ".js.map",      ".mjs.map", ".cjs.map",
    ".css.map", ".ts.map",
};

fn isGeneratedName(path: []const u8, name: []const u8) bool {
    if (generated_names.has(name)) return true;
    for (generated_endings) |ending| if (std.mem.endsWith(u8, name, ending)) return true;
    return std.mem.find(u8, name, ".generated.") != null or
        std.mem.find(u8, path, "__snapshots__/") != null;
}

const test_folders = setOf(
    \\test tests __tests__ spec specs e2e fixture fixtures testdata testing
    \\benchmark benchmarks bench
);

fn isTest(path: []const u8, name: []const u8) bool {
    var parts = std.mem.splitScalar(u8, path[0 .. path.len - name.len], '/');
    while (parts.next()) |part| if (test_folders.has(part)) return true;
    if (std.mem.startsWith(u8, name, "test_") or std.mem.eql(u8, name, "conftest.py")) return true;
    const dot = std.mem.findScalar(u8, name, '.') orelse return false;
    // `a.test.ts` and `a.b_spec.rb`: the word stands before any dot but the first byte.
    var start: usize = 0;
    var at = dot;
    while (true) {
        const part = name[start..at];
        if (start > 0 and isTestWord(part)) return true;
        if (std.mem.findLastAny(u8, part, "_-")) |mark| {
            if (isTestWord(part[mark + 1 ..])) return true;
        }
        start = at + 1;
        at = std.mem.findScalarPos(u8, name, start, '.') orelse return false;
    }
}

fn isTestWord(word: []const u8) bool {
    // `a.test-d.ts` tests types.
    for ([_][]const u8{ "test", "spec", "bench", "test-d", "spec-d" }) |known| {
        if (std.mem.eql(u8, word, known)) return true;
    }
    return false;
}

const doc_extensions = setOf("md mdx markdown rst txt adoc asciidoc");

const doc_folders = setOf("doc docs documentation example examples sample samples changelog");

/// Files that people write for people; `history.ts` is code like any other.
const doc_names = setOf(
    \\changelog changes authors history readme license licence copying news contributing todo
);

/// Text files by name that programs read.
const no_docs = [_][]const u8{ "cmakelists.txt", "requirements", "constraints" };

fn isDoc(path: []const u8, name: []const u8, extension: []const u8, language: Language) bool {
    if (doc_extensions.has(extension)) {
        for (no_docs) |known| if (std.mem.startsWith(u8, name, known)) return false;
        return true;
    }
    var folders = std.mem.splitScalar(u8, path[0 .. path.len - name.len], '/');
    while (folders.next()) |folder| {
        const dot = std.mem.findScalar(u8, folder, '.') orelse folder.len;
        if (doc_folders.has(folder[0..dot])) return true;
    }
    const is_text = language == .prose or language == .generic;
    const stem_end = std.mem.findScalar(u8, name, '.') orelse name.len;
    return is_text and doc_names.has(name[0..stem_end]);
}

const cpp_starts = [_][]const u8{
    "namespace ", "class ", "template <", "template<", "public:", "private:",
};

/// True for a header that only C++ understands.
fn isCpp(head: []const u8) bool {
    if (startsCpp(head)) return true;
    var offset: usize = 0;
    while (offset < head.len) : (offset += block_bytes) {
        var breaks = bitsOf(blockAt(head, offset) == splat('\n'));
        while (breaks != 0) : (breaks &= breaks - 1) {
            const start = @min(head.len, offset + @ctz(breaks) + 1);
            if (startsCpp(head[start..])) return true;
        }
    }
    return false;
}

fn startsCpp(lines: []const u8) bool {
    var start: usize = 0;
    while (start < lines.len and (lines[start] == ' ' or lines[start] == '\t')) start += 1;
    if (start == lines.len) return false;
    switch (lines[start]) {
        // All of them begin so.
        'n', 'c', 't', 'p' => {},
        else => return false,
    }
    for (cpp_starts) |word| if (std.mem.startsWith(u8, lines[start..], word)) return true;
    return false;
}

/// What nobody but a generator writes.
const marks = [_][]const u8{ "@generated", "do not edit", "do not modify this file" };

/// What a generator writes of its file, and people of other things.
const weak_marks = [_][]const u8{
    "code generated", "autogenerated", "auto-generated", "automatically generated",
};

const comment_marks = "/*#-;%<{.'! \t";

/// Bytes that are looked at together.
const block_bytes = 64;
const Block = @Vector(block_bytes, u8);

inline fn splat(byte: u8) Block {
    return @splat(byte);
}

inline fn bitsOf(bits: @Vector(block_bytes, bool)) u64 {
    return @bitCast(bits);
}

/// The bytes from `offset` on, and zeros behind the end.
inline fn blockAt(text: []const u8, offset: usize) Block {
    if (text.len - offset >= block_bytes) return text[offset..][0..block_bytes].*;
    var padded: [block_bytes]u8 = @splat(0);
    @memcpy(padded[0 .. text.len - offset], text[offset..]);
    return padded;
}

/// False for a head that has none of the marks: each has `generated` or `do not ` in it. Told by
/// letters at their distances, since nearly every head is free of both.
fn mayBeMarked(head: []const u8) bool {
    const distance = 8;
    var offset: usize = 0;
    while (offset + distance < head.len) : (offset += block_bytes) {
        const bit = splat(0x20);
        const first = blockAt(head, offset) | bit;
        const later = blockAt(head, offset + distance) | bit;
        var generated = bitsOf(first == splat('g')) & bitsOf(later == splat('d'));
        while (generated != 0) : (generated &= generated - 1) {
            if (startsWithWord(head[offset + @ctz(generated) ..], "generated")) return true;
        }
        // `later` looks at the `d` of `do not edit` and the `o` of `do not modify`.
        const wanted = bitsOf(later == splat('d')) | bitsOf(later == splat('o'));
        var forbidden = bitsOf(first == splat('d')) & wanted;
        while (forbidden != 0) : (forbidden &= forbidden - 1) {
            if (startsWithWord(head[offset + @ctz(forbidden) ..], "do not ")) return true;
        }
    }
    return false;
}

fn startsWithWord(text: []const u8, word: []const u8) bool {
    return std.ascii.startsWithIgnoreCase(text, word);
}

/// True when a comment at the top says that a program wrote the file. A generator, which has the
/// same words in its strings, is none.
fn isMarked(head: []const u8) bool {
    if (!mayBeMarked(head)) return false;
    var buffer: [mark_bytes]u8 = undefined;
    var lines = std.mem.splitScalar(u8, std.ascii.lowerString(&buffer, head), '\n');
    for (0..mark_lines) |_| {
        const line = lines.next() orelse return false;
        const text = std.mem.trimStart(u8, line, comment_marks);
        // A line that begins like a comment.
        if (std.mem.trimStart(u8, line, " \t").len == text.len) continue;
        for (marks) |mark| if (std.mem.find(u8, text, mark) != null) return true;
        for (weak_marks) |mark| {
            const at = std.mem.find(u8, text, mark) orelse continue;
            if (at == 0 or std.mem.find(u8, text, "file") != null) return true;
        }
    }
    return false;
}

fn isMinified(head: []const u8) bool {
    if (head.len < head_bytes / 2) return false;
    return std.mem.countScalar(u8, head, '\n') * minified_line_bytes < head.len;
}

const testing = std.testing;

fn classOf(path: []const u8, content: []const u8) Class {
    return ofContent(ofPath(path, content.len), content);
}

test "languages by name, extension and first line" {
    const cases = [_]struct { []const u8, []const u8, Language }{
        .{ "a/b.ts", "", .typescript },                       .{ "a.d.mts", "", .typescript },
        .{ "A.TSX", "", .tsx },                               .{ "x.cjs", "", .javascript },
        .{ "x.py", "", .python },                             .{ "SConstruct", "", .python },
        .{ "x.h", "int a;\n", .c },                           .{ "x.h", "namespace a {\n", .cpp },
        .{ "x.h", "//" ++ "." ** 61 ++ "\n\tclass a", .cpp }, .{ "x.C", "", .cpp },
        .{ "x.c", "", .c },                                   .{ "Rakefile", "", .ruby },
        .{ ".bashrc", "", .shell },                           .{ "run", "#!/bin/sh\n", .shell },
        .{ "run", "#!/bin/env -S python3\n", .python },       .{ "run", "#! /usr/bin/node", .javascript },
        .{ "README", "", .prose },                            .{ "x.unknown", "", .generic },
        .{ "x.json", "", .data },                             .{ "README.md", "", .markdown },
        .{ "x.rst", "", .prose },                             .{ "Makefile", "", .generic },
        .{ "tr.ts", "<?xml version='1.0'?>", .data },         .{ "", "", .prose },
        .{ ".", "", .prose },
    };
    for (cases) |case| {
        testing.expectEqual(case[2], classOf(case[0], case[1]).language) catch |err| {
            std.debug.print("{s}\n", .{case[0]});
            return err;
        };
    }
}

test "generated files" {
    const generated = [_]struct { []const u8, []const u8 }{
        .{ "package-lock.json", "{}" },
        .{ "a/jquery.min.js", "" },
        .{ "a.js.map", "" },
        .{ "a/__snapshots__/b.txt", "" },
        .{ "a.go", "// Code generated by stringer; DO NOT EDIT.\npackage a\n" },
        .{ "a.py", "# -*- coding: utf-8 -*-\n# @generated\n" },
        .{ "a.js", "var a=1;" ** 800 },
        .{ "a.h", "/*\n * This file is auto-generated. Do not touch.\n */\n" },
        .{ "a.mk", "# Automatically generated by configure\n" },
        .{ "a.c", "/* " ++ "-" ** 54 ++ "do not edit */\n" },
        .{ "a.c", "// Do not modify this file" },
    };
    for (generated) |case| try testing.expect(classOf(case[0], case[1]).is_generated);
    const written = [_]struct { []const u8, []const u8 }{
        .{ "a.py", "print('DO NOT EDIT')\nx = '@generated'\n" },
        .{ "a.js", "let a = 1;\n" ** 800 },
        .{ "a.md", "long paragraph " ** 500 },
        .{ "a.js", "// one\n" ** 600 ++ "// do not edit\n" },
        .{ "a.c", "/* these flags do not modify the class */\n" },
    };
    for (written) |case| try testing.expect(!classOf(case[0], case[1]).is_generated);
}

test "binary and huge files" {
    try testing.expect(classOf("a.png", "x").is_binary);
    try testing.expect(classOf("a.txt", "a\x00b").is_binary);
    try testing.expect(!classOf("a.txt", "\xff\xfe").is_binary);
    try testing.expect(!classOf("scripts/Makefile.lib", "obj-y := a.o\n").is_binary);
    try testing.expect(classOf("a.lib", "!<arch>\n\x00").is_binary);
    try testing.expect(ofPath("a.lib", doubtful_bytes + 1).is_binary);
    try testing.expect(!ofPath("a.txt", huge_bytes).is_huge);
    try testing.expect(ofPath("a.txt", huge_bytes + 1).is_huge);
}

test "tests and documents by path" {
    const tests = [_][]const u8{
        "test/a.ts", "a/__tests__/b.js", "a.test.ts",         "a-spec.js",   "x/a_test.go",
        "test_a.py", "a/conftest.py",    "a.b.spec.ts",       "TESTS/a.c",   "a_bench.x.rs",
        "bench/a",   "spec/a",           "tools/testing/x.c", "a.test-d.ts",
    };
    for (tests) |path| try testing.expect(ofPath(path, 1).is_test);
    for ([_][]const u8{ "a.ts", "latest.ts", "contest/a.ts", "test.ts", "a.testing.ts" }) |path| {
        try testing.expect(!ofPath(path, 1).is_test);
    }
    const docs = [_][]const u8{ "README", "docs/a.ts", "a.md", "CHANGELOG.md", "Documentation/a" };
    for (docs) |path| {
        try testing.expect(ofPath(path, 1).is_doc);
    }
    const no_doc_paths = [_][]const u8{
        "src/docker/a.ts", "CMakeLists.txt", "requirements-dev.txt", "src/history.ts", "ext/todo.py",
        "changes/a.c",
    };
    for (no_doc_paths) |path| {
        try testing.expect(!ofPath(path, 1).is_doc);
    }
}

test "nothing crashes on odd input" {
    var random: std.Random.DefaultPrng = .init(1);
    var buffer: [4096]u8 = undefined;
    for (0..2000) |_| {
        const length = random.random().uintLessThan(usize, buffer.len);
        random.random().bytes(buffer[0..length]);
        for (buffer[0..length]) |*byte| {
            if (random.random().boolean()) byte.* = "./_-testmd#!"[byte.* % 12];
        }
        _ = classOf(buffer[0..length], buffer[length / 2 .. length]);
    }
}
