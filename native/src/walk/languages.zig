//! Which language a file is in, by its name or its first line.
const std = @import("std");
const Language = @import("../base/types.zig").Language;

const Names = std.StaticStringMap(Language);

/// By the name as it is and in lower case, and its extension in lower case.
pub fn ofName(exact: []const u8, lower: []const u8, extension: []const u8) ?Language {
    // The one extension whose case tells languages apart.
    if (std.mem.endsWith(u8, exact, ".C") or std.mem.endsWith(u8, exact, ".H")) return .cpp;
    return by_name.get(lower) orelse by_extension.get(extension);
}

/// The language of a script by its `#!` line.
pub fn ofShebang(head: []const u8) ?Language {
    if (!std.mem.startsWith(u8, head, "#!")) return null;
    const end = std.mem.findScalar(u8, head, '\n') orelse head.len;
    var words = std.mem.tokenizeAny(u8, head[2..end], " \t\r");
    while (words.next()) |word| {
        const slash = std.mem.findScalarLast(u8, word, '/');
        const program = if (slash) |at| word[at + 1 ..] else word;
        // `env -S VAR=1 python3.11`: what is run comes after options and variables.
        if (std.mem.eql(u8, program, "env") or word[0] == '-') continue;
        if (std.mem.findScalar(u8, word, '=') != null) continue;
        return by_program.get(std.mem.trimEnd(u8, program, "0123456789."));
    }
    return null;
}

const by_program = tableOf(&.{
    .{ .shell, "sh bash dash zsh ksh ash bats" },
    .{ .python, "python pypy" },
    .{ .javascript, "node nodejs bun" },
    .{ .typescript, "deno tsx ts-node" },
    .{ .ruby, "ruby" },
    .{ .php, "php" },
    .{ .lua, "lua luajit" },
    .{ .swift, "swift" },
    .{ .kotlin, "kotlin" },
    .{ .generic, "perl awk gawk tclsh expect rscript make groovy" },
});

const by_name = tableOf(&.{
    .{ .python, "sconstruct sconscript wscript" },
    .{ .ruby, "rakefile gemfile podfile vagrantfile fastfile brewfile guardfile" },
    .{ .shell, ".bashrc .bash_profile .profile .zshrc .zshenv .zprofile pkgbuild apkbuild" },
    .{ .generic, "makefile gnumakefile kbuild kconfig dockerfile containerfile jenkinsfile" },
    .{ .generic, "justfile cmakelists.txt build workspace tiltfile" },
    .{ .data, ".gitignore .gitattributes .gitmodules .editorconfig .dockerignore .npmignore" },
    .{ .data, ".prettierrc .eslintrc .babelrc codeowners maintainers" },
});

const by_extension = tableOf(&.{
    .{ .typescript, "ts mts cts" },
    .{ .tsx, "tsx" },
    .{ .javascript, "js jsx mjs cjs es6" },
    .{ .python, "py pyi pyw pyx pxd" },
    .{ .go, "go" },
    .{ .rust, "rs" },
    .{ .zig, "zig zon" },
    .{ .c, "c h m" },
    .{ .cpp, "cc cpp cxx c++ hh hpp hxx h++ inl ipp tpp mm cu cuh ino" },
    .{ .java, "java" },
    .{ .csharp, "cs csx" },
    .{ .ruby, "rb rake gemspec podspec" },
    .{ .php, "php phtml php5 php7" },
    .{ .lua, "lua luau rockspec" },
    .{ .shell, "sh bash zsh ksh bats ebuild" },
    .{ .kotlin, "kt kts" },
    .{ .swift, "swift" },
    .{ .markdown, "md mdx markdown" },
    .{ .prose, "txt rst adoc asciidoc org tex pod po pot html htm xhtml rtf man" },
    .{ .prose, "1 2 3 4 5 6 7 8 9 log eml patch diff" },
    .{ .data, "json jsonc json5 jsonl ndjson yaml yml toml ini cfg conf xml xsd xsl svg csv tsv" },
    .{ .data, "css scss sass less styl lock sum mod properties plist ipynb snap map dts dtsi" },
    .{ .data, "dtso env resx strings xcscheme pbxproj csproj vcxproj sln cnf rc desktop" },
    .{ .data, "service ihex" },
});

const Row = struct { Language, []const u8 };

fn tableOf(comptime rows: []const Row) Names {
    return .initComptime(comptime entries: {
        @setEvalBranchQuota(100_000);
        var list: []const struct { []const u8, Language } = &.{};
        for (rows) |row| {
            var words = std.mem.tokenizeScalar(u8, row[1], ' ');
            while (words.next()) |word| list = list ++ .{.{ word, row[0] }};
        }
        break :entries list;
    });
}
