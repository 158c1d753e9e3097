//! What tells whether two texts are the same.
const std = @import("std");

/// 128 bits of a text. With the same seed, equal means the same text; the seed is random for each
/// index, so nobody can prepare two texts that collide.
pub fn ofContent(seed: u64, text: []const u8) u128 {
    const low = std.hash.Wyhash.hash(seed, text);
    const high = std.hash.Wyhash.hash(~seed, text);
    return @as(u128, high) << 64 | low;
}

/// Tells damage, nothing more.
pub fn checksum(bytes: []const u8) u64 {
    return std.hash.Wyhash.hash(0x7a656b65, bytes);
}

test "content and seed both count" {
    try std.testing.expectEqual(ofContent(1, "abc"), ofContent(1, "abc"));
    try std.testing.expect(ofContent(1, "abc") != ofContent(1, "abd"));
    try std.testing.expect(ofContent(1, "abc") != ofContent(2, "abc"));
    try std.testing.expect(checksum("abc") != checksum("abd"));
}
