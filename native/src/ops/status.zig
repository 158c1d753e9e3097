//! How large the index is, and how it is doing.
const std = @import("std");
const call_file = @import("call.zig");
const json = @import("../base/json.zig");
const types = @import("../base/types.zig");
const view_file = @import("../store/view.zig");

const Call = call_file.Call;
const Language = types.Language;
const View = view_file.View;

const Request = struct {};

pub fn run(call: *Call) call_file.Error!void {
    _ = try call.parse(Request);
    const engine = call.engine;
    const view = call.view;
    const counts = try view.memos.getPtr(.languages).get(call.io, Counts, Counts.Maker{
        .view = view,
        .gpa = engine.gpa,
    });
    var result = call.result();
    try result.beginObject();
    try result.field("files", view.count());
    try result.field("indexedBytes", counts.indexed_bytes);
    try writeSegments(&result, view);
    try result.field("memoryBytes", engine.budget.used.load(.monotonic));
    try writeLanguages(&result, counts);
    try result.key("skipped");
    try result.beginObject();
    try result.field("binary", counts.binary);
    try result.field("huge", counts.huge);
    try result.field("unreadable", engine.unreadable.load(.monotonic));
    try result.endObject();
    try result.field("isWatching", engine.watching.is_on.load(.monotonic));
    try result.field("generation", view.generation);
    try result.field("createdAtMs", engine.created_at_ms.load(.monotonic));
    const notice = engine.notice.load(.monotonic);
    if (notice != .none) try result.textField("notice", notice.text());
    try result.endObject();
}

fn writeSegments(result: *json.Output, view: *const View) call_file.Error!void {
    var symbols: u64 = 0;
    var names: u64 = 0;
    var words: u64 = 0;
    var documents: u64 = 0;
    var snapshot_bytes: u64 = 0;
    for (view.parts) |part| {
        const stats = part.shard.segment.stats();
        symbols += stats.symbols;
        names += stats.names;
        words += stats.words;
        documents += stats.documents;
        if (part.shard.file.load(.monotonic) != 0) snapshot_bytes += part.shard.bytes().len;
    }
    try result.field("symbols", symbols);
    try result.field("names", names);
    try result.field("words", words);
    try result.field("segments", view.parts.len);
    try result.field("liveDocuments", view.count());
    try result.field("deadDocuments", documents - view.count());
    try result.field("snapshotBytes", snapshot_bytes);
}

fn writeLanguages(result: *json.Output, counts: *const Counts) call_file.Error!void {
    try result.key("languages");
    try result.beginArray();
    for (std.enums.values(Language)) |language| {
        const count = counts.languages.get(language);
        if (count.files == 0) continue;
        try result.beginObject();
        try result.field("language", language);
        try result.field("files", count.files);
        try result.field("bytes", count.bytes);
        try result.endObject();
    }
    try result.endArray();
}

/// What takes a look at every document: made once for each view.
const Counts = struct {
    gpa: std.mem.Allocator,
    languages: std.EnumArray(Language, Count) = .initFill(.{}),
    indexed_bytes: u64 = 0,
    binary: u64 = 0,
    huge: u64 = 0,

    const Count = struct { files: u64 = 0, bytes: u64 = 0 };

    const Maker = struct {
        view: *const View,
        gpa: std.mem.Allocator,

        pub fn make(maker: Maker) error{OutOfMemory}!*Counts {
            const counts = try maker.gpa.create(Counts);
            counts.* = .{ .gpa = maker.gpa };
            var places = maker.view.places();
            while (places.next()) |place| {
                const info = maker.view.segment(place).info(place.document);
                if (info.flags.binary) {
                    counts.binary += 1;
                } else if (info.flags.huge) {
                    counts.huge += 1;
                } else {
                    const count = counts.languages.getPtr(info.language);
                    count.files += 1;
                    count.bytes += info.size;
                    counts.indexed_bytes += info.size;
                }
            }
            return counts;
        }
    };

    pub fn destroy(counts: *Counts) void {
        counts.gpa.destroy(counts);
    }
};
