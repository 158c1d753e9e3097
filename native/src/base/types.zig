//! What all parts of the index speak of.
const std = @import("std");

/// Bytes of a text, from `start` up to but not including `end`.
pub const Span = struct {
    start: u32,
    end: u32,

    pub const empty: Span = .{ .start = 0, .end = 0 };

    pub fn of(span: Span, text: []const u8) []const u8 {
        return text[span.start..span.end];
    }

    pub fn isEmpty(span: Span) bool {
        return span.start >= span.end;
    }
};

/// What a definition is. The names are those of the results in JSON.
pub const Kind = enum(u8) {
    class,
    constant,
    @"enum",
    function,
    heading,
    interface,
    macro,
    method,
    module,
    type,
    variable,
};

/// The languages whose definitions are known by their own rules; `generic` knows the keywords that
/// most languages share, `prose` and `data` have none.
pub const Language = enum(u8) {
    typescript,
    tsx,
    javascript,
    python,
    go,
    rust,
    zig,
    c,
    cpp,
    java,
    csharp,
    ruby,
    php,
    lua,
    shell,
    kotlin,
    swift,
    markdown,
    generic,
    prose,
    data,
};

/// One definition in a text.
pub const Symbol = struct {
    name: Span,
    /// The name of what it stands in or belongs to (`Foo` of `Foo::bar`); empty at the top.
    container: Span = .empty,
    kind: Kind,
    /// Its first byte, modifiers and keyword included, decorators and comments not.
    start: u32,
    /// One past its last byte, the closing brace or the last line of its body included.
    end: u32,
};
