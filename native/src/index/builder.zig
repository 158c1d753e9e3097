//! Builds one segment from texts, one after another, on one thread.
//!
//! What a document holds is kept forwards, as a list of name and word ids for each document, four
//! bytes each; `finish` turns the lists over (write_segment.zig). The words of a name are found out
//! once, when the name is seen first, so that counting the words of a text only adds up its names.
const std = @import("std");
const format = @import("format.zig");
const postings = @import("postings.zig");
const scan = @import("../scan/scan.zig");
const segment_file = @import("segment.zig");
const symbols = @import("symbols.zig");
const tokenize = @import("tokenize.zig");
const types = @import("../base/types.zig");
const words_file = @import("words.zig");
const write_segment = @import("write_segment.zig");
const FileNames = @import("file_names.zig").FileNames;
const Hasher = @import("hash.zig").Hasher;
const RecentWords = @import("recent_words.zig").RecentWords;
const Run = @import("run.zig").Run;
const Table = @import("table.zig").Table;

const Allocator = std.mem.Allocator;
const max_name_bytes = segment_file.max_name_bytes;

pub const BuildError = error{ OutOfMemory, TooManyDocuments, TooManyNames };

/// One document to add.
pub const Input = struct {
    path: []const u8,
    /// `lines`, `words` and `flags.has_unlisted_text` are found out by the builder.
    info: segment_file.Info,
    /// Empty for huge and binary ones.
    text: []const u8,
};

/// The largest text that is indexed.
pub const max_text_bytes = 1 << 30;

/// Room for the lines of a text of two megabytes is kept for the next one.
const kept_lines = 1 << 15;

/// So many names are looked up at once.
const step_length = 32;

