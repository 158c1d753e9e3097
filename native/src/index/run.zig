//! What a builder has gathered of its documents, forwards: for each of them its names, words,
//! definitions and imports. write_segment.zig turns the lists over.
const std = @import("std");
const dictionary = @import("dictionary.zig");
const format = @import("format.zig");
const PlainTexts = @import("plain_texts.zig").PlainTexts;
const Table = @import("table.zig").Table;

const Allocator = std.mem.Allocator;

pub const Run = struct {
    counts: format.Counts = .{},
    documents: std.ArrayList(format.DocumentRecord) = .empty,
    paths: PlainTexts = .{},
    names: Table(Name) = .{},
    name_texts: dictionary.TextList = .{},
    /// The words of each name, as `Builder.newName` writes them.
    words_of_names: std.ArrayList(u32) = .empty,
    words: Table(u32) = .{},
    word_texts: dictionary.TextList = .{},
    /// For each document its names: the id, and in the lowest bit whether it is defined there.
    name_entries: std.ArrayList(u32) = .empty,
    /// For each document its words: the id, and the payload in the lowest byte.
    word_entries: std.ArrayList(u32) = .empty,
    /// Where the entries of each document end.
    ends: std.ArrayList(Ends) = .empty,
    symbol_bytes: std.ArrayList(u8) = .empty,
    imports: PlainTexts = .{},
    /// For each document how many texts it imports, and their ids.
    import_ids: std.ArrayList(u8) = .empty,

    pub const Name = extern struct { id: u32, words_at: u32 };
    const Ends = struct { names: usize, words: usize };

    pub const no_words = std.math.maxInt(u32);
    pub const max_names = 1 << 31;
    pub const max_words = 1 << 24;

    pub fn deinit(run: *Run, gpa: Allocator) void {
        run.documents.deinit(gpa);
        run.paths.deinit(gpa);
        run.names.deinit(gpa);
        run.name_texts.deinit(gpa);
        run.words_of_names.deinit(gpa);
        run.words.deinit(gpa);
        run.word_texts.deinit(gpa);
        run.name_entries.deinit(gpa);
        run.word_entries.deinit(gpa);
        run.ends.deinit(gpa);
        run.symbol_bytes.deinit(gpa);
        run.imports.deinit(gpa);
        run.import_ids.deinit(gpa);
    }

    pub fn clear(run: *Run) void {
        run.counts = .{};
        run.documents.clearRetainingCapacity();
        run.paths.clear();
        run.names.clear();
        run.name_texts.clear();
        run.words_of_names.clearRetainingCapacity();
        run.words.clear();
        run.word_texts.clear();
        run.name_entries.clearRetainingCapacity();
        run.word_entries.clearRetainingCapacity();
        run.ends.clearRetainingCapacity();
        run.symbol_bytes.clearRetainingCapacity();
        run.imports.clear();
        run.import_ids.clearRetainingCapacity();
    }

    /// What is in use; memory that is reserved only costs nothing.
    pub fn memoryBytes(run: *const Run) usize {
        return run.names.count * 2 * @sizeOf(Table(Name).Slot) + run.name_texts.bytes.items.len +
            run.words_of_names.items.len * 4 + run.words.count * 2 * @sizeOf(Table(u32).Slot) +
            run.word_texts.bytes.items.len +
            (run.name_entries.items.len + run.word_entries.items.len) * 4 +
            run.symbol_bytes.items.len + run.import_ids.items.len + run.paths.memoryBytes() +
            run.imports.memoryBytes() + run.documents.items.len * @sizeOf(format.DocumentRecord);
    }
};
