//! What the words of one declaration of C or C++ have said so far. The language cannot be parsed
//! without knowing its types and macros, so names are told by their place and by habits that hold
//! in real code: the last word before `=`, `;`, `[` or `(` names what is declared, and words that
//! start with two underscores beside other words are attributes.
const std = @import("std");
const types = @import("../../base/types.zig");

const Kind = types.Kind;
const Span = types.Span;

pub const Token = enum { none, word, type_word, closing, other };

/// A word followed by parentheses: the name of a function, or a macro.
pub const Call = struct {
    name: Span,
    /// `Foo` of `Foo::bar(`.
    qualifier: Span = .empty,
    /// Its opening parenthesis.
    open: u32,
    /// Words before its name, those of its type included.
    words_before: u32,
};

pub const Statement = struct {
    /// Its first byte; null before the first word.
    start: ?u32 = null,
    last: Token = .none,
    last_word: Span = .empty,
    /// The scope named before the last word, and one whose `::` has just been read.
    qualifier: Span = .empty,
    pending_qualifier: Span = .empty,

    is_typedef: bool = false,
    is_extern: bool = false,
    is_namespace: bool = false,
    is_using: bool = false,
    is_constexpr: bool = false,
    is_code: bool = false,
    has_string: bool = false,
    /// A type that is no mere word: `int`, `struct foo`, a body in braces.
    has_type: bool = false,
    /// Behind `=`.
    is_value: bool = false,
    /// Behind the `:` of bases or of member initialisers.
    is_behind_colon: bool = false,

    /// `struct`, `union`, `class` or `enum` was read; the words after it.
    tag: ?Kind = null,
    tag_words: u32 = 0,
    tag_name: Span = .empty,
    /// The body of the tag has been read; its symbol.
    tag_symbol: ?u32 = null,
    is_tag_closed: bool = false,

    words: u32 = 0,
    plain_words: u32 = 0,
    plain: Span = .empty,
    underscored: Span = .empty,
    is_underscored_first: bool = false,

    call: ?Call = null,
    /// Words after its parentheses that are no attributes.
    words_since_call: u32 = 0,
    /// `name` of `(*name)(…)`.
    pointer: Span = .empty,
    /// The variable of the value that is being read.
    symbol: ?u32 = null,
    /// A function of the old style whose parameters are being declared.
    old_style: ?Call = null,
    old_style_start: u32 = 0,

    /// Whether all that was read so far is a macro with its parentheses.
    pub fn isOnlyMacro(statement: *const Statement, text: []const u8) bool {
        const call = statement.call orelse return false;
        return call.words_before == 0 and call.qualifier.isEmpty() and isUpper(call.name.of(text));
    }

    /// A word that may name something.
    pub fn addWord(statement: *Statement, text: []const u8, word: Span) void {
        statement.qualifier = statement.pending_qualifier;
        statement.pending_qualifier = .empty;
        statement.last = .word;
        statement.last_word = word;
        statement.words += 1;
        const is_underscored = std.mem.startsWith(u8, word.of(text), "__");
        if (statement.call != null and !is_underscored) statement.words_since_call += 1;
        if (statement.tag != null and !statement.is_tag_closed) {
            statement.tag_words += 1;
            if (!is_underscored or statement.tag_name.isEmpty()) statement.tag_name = word;
            if (statement.tag_words == 1) {
                statement.has_type = true;
                return;
            }
        }
        if (is_underscored) {
            if (statement.plain_words == 0) statement.is_underscored_first = true;
            statement.underscored = word;
        } else {
            statement.plain_words += 1;
            statement.plain = word;
        }
    }

    /// A word that can only be a type.
    pub fn addType(statement: *Statement) void {
        statement.has_type = true;
        statement.words += 1;
        if (statement.call != null) statement.words_since_call += 1;
    }

    /// The word before `::` names a scope, so it is no word of its own.
    pub fn takeQualifier(statement: *Statement) void {
        if (statement.last != .word) return;
        statement.pending_qualifier = statement.last_word;
        statement.last = .other;
        statement.words -|= 1;
        if (statement.call != null) statement.words_since_call -|= 1;
        if (statement.plain.start == statement.last_word.start) statement.plain_words -|= 1;
        if (statement.tag != null and !statement.is_tag_closed) statement.tag_words -|= 1;
    }

    /// The variable or type that is declared, by its place among the words; empty if there is none.
    pub fn declared(statement: *const Statement) Span {
        if (!statement.pointer.isEmpty()) return statement.pointer;
        if (statement.is_tag_closed and !statement.is_typedef and statement.plain_words == 0) {
            return .empty;
        }
        if (statement.plain_words >= 2) return statement.plain;
        if (statement.plain_words == 1) {
            if (statement.has_type or statement.is_underscored_first) return statement.plain;
            return statement.underscored;
        }
        return if (statement.has_type) statement.underscored else .empty;
    }

    /// After a comma: the same type, the next name.
    pub fn nextDeclarator(statement: *Statement) void {
        statement.has_type = true;
        statement.last = .none;
        statement.plain_words = 0;
        statement.plain = .empty;
        statement.underscored = .empty;
        statement.is_underscored_first = false;
        statement.pointer = .empty;
        statement.call = null;
        statement.is_value = false;
        statement.symbol = null;
    }

    /// Whether the word before a second `(` names the function, and the first was a macro:
    /// `MACRO(x) int name(`, but not `int name(int) __attribute(`.
    pub fn isBetterCall(statement: *const Statement, text: []const u8) bool {
        const call = statement.call orelse return true;
        const name = statement.last_word.of(text);
        if (std.mem.startsWith(u8, name, "__")) return statement.words_since_call > 0;
        if (statement.words_since_call >= 2) return true;
        return call.words_before == 0 and call.qualifier.isEmpty() and !isUpper(name);
    }
};