/// Gathers documents in memory until `finish`. Good for some thousand of them (a refresh, an
/// overlay); `parallel.zig` builds whole trees with it.
pub const Builder = struct {
    gpa: Allocator,
    seed: u64,
    hasher: Hasher,
    /// Of all documents so far.
    run: Run = .{},
    /// Of the document being added; kept for its memory.
    found: scan.Found,
    file: FileNames,
    lines: std.ArrayList(tokenize.LineTable.Block) = .empty,
    /// Names that are no run of the text, or only its containers: id and whether it is defined.
    extra_names: std.ArrayList(u32) = .empty,
    /// Where the name of each definition is in `file`, or `not_in_text`.
    symbol_slots: std.ArrayList(u32) = .empty,
    touched: std.ArrayList(Touched) = .empty,
    /// For each word where it stands in `touched`, if it does.
    place_in_touched: std.ArrayList(u32) = .empty,

    recent_words: RecentWords = .{},
    /// The words of the newest name and where they end in it.
    last_words: [16]LastWord = undefined,
    last_word_count: usize = 0,
    /// False from the first word on that was not remembered.
    remembers_words: bool = false,
    /// For writing the run; kept for its memory.
    scratch: write_segment.Scratch = .{},

    const LastWord = struct { end: usize, id: u32 };
    const not_in_text = std.math.maxInt(u32);

    const Touched = struct {
        word: u32,
        body: u32 = 0,
        comment: u32 = 0,
        payload: segment_file.WordPayload,
    };

    pub fn init(gpa: Allocator, seed: u64) Builder {
        const hasher: Hasher = .init(seed);
        return .{
            .gpa = gpa,
            .seed = seed,
            .hasher = hasher,
            .found = .init(gpa),
            .file = .{ .gpa = gpa, .hasher = hasher },
        };
    }

    pub fn deinit(builder: *Builder) void {
        builder.run.deinit(builder.gpa);
        builder.found.deinit();
        builder.file.deinit();
        builder.lines.deinit(builder.gpa);
        builder.extra_names.deinit(builder.gpa);
        builder.symbol_slots.deinit(builder.gpa);
        builder.touched.deinit(builder.gpa);
        builder.place_in_touched.deinit(builder.gpa);
        builder.recent_words.deinit(builder.gpa);
        builder.scratch.deinit(builder.gpa);
        builder.* = undefined;
    }

    /// Returns the document's number. The text is not kept. After an error the builder is good for
    /// nothing but `deinit`.
    pub fn add(builder: *Builder, input: Input) BuildError!u32 {
        const run = &builder.run;
        const document: u32 = @intCast(run.documents.items.len);
        if (document == format.max_documents) return error.TooManyDocuments;
        const text = input.text[0..@min(input.text.len, max_text_bytes)];
        var info = input.info;

        try builder.recent_words.prepare(builder.gpa);
        builder.found.clear();
        try scan.scan(info.language, text, &builder.found);
        try builder.file.begin(text, builder.found.comments.items);
        try builder.lines.resize(builder.gpa, tokenize.LineTable.sizeFor(text));
        const summary = try tokenize.forEachName(text, &builder.file, builder.lines.items);
        try builder.file.finish();
        info.lines = summary.lines;
        info.flags.has_unlisted_text = summary.has_unlisted_text or text.len < input.text.len;

        builder.touched.clearRetainingCapacity();
        builder.extra_names.clearRetainingCapacity();
        try builder.markDefined();
        try builder.addNames();
        const symbols_at = run.symbol_bytes.items.len;
        try builder.addSymbols();
        try builder.addExtraNames();
        try builder.addPathWords(input.path);
        info.words = try builder.addWords();
        const imports_at = run.import_ids.items.len;
        try builder.addImports();
        try builder.addDocument(input.path, info, symbols_at, imports_at);
        builder.file.shrink();
        if (builder.lines.capacity > kept_lines) builder.lines.clearAndFree(builder.gpa);
        return document;
    }

    /// Finds the names of the definitions among those of the text, in steps as `addNames`.
    fn markDefined(builder: *Builder) error{OutOfMemory}!void {
        const file = &builder.file;
        const symbol_list = builder.found.symbols.items;
        try builder.symbol_slots.resize(builder.gpa, symbol_list.len);
        var hashes: [step_length]u64 = undefined;
        var at: usize = 0;
        while (at < symbol_list.len) : (at += step_length) {
            const step = symbol_list[at..@min(at + step_length, symbol_list.len)];
            for (step, hashes[0..step.len]) |symbol, *hash| {
                const name = builder.clip(symbol.name);
                hash.* = builder.hasher.hashWithin(file.text, name.start, name.end);
                file.prefetch(hash.*);
            }
            const places = builder.symbol_slots.items[at..][0..step.len];
            for (hashes[0..step.len], places) |hash, *place| {
                place.* = file.find(hash) orelse not_in_text;
                if (place.* != not_in_text) file.names.items[place.*].counts.is_defined = true;
            }
        }
    }

    /// Gives the names of the text their ids and adds their words. What it looks up lies anywhere
    /// in memory, so it goes in steps of some names, each of which is asked for ahead.
    fn addNames(builder: *Builder) BuildError!void {
        const run = &builder.run;
        const names = builder.file.names.items;
        try run.names.ensureUnused(builder.gpa, names.len + 1);
        try run.name_entries.ensureUnusedCapacity(builder.gpa, names.len);
        var words_at: [step_length]u32 = undefined;
        var rest = names;
        while (rest.len > 0) {
            const step = rest[0..@min(step_length, rest.len)];
            rest = rest[step.len..];
            for (step) |*name| run.names.prefetch(name.hash);
            for (step, words_at[0..step.len]) |*name, *at| at.* = try builder.identify(name);
            for (words_at[0..step.len]) |at| builder.prefetchCounts(at);
            for (step, words_at[0..step.len]) |name, at| try builder.touchWords(at, .{
                .word = 0,
                .body = name.counts.body,
                .comment = name.counts.comment,
                .payload = .{ .in_definition = name.counts.is_defined },
            });
        }
    }

    /// Gives a name of the text its id. Returns where its words are.
    inline fn identify(builder: *Builder, name: *FileNames.Name) BuildError!u32 {
        const run = &builder.run;
        const known = run.names.find(name.hash);
        const found = if (known.hash != 0) known.value else new: {
            const text = tokenize.runAt(builder.file.text, name.start_or_id);
            break :new try builder.newName(known, name.hash, text);
        };
        name.start_or_id = found.id;
        run.name_entries.appendAssumeCapacity(found.id << 1 | @intFromBool(name.counts.is_defined));
        @prefetch(run.words_of_names.items.ptr + found.words_at, .{});
        return found.words_at;
    }

    /// The first two words are most of what a name has.
    inline fn prefetchCounts(builder: *const Builder, words_at: u32) void {
        const words = builder.run.words_of_names.items[words_at..];
        if (words[0] == Run.no_words) return;
        const places = builder.place_in_touched.items;
        @prefetch(&places[words[0] >> 1], .{});
        if (words[0] & 1 == 1) @prefetch(&places[words[1] >> 1], .{});
    }

    fn newName(
        builder: *Builder,
        slot: *Table(Run.Name).Slot,
        hash: u64,
        text: []const u8,
    ) BuildError!Run.Name {
        const run = &builder.run;
        const name: Run.Name = .{
            .id = run.name_texts.count(),
            .words_at = @intCast(run.words_of_names.items.len),
        };
        if (name.id >= Run.max_names) return error.TooManyNames;
        try run.name_texts.append(builder.gpa, text);
        var words: words_file.Iterator = .init(text);
        try builder.takeSharedWords(&words);
        while (words.nextPart()) |part| {
            const id = try builder.wordOfPart(&words, part);
            try run.words_of_names.append(builder.gpa, id << 1 | 1);
            builder.rememberWord(&words, id);
        }
        // The lowest bit says that more words follow.
        if (run.words_of_names.items.len == name.words_at) {
            try run.words_of_names.append(builder.gpa, Run.no_words);
        } else {
            run.words_of_names.items[run.words_of_names.items.len - 1] &= ~@as(u32, 1);
        }
        run.names.put(slot, hash, name);
        return name;
    }

    /// Neighbours share their first words: `REG_A_SHIFT`, `REG_A_MASK`. What the name before was
    /// cut into need not be cut and looked up again.
    fn takeSharedWords(builder: *Builder, words: *words_file.Iterator) error{OutOfMemory}!void {
        const shared = builder.run.name_texts.encoder.shared_length;
        var kept: usize = 0;
        for (builder.last_words[0..builder.last_word_count]) |word| {
            // Where a word ends depends on two characters behind it.
            if (word.end + 2 > shared) break;
            if ((words.text[word.end] | words.text[word.end + 1]) >= 0x80) break;
            try builder.run.words_of_names.append(builder.gpa, word.id << 1 | 1);
            words.index = word.end;
            kept += 1;
        }
        builder.last_word_count = kept;
        builder.remembers_words = true;
    }

    fn rememberWord(builder: *Builder, words: *const words_file.Iterator, id: u32) void {
        // In a script without spaces a word begins before the last one ends.
        const is_full = builder.last_word_count == builder.last_words.len;
        if (is_full or words.pair != null) builder.remembers_words = false;
        if (!builder.remembers_words) return;
        builder.last_words[builder.last_word_count] = .{ .end = words.index, .id = id };
        builder.last_word_count += 1;
    }

    /// The word of a part of a name. Most parts were met not long ago, and need neither a stem nor
    /// the large table then.
    fn wordOfPart(builder: *Builder, words: *const words_file.Iterator, part: []u8) BuildError!u32 {
        const hash = builder.hasher.hashWithin(&words.buffer, 0, part.len);
        if (builder.recent_words.find(hash)) |id| return id;
        const word = words_file.stem(part);
        const id = try builder.wordOf(word, builder.hasher.hashWithin(&words.buffer, 0, word.len));
        builder.recent_words.put(hash, id);
        return id;
    }

    fn wordOf(builder: *Builder, text: []const u8, hash: u64) BuildError!u32 {
        const run = &builder.run;
        try run.words.ensureUnused(builder.gpa, 1);
        const slot = run.words.find(hash);
        if (slot.hash != 0) return slot.value;
        const id = run.word_texts.count();
        if (id >= Run.max_words) return error.TooManyNames;
        try run.word_texts.append(builder.gpa, text);
        try builder.place_in_touched.append(builder.gpa, 0);
        run.words.put(slot, hash, id);
        return id;
    }

    fn touchWords(builder: *Builder, words_at: u32, counted: Touched) error{OutOfMemory}!void {
        const words = builder.run.words_of_names.items;
        var index: usize = words_at;
        if (words[index] == Run.no_words) return;
        while (true) : (index += 1) {
            try builder.touch(words[index] >> 1, counted);
            if (words[index] & 1 == 0) return;
        }
    }

    /// Adds to the counts of a word of this document.
    inline fn touch(builder: *Builder, word: u32, counted: Touched) error{OutOfMemory}!void {
        const place = builder.place_in_touched.items[word];
        const touched = builder.touched.items;
        if (place < touched.len and touched[place].word == word) {
            const known = &touched[place];
            known.body += counted.body;
            known.comment += counted.comment;
            const more = counted.payload;
            known.payload.in_definition = known.payload.in_definition or more.in_definition;
            known.payload.in_path = known.payload.in_path or more.in_path;
            return;
        }
        builder.place_in_touched.items[word] = @intCast(touched.len);
        try builder.touched.append(builder.gpa, counted);
        builder.touched.items[touched.len].word = word;
    }

    fn addSymbols(builder: *Builder) BuildError!void {
        const run = &builder.run;
        const lines: tokenize.LineTable = .{ .blocks = builder.lines.items };
        var encoder: symbols.Encoder = .{};
        var container: types.Span = .empty;
        var container_id: ?u32 = null;
        for (builder.found.symbols.items, builder.symbol_slots.items) |symbol, slot| {
            const start_line = lines.lineOf(symbol.start);
            if (!std.meta.eql(symbol.container, container)) {
                container = symbol.container;
                container_id = if (container.isEmpty())
                    null
                else
                    try builder.nameIn(container, false);
            }
            try encoder.append(builder.gpa, &run.symbol_bytes, .{
                .name = if (slot != not_in_text)
                    builder.file.names.items[slot].start_or_id
                else
                    try builder.nameIn(symbol.name, true),
                .container = container_id,
                .kind = symbol.kind,
                .start_line = start_line,
                .end_line = @max(start_line, lines.lineOf(@max(symbol.start, symbol.end -| 1))),
            });
        }
        run.counts.symbols += builder.found.symbols.items.len;
    }

    /// The id of a name that a scanner found. One that is no run of its own joins the names of the
    /// document, so that whatever a symbol speaks of has a list of documents.
    fn nameIn(builder: *Builder, span: types.Span, is_defined: bool) BuildError!u32 {
        const text = builder.textOf(span);
        const hash = builder.hasher.hash(text);
        const file = &builder.file;
        if (file.find(hash)) |slot| return file.names.items[slot].start_or_id;
        try builder.run.names.ensureUnused(builder.gpa, 1);
        const slot = builder.run.names.find(hash);
        const name = if (slot.hash != 0) slot.value else try builder.newName(slot, hash, text);
        try builder.extra_names.append(builder.gpa, name.id << 1 | @intFromBool(is_defined));
        if (is_defined) {
            const payload: segment_file.WordPayload = .{ .in_definition = true };
            try builder.touchWords(name.words_at, .{ .word = 0, .payload = payload });
        }
        return name.id;
    }

    fn addExtraNames(builder: *Builder) error{OutOfMemory}!void {
        const extra = builder.extra_names.items;
        std.mem.sort(u32, extra, {}, std.sort.asc(u32));
        for (extra, 0..) |name, index| {
            // Of those that differ in the lowest bit alone the defined one comes last.
            if (index + 1 < extra.len and extra[index + 1] >> 1 == name >> 1) continue;
            try builder.run.name_entries.append(builder.gpa, name);
        }
    }

    fn textOf(builder: *const Builder, span: types.Span) []const u8 {
        return builder.clip(span).of(builder.file.text);
    }

    /// As much of a span as the text has and the dictionary takes.
    fn clip(builder: *const Builder, span: types.Span) types.Span {
        const text = builder.file.text;
        const start: u32 = @min(span.start, @as(u32, @intCast(text.len)));
        var end: u32 = std.math.clamp(span.end, start, @as(u32, @intCast(text.len)));
        if (end - start > max_name_bytes) {
            end = start + max_name_bytes;
            while (end > start and text[end] & 0xc0 == 0x80) end -= 1;
        }
        return .{ .start = start, .end = end };
    }

    fn addPathWords(builder: *Builder, path: []const u8) BuildError!void {
        var words: words_file.Iterator = .init(path);
        while (words.next()) |word| {
            const payload: segment_file.WordPayload = .{ .in_path = true };
            const id = try builder.wordOf(word, builder.hasher.hash(word));
            try builder.touch(id, .{ .word = 0, .payload = payload });
        }
    }

    /// Returns how many words the text has.
    fn addWords(builder: *Builder) error{OutOfMemory}!u32 {
        var total: u32 = 0;
        try builder.run.word_entries.ensureUnusedCapacity(builder.gpa, builder.touched.items.len);
        for (builder.touched.items) |touched| {
            var payload = touched.payload;
            payload.body = segment_file.WordPayload.levelOf(touched.body);
            payload.comment = segment_file.WordPayload.levelOf(touched.comment);
            total +|= touched.body +| touched.comment;
            const entry = postings.entry(touched.word, @bitCast(payload));
            builder.run.word_entries.appendAssumeCapacity(entry);
        }
        return total;
    }

    fn addImports(builder: *Builder) BuildError!void {
        const run = &builder.run;
        const imports = builder.found.imports.items;
        try format.appendNumber(builder.gpa, &run.import_ids, @intCast(imports.len));
        for (imports) |span| {
            const id = try run.imports.idOf(builder.gpa, &builder.hasher, builder.textOf(span));
            try format.appendNumber(builder.gpa, &run.import_ids, id);
        }
        run.counts.imports += imports.len;
    }

    fn addDocument(
        builder: *Builder,
        path: []const u8,
        info: segment_file.Info,
        symbols_at: usize,
        imports_at: usize,
    ) BuildError!void {
        const run = &builder.run;
        const limit = std.math.maxInt(u32);
        if (@max(symbols_at, imports_at, run.paths.bytes.items.len + path.len) > limit) {
            return error.TooManyDocuments;
        }
        const is_indexed = !info.flags.binary and !info.flags.huge;
        run.counts.text_bytes += if (is_indexed) info.size else 0;
        run.counts.total_words += info.words;
        try run.paths.append(builder.gpa, &builder.hasher, path);
        try run.documents.append(builder.gpa, .{
            .hash_low = @truncate(info.hash),
            .hash_high = @truncate(info.hash >> 64),
            .size = info.size,
            .mtime_ns = info.mtime_ns,
            .inode = info.inode,
            .lines = info.lines,
            .words = info.words,
            .symbols_at = @intCast(symbols_at),
            .symbol_count = @intCast(builder.found.symbols.items.len),
            .imports_at = @intCast(imports_at),
            .language = @intFromEnum(info.language),
            .flags = @bitCast(info.flags),
        });
        try run.ends.append(builder.gpa, .{
            .names = run.name_entries.items.len,
            .words = run.word_entries.items.len,
        });
    }

    /// About how many bytes the documents so far take.
    pub fn memoryBytes(builder: *const Builder) usize {
        return builder.run.memoryBytes();
    }

    pub fn isEmpty(builder: *const Builder) bool {
        return builder.run.documents.items.len == 0;
    }

    /// The image of all that was added, owned by the caller (freed with `image_gpa`); the builder
    /// is empty again and can be used further.
    pub fn finish(builder: *Builder, image_gpa: Allocator) BuildError![]u8 {
        return builder.write(image_gpa, .whole);
    }

    /// The same without the means to find anything, for a merge.
    pub fn seal(builder: *Builder, image_gpa: Allocator) BuildError![]u8 {
        return builder.write(image_gpa, .without_lookups);
    }

    fn write(
        builder: *Builder,
        image_gpa: Allocator,
        extent: write_segment.Extent,
    ) BuildError![]u8 {
        builder.freeScratch();
        var out: std.Io.Writer.Allocating = .init(image_gpa);
        defer out.deinit();
        const run = &builder.run;
        const scratch = &builder.scratch;
        write_segment
            .write(builder.gpa, run, scratch, builder.seed, extent, &out.writer) catch |err| {
            return if (err == error.WriteFailed) error.OutOfMemory else @errorCast(err);
        };
        builder.clear();
        return out.toOwnedSlice();
    }

    /// Writing needs memory of its own, and what the largest text needed would lie beside it.
    fn freeScratch(builder: *Builder) void {
        const gpa = builder.gpa;
        builder.found.deinit();
        builder.found = .init(gpa);
        builder.file.free();
        builder.lines.clearAndFree(gpa);
        builder.extra_names.clearAndFree(gpa);
        builder.symbol_slots.clearAndFree(gpa);
        builder.touched.clearAndFree(gpa);
    }

    /// Forgets all documents, keeps their memory for the next ones.
    pub fn clear(builder: *Builder) void {
        builder.run.clear();
        builder.place_in_touched.clearRetainingCapacity();
        builder.recent_words.clear();
        builder.last_word_count = 0;
    }
};

