//! Builds the library for this machine (`zig build`), the libraries of the npm package
//! (`zig build prebuilt`), runs the tests (`zig build test`), and builds and runs the programs that
//! throw hostile input at it (`zig build fuzz`). See docs/native.md.
const std = @import("std");

/// What is in the npm package. The names are Node's: `process.platform` and `process.arch`.
const platforms = [_]Platform{
    .{ .name = "linux-x64", .target = "x86_64-linux-gnu.2.17" },
    .{ .name = "linux-arm64", .target = "aarch64-linux-gnu.2.17" },
    .{ .name = "linux-x64-musl", .target = "x86_64-linux-musl" },
    .{ .name = "linux-arm64-musl", .target = "aarch64-linux-musl" },
    .{ .name = "darwin-x64", .target = "x86_64-macos" },
    .{ .name = "darwin-arm64", .target = "aarch64-macos" },
    .{ .name = "win32-x64", .target = "x86_64-windows-gnu" },
    .{ .name = "win32-arm64", .target = "aarch64-windows-gnu" },
};

const Platform = struct { name: []const u8, target: []const u8 };

/// How a module of the library is compiled; the sources are the same for all.
const Settings = struct {
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    is_for_valgrind: ?bool = null,
};

pub fn build(b: *std.Build) void {
    // Baseline: a build must run on every processor of its kind, and nothing here is faster with more.
    const target = b.standardTargetOptions(.{ .default_target = .{ .cpu_model = .baseline } });
    const optimize = b.standardOptimizeOption(.{});
    // Memory then comes from the C library: base/memory.zig asks whether valgrind is meant.
    const is_for_valgrind = b.option(bool, "c-allocator", "Let valgrind see every block");
    const settings: Settings = .{
        .target = target,
        .optimize = optimize,
        .is_for_valgrind = is_for_valgrind,
    };

    const library = addLibrary(b, settings);
    b.installArtifact(library);
    addPrebuilt(b);
    const everything = addEverything(b, settings);
    addTests(b, everything);
    addPrograms(b, everything);
}

fn addLibrary(b: *std.Build, settings: Settings) *std.Build.Step.Compile {
    const library = b.addLibrary(.{
        .name = "zeke_index",
        .linkage = .dynamic,
        .root_module = createModule(b, b.path("src/main.zig"), settings),
    });
    library.root_module.pic = true;
    return library;
}

fn createModule(
    b: *std.Build,
    root: std.Build.LazyPath,
    settings: Settings,
) *std.Build.Module {
    return b.createModule(.{
        .root_source_file = root,
        .target = settings.target,
        .optimize = settings.optimize,
        .strip = settings.optimize == .ReleaseFast,
        .valgrind = settings.is_for_valgrind,
        .link_libc = true,
    });
}

/// `zig build prebuilt [-Dplatform=linux-x64 …]`: the libraries that are shipped, each in a folder
/// named after its platform below the prefix.
fn addPrebuilt(b: *std.Build) void {
    const step = b.step("prebuilt", "Build the libraries of the npm package, or some of them");
    const wanted = b.option([]const []const u8, "platform", "Only this one (may be repeated)");
    for (platforms) |platform| {
        if (!isWanted(platform, wanted)) continue;
        const query = std.Target.Query.parse(.{
            .arch_os_abi = platform.target,
            .cpu_features = "baseline",
        }) catch unreachable;
        const library = addLibrary(b, .{
            .target = b.resolveTargetQuery(query),
            .optimize = .ReleaseFast,
        });
        const install = b.addInstallFileWithDir(
            library.getEmittedBin(),
            .{ .custom = platform.name },
            library.out_filename,
        );
        step.dependOn(&install.step);
    }
}

fn isWanted(platform: Platform, wanted: ?[]const []const u8) bool {
    const names = wanted orelse return true;
    for (names) |name| if (std.mem.eql(u8, name, platform.name)) return true;
    return false;
}

/// A module that holds every file of `src` by its path, as `index.words` for `index/words.zig`: no
/// test is forgotten because nobody imported its file, and programs reach what they try out.
/// `-Donly=index` leaves out the files elsewhere, as far as those in `index` do not import them.
fn addEverything(b: *std.Build, settings: Settings) *std.Build.Module {
    const only = b.option([]const u8, "only", "Only the files of src below this path") orelse "";
    const copies = b.addWriteFiles();
    var paths = listZigFiles(b, "src");
    var text: std.ArrayList(u8) = .empty;
    for (paths.items) |path| {
        _ = copies.addCopyFile(b.path(b.fmt("src/{s}", .{path})), path);
        if (!std.mem.startsWith(u8, path, only)) continue;
        const name = b.dupe(path[0 .. path.len - ".zig".len]);
        std.mem.replaceScalar(u8, name, '/', '.');
        text.print(b.allocator, "pub const @\"{s}\" = @import(\"{s}\");\n", .{ name, path }) catch
            @panic("out of memory");
    }
    paths.deinit(b.allocator);
    text.appendSlice(b.allocator,
        \\test {
        \\    @import("std").testing.refAllDecls(@This());
        \\}
        \\
    ) catch @panic("out of memory");
    return createModule(b, copies.add("everything.zig", text.items), settings);
}