/// Whether a word is written as macros are.
pub fn isUpper(word: []const u8) bool {
    for (word) |byte| if (std.ascii.isLower(byte)) return false;
    return true;
}

/// The words that tell a scanner something.
pub const Word = enum {
    @"struct",
    @"union",
    class,
    @"enum",
    typedef,
    @"extern",
    namespace,
    using,
    template,
    operator,
    concept,
    // Words of a type.
    int,
    char,
    void,
    short,
    long,
    float,
    double,
    signed,
    unsigned,
    bool,
    _Bool,
    auto,
    // Words that say nothing about names.
    static,
    @"const",
    constexpr,
    consteval,
    constinit,
    @"inline",
    __inline,
    __inline__,
    @"volatile",
    register,
    restrict,
    virtual,
    friend,
    mutable,
    typename,
    final,
    override,
    __extension__,
    __always_inline,
    @"export",
    // Words whose parentheses hold no parameters.
    __attribute__,
    __attribute,
    __declspec,
    alignas,
    _Alignas,
    decltype,
    noexcept,
    throw,
    explicit,
    requires,
    @"asm",
    __asm__,
    __asm,
    typeof,
    __typeof__,
    static_assert,
    _Static_assert,
    // Words of labels in a class.
    public,
    private,
    protected,
    // Words of code, which stand outside of bodies only where braces do not match.
    @"if",
    @"else",
    @"for",
    @"while",
    do,
    @"switch",
    case,
    @"return",
    goto,
    sizeof,
};

const testing = std.testing;

fn declaredOf(words: []const u8, has_type: bool) []const u8 {
    var statement: Statement = .{ .has_type = has_type };
    var at: usize = 0;
    while (at < words.len) {
        const end = std.mem.indexOfScalarPos(u8, words, at, ' ') orelse words.len;
        statement.addWord(words, .{ .start = @intCast(at), .end = @intCast(end) });
        at = end + 1;
    }
    return statement.declared().of(words);
}

test "the declared name among attributes" {
    try testing.expectEqualStrings("foo", declaredOf("u32 foo __read_mostly", false));
    try testing.expectEqualStrings("foo", declaredOf("__u32 foo", false));
    try testing.expectEqualStrings("__foo", declaredOf("u32 __foo", false));
    try testing.expectEqualStrings("__foo", declaredOf("__foo", true));
    try testing.expectEqualStrings("foo", declaredOf("foo __initdata", true));
    try testing.expectEqualStrings("", declaredOf("Q_OBJECT", false));
}
