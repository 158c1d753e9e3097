//! The hash of names and words. 64 bits with a secret seed stand for the text itself while an index
//! is built: among the five million names of the largest tree, two that share one are less likely
//! than one in a million.
const std = @import("std");

pub const Hasher = struct {
    keys: [4]u64,

    pub fn init(seed: u64) Hasher {
        var random = std.Random.SplitMix64.init(seed);
        return .{ .keys = .{ random.next(), random.next(), random.next(), random.next() } };
    }

    /// Never 0.
    pub fn hash(hasher: *const Hasher, text: []const u8) u64 {
        if (text.len > 16) return hasher.hashLong(text);
        var padded: [16]u8 = @splat(0);
        @memcpy(padded[0..text.len], text);
        return hasher.hashShort(@bitCast(padded), text.len);
    }

    /// The same of `text[start..end]`, quicker: it may look at bytes behind `end`.
    pub inline fn hashWithin(
        hasher: *const Hasher,
        text: []const u8,
        start: usize,
        end: usize,
    ) u64 {
        const length = end - start;
        if (length > 16 or text.len - start < 16) return hasher.hash(text[start..end]);
        const bytes: u128 = @bitCast(text[start..][0..16].*);
        return hasher.hashShort(bytes & short_masks[length], length);
    }

    inline fn hashShort(hasher: *const Hasher, bytes: u128, length: usize) u64 {
        const low: u64 = @truncate(bytes);
        const high: u64 = @truncate(bytes >> 64);
        const mixed = mix(low ^ hasher.keys[0], high ^ hasher.keys[1]);
        return @max(1, mix(mixed ^ hasher.keys[2], length ^ hasher.keys[3]));
    }

    fn hashLong(hasher: *const Hasher, text: []const u8) u64 {
        var state = hasher.keys[2];
        var rest = text;
        while (rest.len > 16) : (rest = rest[16..]) state = hasher.absorb(state, rest[0..16]);
        state = hasher.absorb(state, text[text.len - 16 ..][0..16]);
        return @max(1, mix(state ^ hasher.keys[2], text.len ^ hasher.keys[3]));
    }

    fn absorb(hasher: *const Hasher, state: u64, bytes: *const [16]u8) u64 {
        const low = std.mem.readInt(u64, bytes[0..8], .little);
        const high = std.mem.readInt(u64, bytes[8..16], .little);
        return mix(low ^ hasher.keys[0] ^ state, high ^ hasher.keys[1]);
    }
};

const short_masks: [17]u128 = masks: {
    var masks: [17]u128 = undefined;
    for (&masks, 0..) |*mask, length| mask.* = (1 << (8 * length)) - 1;
    break :masks masks;
};

inline fn mix(a: u64, b: u64) u64 {
    const product = @as(u128, a) * b;
    return @as(u64, @truncate(product)) ^ @as(u64, @truncate(product >> 64));
}

test "both ways of hashing agree, and texts differ" {
    const hasher: Hasher = .init(1);
    const text = "some_quite_long_identifier_name and more";
    var seen: std.AutoHashMapUnmanaged(u64, void) = .empty;
    defer seen.deinit(std.testing.allocator);
    for (0..text.len) |start| for (start..text.len + 1) |end| {
        const hash = hasher.hash(text[start..end]);
        try std.testing.expectEqual(hash, hasher.hashWithin(text, start, end));
        if (start == 3) try seen.putNoClobber(std.testing.allocator, hash, {});
    };
    try std.testing.expect(Hasher.init(2).hash("a") != hasher.hash("a"));
}
