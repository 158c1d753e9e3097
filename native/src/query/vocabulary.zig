//! English words that a question is made of and that tell nothing about code, and the short forms
//! that programmers write.
const std = @import("std");
const words_file = @import("../index/words.zig");

const Allocator = std.mem.Allocator;

const common_text =
    \\a about actually all also am an and any are as at be because been but by can could did do does
    \\doing done each else even every explain find for from gets get give given go goes had has have
    \\he help her here hi him his how i if in into is it its just know let like look looking made make
    \\makes may me mean more most much must my need no not of off on one only or other our out over
    \\please project repo repository same see she should show so some such tell than that the their
    \\them then there these they thing things this those to too up us use used uses using very want
    \\was way we well were what when where which while who whose why will with work working works
    \\would yes you your code codebase file files defined definition implemented implementation
    \\located logic happen happens happening called dont doesn doesnt isn isnt cant im ive
;

pub const test_words = "test tests spec fixture mock benchmark";
pub const prose_words = "docs documentation readme guide changelog example install usage license";

pub const CommonWords = struct {
    stems: std.StringHashMapUnmanaged(void),

    /// The stems are made by the same rules as those of a question, so both stay in step.
    pub fn init(arena: Allocator) Allocator.Error!CommonWords {
        var stems: std.StringHashMapUnmanaged(void) = .empty;
        try stems.ensureTotalCapacity(arena, 256);
        var words: words_file.Iterator = .init(common_text);
        while (words.next()) |stem| {
            if (!stems.contains(stem)) try stems.put(arena, try arena.dupe(u8, stem), {});
        }
        return .{ .stems = stems };
    }

    pub fn has(common: *const CommonWords, stem: []const u8) bool {
        return common.stems.contains(stem);
    }
};

/// A word and how it is shortened; each means the other.
pub const short_forms = [_][2][]const u8{
    .{ "application", "app" },    .{ "argument", "arg" },     .{ "authentication", "auth" },
    .{ "authorization", "auth" }, .{ "command", "cmd" },      .{ "configuration", "config" },
    .{ "connection", "conn" },    .{ "context", "ctx" },      .{ "database", "db" },
    .{ "directory", "dir" },      .{ "document", "doc" },     .{ "environment", "env" },
    .{ "error", "err" },          .{ "expression", "expr" },  .{ "folder", "dir" },
    .{ "function", "fn" },        .{ "identifier", "id" },    .{ "initialize", "init" },
    .{ "javascript", "js" },      .{ "language", "lang" },    .{ "message", "msg" },
    .{ "parameter", "param" },    .{ "password", "passwd" },  .{ "pointer", "ptr" },
    .{ "reference", "ref" },      .{ "regex", "regexp" },     .{ "repository", "repo" },
    .{ "request", "req" },        .{ "response", "res" },     .{ "specification", "spec" },
    .{ "statement", "stmt" },     .{ "synchronize", "sync" }, .{ "temporary", "tmp" },
    .{ "typescript", "ts" },      .{ "variable", "var" },     .{ "windows", "win" },
};

test "common words are known in every form" {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    const common: CommonWords = try .init(arena.allocator());
    var words: words_file.Iterator = .init("Where is this implemented");
    while (words.next()) |stem| try std.testing.expect(common.has(stem));
    try std.testing.expect(!common.has("retri"));
}
