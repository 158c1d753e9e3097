//! What kind of file a path is, and what its first bytes tell.
const std = @import("std");
const Language = @import("../base/types.zig").Language;

/// Files larger than this are listed, their text is not indexed.
pub const huge_bytes: u64 = 32 << 20;

/// How many of a file's first bytes `ofContent` looks at; more do no harm.
pub const head_bytes: usize = 8192;

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
    _ = path;
    _ = size;
    @panic("being written");
}

/// What the path told, corrected by the file's first bytes.
pub fn ofContent(class: Class, head: []const u8) Class {
    _ = class;
    _ = head;
    @panic("being written");
}