const testing = std.testing;

fn addText(builder: *Builder, path: []const u8, text: []const u8) !void {
    const info: segment_file.Info = .{ .language = .prose, .size = text.len, .hash = 1 << 70 | 5 };
    _ = try builder.add(.{ .path = path, .info = info, .text = text });
}

test "what is added is read" {
    var builder: Builder = .init(testing.allocator, 42);
    defer builder.deinit();
    try addText(&builder, "src/first.txt", "retry the maxRetryCount\nretries");
    try addText(&builder, "empty", "");
    try addText(&builder, "src/second.txt", "the retry of MAX_RETRY_COUNT 0xff " ++ "y" ** 200);
    const image = try builder.finish(testing.allocator);
    defer testing.allocator.free(image);
    const segment: segment_file.Segment = try .open(image);

    try testing.expectEqual(3, segment.stats().documents);
    try testing.expectEqual(2, segment.findPath("src/second.txt"));
    try testing.expectEqual(null, segment.findPath("src"));
    try testing.expectEqualStrings("src/first.txt", segment.path(0));
    try testing.expectEqual(2, segment.info(0).lines);
    try testing.expectEqual(6, segment.info(0).words);
    try testing.expectEqual(1 << 70 | 5, segment.info(0).hash);
    try testing.expect(segment.info(2).flags.has_unlisted_text);
    try testing.expect(!segment.info(0).flags.has_unlisted_text);

    var buffer: segment_file.TextBuffer = undefined;
    const name = segment.findName("maxRetryCount").?;
    try testing.expectEqualStrings("maxRetryCount", segment.nameText(name, &buffer));
    try testing.expectEqual(null, segment.findName("maxretrycount"));
    try testing.expectEqual(null, segment.findName("0xff"));
    var the = segment.namePostings(segment.findName("the").?);
    try testing.expectEqual(0, the.next().?.document);
    try testing.expectEqual(2, the.next().?.document);
    try testing.expectEqual(null, the.next());

    var retry = segment.wordPostings(segment.findWord("retri").?);
    try testing.expectEqual(2, retry.documents);
    const first = retry.next().?;
    try testing.expectEqual(3, segment_file.WordPayload.countOf(first.payload.body));
    try testing.expect(!first.payload.in_path);
    var path_word = segment.wordPostings(segment.findWord("second").?);
    try testing.expect(path_word.next().?.payload.in_path);

    var count: u32 = 0;
    var names = segment.names(0, std.math.maxInt(u32));
    while (names.next()) |entry| : (count += 1) {
        try testing.expectEqual(entry.id, segment.findName(entry.text));
        try testing.expectEqual(entry.documents, segment.namePostings(entry.id).documents);
    }
    try testing.expectEqual(segment.stats().names, count);
}

