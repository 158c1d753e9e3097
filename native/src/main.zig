//! The root of the library. Nothing but the C border is visible from outside.
comptime {
    _ = @import("c_api.zig");
}
