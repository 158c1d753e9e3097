//! Data and settings: no definitions, but lines of comments, whose words say what the values are for.
const std = @import("std");
const lexer = @import("lexing/lexer.zig");
const scan = @import("scan.zig");

const Allocator = std.mem.Allocator;
const Found = scan.Found;

pub fn scanText(text: []const u8, found: *Found) Allocator.Error!void {
    var at: usize = 0;
    while (at < text.len) {
        const start = lexer.skipBlanks(text, at);
        const end = lexer.lineEnd(text, start);
        const is_comment = switch (lexer.peek(text, start)) {
            '#', ';' => true,
            '/' => lexer.startsWith(text, start, "//"),
            else => false,
        };
        if (is_comment) try lexer.addComment(found, start, lexer.trimBack(text, start, end));
        at = end + 1;
    }
}

const helpers = @import("testing.zig");

test "lines of comments" {
    try helpers.expectSpans(.data, "# a\nb: 1 # c\n  ; d\r\n// e\n/f\n", .comments, "# a|; d|// e");
}
