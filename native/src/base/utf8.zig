//! What of a text is UTF-8.
const std = @import("std");

/// Shown in the place of each byte that belongs to no character.
pub const replacement = "\u{fffd}";

/// How many bytes the character at the start of `bytes` has; 0 when none begins there.
pub fn sequence(bytes: []const u8) usize {
    if (bytes.len == 0) return 0;
    const length: usize = switch (bytes[0]) {
        0...0x7f => return 1,
        0xc2...0xdf => 2,
        0xe0...0xef => 3,
        0xf0...0xf4 => 4,
        else => return 0,
    };
    if (bytes.len < length) return 0;
    const second = bytes[1];
    const is_second_valid = switch (bytes[0]) {
        0xe0 => second >= 0xa0 and second <= 0xbf,
        0xed => second >= 0x80 and second <= 0x9f,
        0xf0 => second >= 0x90 and second <= 0xbf,
        0xf4 => second >= 0x80 and second <= 0x8f,
        else => second & 0xc0 == 0x80,
    };
    if (!is_second_valid) return 0;
    for (bytes[2..length]) |byte| if (byte & 0xc0 != 0x80) return 0;
    return length;
}

test "the same characters as the standard library's" {
    var prng: std.Random.DefaultPrng = .init(7);
    const random = prng.random();
    var bytes: [4]u8 = undefined;
    for (0..200_000) |_| {
        random.bytes(&bytes);
        bytes[0] |= 0xc0;
        for (bytes[1..]) |*byte| if (random.uintLessThan(u8, 8) > 0) {
            byte.* = byte.* & 0x3f | 0x80;
        };
        const length = sequence(&bytes);
        const expected: usize = std.unicode.utf8ByteSequenceLength(bytes[0]) catch 0;
        const is_valid = expected > 0 and std.unicode.utf8ValidateSlice(bytes[0..expected]);
        try std.testing.expectEqual(if (is_valid) expected else 0, length);
    }
    try std.testing.expectEqual(0, sequence(""));
    try std.testing.expectEqual(0, sequence("\xe2\x82"));
}