test "words that are shared with the name before are those of the name itself" {
    const names = "REG_A_SHIFT REG_A_MASK REG_AB_MASK REG_ABc REGs REG regA regAb2 " ++
        "regAb22 aé aéb xx索引yy xx索引yy_z xx\u{fe0f} xx\u{fe10}yy";
    for (1..30) |seed| {
        var shuffled: std.ArrayList([]const u8) = .empty;
        defer shuffled.deinit(testing.allocator);
        var split = std.mem.splitScalar(u8, names, ' ');
        while (split.next()) |name| try shuffled.append(testing.allocator, name);
        var random = std.Random.DefaultPrng.init(seed);
        random.random().shuffle([]const u8, shuffled.items);

        var builder: Builder = .init(testing.allocator, 1);
        defer builder.deinit();
        for (shuffled.items) |name| try addText(&builder, "", name);
        const image = try builder.finish(testing.allocator);
        defer testing.allocator.free(image);
        const segment: segment_file.Segment = try .open(image);
        for (shuffled.items, 0..) |name, document| {
            var words: words_file.Iterator = .init(name);
            var count: u32 = 0;
            while (words.next()) |word| : (count += 1) {
                var list = segment.wordPostings(segment.findWord(word).?);
                while (list.next()) |posting| {
                    if (posting.document == document) break;
                } else return error.TestUnexpectedResult;
            }
            try testing.expectEqual(count, segment.info(@intCast(document)).words);
        }
    }
}