/// `zig build test [-Dfilter=…]`: the tests of all files below `src`.
fn addTests(b: *std.Build, everything: *std.Build.Module) void {
    const filters = b.option([]const []const u8, "filter", "Only tests whose name holds this");
    const tests = b.addTest(.{
        .name = "zeke_index_test",
        .root_module = everything,
        .filters = filters orelse &.{},
    });
    const run = b.addRunArtifact(tests);
    // A test reads files, so that it is to run again although its program is the same.
    run.has_side_effects = true;
    b.step("test", "Run the tests").dependOn(&run.step);
    const install = b.addInstallArtifact(tests, .{});
    b.step("test-program", "Build the tests as a program, to run it under valgrind").dependOn(
        &install.step,
    );
}

/// Programs that use the parts of the library: those in `test` are built by the step `programs` and
/// started by the tests in TypeScript; those in `fuzz` whose names begin with `fuzz_` or `crash_`
/// are started by the step `fuzz`, which hands them what stands after `--`.
fn addPrograms(b: *std.Build, everything: *std.Build.Module) void {
    const programs = b.step("programs", "Build the helper programs of the tests");
    const fuzz = b.step("fuzz", "Throw random input at the library");
    const fuzz_programs = b.step("fuzz-programs", "Build the programs of the step fuzz");
    const wanted = b.option([]const u8, "program", "Only this one of the helper programs");
    for (listZigFiles(b, "test").items) |path| {
        if (wanted) |name| if (!std.mem.eql(u8, name, std.fs.path.stem(path))) continue;
        const program = addProgram(b, everything, b.fmt("test/{s}", .{path}));
        programs.dependOn(&b.addInstallArtifact(program, .{}).step);
    }
    for (listZigFiles(b, "fuzz").items) |path| {
        const is_program = std.mem.startsWith(u8, path, "fuzz_") or
            std.mem.startsWith(u8, path, "crash_");
        if (!is_program) continue;
        const program = addProgram(b, everything, b.fmt("fuzz/{s}", .{path}));
        fuzz_programs.dependOn(&b.addInstallArtifact(program, .{}).step);
        const run = b.addRunArtifact(program);
        run.has_side_effects = true;
        if (b.args) |args| run.addArgs(args);
        fuzz.dependOn(&run.step);
    }
}

/// `test/walk_list.zig` becomes the program `walk_list`; it imports the library's files with
/// `@import("everything").@"walk.walk"`.
fn addProgram(
    b: *std.Build,
    everything: *std.Build.Module,
    path: []const u8,
) *std.Build.Step.Compile {
    const module = b.createModule(.{
        .root_source_file = b.path(path),
        .target = everything.resolved_target,
        .optimize = everything.optimize,
        // Debug information of one module and not of the other crashes the compiler (0.16.0).
        .strip = everything.strip,
        .link_libc = true,
    });
    module.addImport("everything", everything);
    return b.addExecutable(.{ .name = std.fs.path.stem(path), .root_module = module });
}

/// The paths of the Zig files below a folder of this package, sorted; none where it is missing.
fn listZigFiles(b: *std.Build, folder: []const u8) std.ArrayList([]const u8) {
    var paths: std.ArrayList([]const u8) = .empty;
    collectZigFiles(b, folder, &paths) catch |err| switch (err) {
        error.FileNotFound => return paths,
        else => std.debug.panic("{s} cannot be listed: {t}", .{ folder, err }),
    };
    std.mem.sort([]const u8, paths.items, {}, isBefore);
    return paths;
}

fn collectZigFiles(
    b: *std.Build,
    folder: []const u8,
    paths: *std.ArrayList([]const u8),
) !void {
    const io = b.graph.io;
    var dir = try b.build_root.handle.openDir(io, folder, .{ .iterate = true });
    defer dir.close(io);
    var walker = try dir.walk(b.allocator);
    defer walker.deinit();
    while (try walker.next(io)) |entry| {
        if (entry.kind != .file or !std.mem.endsWith(u8, entry.basename, ".zig")) continue;
        // Zig leaves its cache where it is started.
        if (std.mem.indexOf(u8, entry.path, ".zig-cache") != null) continue;
        const path = b.dupe(entry.path);
        std.mem.replaceScalar(u8, path, '\\', '/');
        try paths.append(b.allocator, path);
    }
}

fn isBefore(_: void, left: []const u8, right: []const u8) bool {
    return std.mem.lessThan(u8, left, right);
}