test "definitions, comments and imports of a source file" {
    var builder: Builder = .init(testing.allocator, 42);
    defer builder.deinit();
    _ = try builder.add(.{
        .path = "a.ts",
        .info = .{ .language = .typescript },
        .text = "import { x } from './other.ts';\n/** Frobs it. */\n" ++
            "export class Frob {\n  run(): void {}\n}\n",
    });
    const image = try builder.finish(testing.allocator);
    defer testing.allocator.free(image);
    const segment: segment_file.Segment = try .open(image);
    var buffer: segment_file.TextBuffer = undefined;
    var symbols_of_it = segment.symbols(0);
    const class = symbols_of_it.next().?;
    try testing.expectEqualStrings("Frob", segment.nameText(class.name, &buffer));
    try testing.expectEqual(types.Kind.class, class.kind);
    try testing.expectEqual(3, class.start_line);
    try testing.expectEqual(5, class.end_line);
    const method = symbols_of_it.next().?;
    try testing.expectEqual(class.name, method.container);
    try testing.expectEqual(null, symbols_of_it.next());
    var imports = segment.imports(0);
    try testing.expectEqualStrings("./other.ts", imports.next().?);
    try testing.expectEqual(null, imports.next());
    var frob = segment.namePostings(class.name);
    try testing.expect(frob.next().?.is_defined);
    var words = segment.wordPostings(segment.findWord("frob").?);
    const payload = words.next().?.payload;
    try testing.expectEqual(1, payload.body);
    try testing.expectEqual(1, payload.comment);
    try testing.expect(payload.in_definition);
}
