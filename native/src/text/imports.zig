//! Which files of a view an import leads to. The text of an import is the scanner's; the rules of
//! each language are in import_rules.zig.
const std = @import("std");
const rules = @import("import_rules.zig");
const types = @import("../base/types.zig");
const View = @import("../store/view.zig").View;
const Place = @import("../store/view.zig").Place;
const path_index = @import("path_index.zig");
const Shard = @import("../store/shard.zig").Shard;
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;

/// The paths of one segment, kept with it.
const SegmentPaths = struct {
    gpa: Allocator,
    arena: std.heap.ArenaAllocator,
    index: path_index.PathIndex,

    fn of(shard: *Shard, io: std.Io) Allocator.Error!*const SegmentPaths {
        const context: Context = .{ .shard = shard };
        return shard.memos.getPtr(.imports).get(io, SegmentPaths, context);
    }

    const Context = struct {
        shard: *Shard,

        pub fn make(context: Context) Allocator.Error!*SegmentPaths {
            const gpa = context.shard.gpa;
            const made = try gpa.create(SegmentPaths);
            errdefer gpa.destroy(made);
            made.gpa = gpa;
            made.arena = .init(gpa);
            errdefer made.arena.deinit();
            const arena = made.arena.allocator();
            const segment = &context.shard.segment;
            const paths = try arena.alloc([]const u8, segment.stats().documents);
            for (paths, 0..) |*path, document| path.* = segment.path(@intCast(document));
            made.index = try .init(arena, paths);
            return made;
        }
    };

    pub fn destroy(made: *SegmentPaths) void {
        const gpa = made.gpa;
        made.arena.deinit();
        gpa.destroy(made);
    }
};

/// All paths of a view, ready for resolving. Kept with the view; used by several threads at once.
pub const Imports = struct {
    gpa: Allocator,
    arena: std.heap.ArenaAllocator,
    /// A file's number is its document's, plus what the layer of its part begins with.
    paths: path_index.Paths,
    modules: []const rules.GoModule,

    pub fn of(view: *const View, io: std.Io) Allocator.Error!*const Imports {
        const context: Context = .{ .view = view, .io = io };
        return view.memos.getPtr(.imports).get(io, Imports, context);
    }

    const Context = struct {
        view: *const View,
        io: std.Io,

        pub fn make(context: Context) Allocator.Error!*Imports {
            return create(context.view, context.io);
        }
    };

    fn create(view: *const View, io: std.Io) Allocator.Error!*Imports {
        const imports = try view.gpa.create(Imports);
        errdefer view.gpa.destroy(imports);
        imports.gpa = view.gpa;
        imports.arena = .init(view.gpa);
        errdefer imports.arena.deinit();
        const arena = imports.arena.allocator();
        const layers = try arena.alloc(path_index.Layer, view.parts.len);
        var offset: u32 = 0;
        for (view.parts, layers) |*part, *layer| {
            const known = try SegmentPaths.of(part.shard, io);
            layer.* = .{ .index = &known.index, .live = part.live, .offset = offset };
            offset += @intCast(known.index.paths.len);
        }
        imports.paths = .{ .layers = layers };
        var modules: std.ArrayList(rules.GoModule) = .empty;
        var files = imports.paths.filesNamed("go.mod");
        while (files.next()) |number| {
            const text = view.read(io, imports.placeOf(number), arena) catch |err| switch (err) {
                error.OutOfMemory => return error.OutOfMemory,
                error.Unreadable, error.TooLarge => continue,
            };
            const module = rules.moduleOf(imports.paths.pathOf(number), text.bytes) orelse continue;
            try modules.append(arena, module);
        }
        imports.modules = modules.items;
        return imports;
    }

    pub fn destroy(imports: *Imports) void {
        const gpa = imports.gpa;
        imports.arena.deinit();
        gpa.destroy(imports);
    }

    /// Adds the files that `text`, an import of the file at `from`, stands for: mostly one, several
    /// for a package, none for what is not in the view. `arena` is for scratch.
    pub fn resolve(
        imports: *const Imports,
        arena: Allocator,
        from: Place,
        language: types.Language,
        text: []const u8,
        out: *std.ArrayList(Place),
    ) Allocator.Error!void {
        var numbers: std.ArrayList(u32) = .empty;
        const question: rules.Question = .{
            .paths = &imports.paths,
            .modules = imports.modules,
            .from = imports.pathOf(from),
            .language = language,
            .text = text,
        };
        try rules.resolve(arena, &question, &numbers);
        for (numbers.items) |number| {
            const place = imports.placeOf(number);
            if (!place.eql(from)) try out.append(arena, place);
        }
    }

    /// The files that import the one at `wanted`, ordered by path. Looks at every import of the
    /// view whose text can mean it: the last part of what is written names the file or its folder.
    pub fn importersOf(
        imports: *const Imports,
        arena: Allocator,
        view: *const View,
        task: *const Task,
        wanted: Place,
    ) (Allocator.Error || error{Cancelled})![]const Place {
        const clues: Clues = .of(imports.pathOf(wanted));
        var importers: std.ArrayList(Place) = .empty;
        var scratch: std.heap.ArenaAllocator = .init(imports.gpa);
        defer scratch.deinit();
        var places = view.places();
        var count: u32 = 0;
        while (places.next()) |place| : (count += 1) {
            if (count % 256 == 0) try task.check();
            const segment = view.segment(place);
            const language = segment.info(place.document).language;
            var texts = segment.imports(place.document);
            while (texts.next()) |text| {
                if (!clues.isPossible(language, text)) continue;
                _ = scratch.reset(.retain_capacity);
                var found: std.ArrayList(Place) = .empty;
                try imports.resolve(scratch.allocator(), place, language, text, &found);
                const is_wanted = for (found.items) |to| {
                    if (to.eql(wanted)) break true;
                } else false;
                if (!is_wanted) continue;
                try importers.append(arena, place);
                break;
            }
        }
        std.mem.sort(Place, importers.items, view, isPathBefore);
        return importers.items;
    }

    fn isPathBefore(view: *const View, left: Place, right: Place) bool {
        const one = view.segment(left).path(left.document);
        return std.mem.order(u8, one, view.segment(right).path(right.document)) == .lt;
    }

    fn pathOf(imports: *const Imports, place: Place) []const u8 {
        return imports.paths.pathOf(imports.paths.layers[place.segment].offset + place.document);
    }

    fn placeOf(imports: *const Imports, number: u32) Place {
        const layer = imports.paths.layerOf(number);
        const offset = imports.paths.layers[layer].offset;
        return .{ .segment = @intCast(layer), .document = number - offset };
    }
};

/// What an import of a file must contain: its stem, or the name of its folder. Cheap to ask, and so
/// most imports are never resolved.
const Clues = struct {
    stem: []const u8,
    folder: []const u8,

    fn of(path: []const u8) Clues {
        const name = path_index.nameOf(path);
        return .{
            .stem = name[0 .. std.mem.indexOfScalar(u8, name, '.') orelse name.len],
            .folder = path_index.nameOf(path_index.folderOf(path)),
        };
    }

    fn isPossible(clues: Clues, language: types.Language, text: []const u8) bool {
        if (clues.stem.len == 0 or std.mem.indexOf(u8, text, clues.stem) != null) return true;
        // These always name the file itself.
        if (language == .c or language == .cpp or language == .zig) return false;
        // A package or an index file is asked for by its folder, or from within by dots alone.
        if (std.mem.indexOf(u8, text, clues.folder) != null) return true;
        const is_dashed = std.mem.indexOfScalar(u8, clues.folder, '-') != null;
        if (is_dashed or isSource(clues.folder)) return true;
        return std.mem.trim(u8, text, "./").len == 0 or std.mem.startsWith(u8, text, "super") or
            std.mem.startsWith(u8, text, "crate") or std.mem.startsWith(u8, text, "self");
    }

    /// `packages/shared/src/index.ts` is asked for as `@scope/shared`.
    fn isSource(folder: []const u8) bool {
        return std.mem.eql(u8, folder, "src") or std.mem.eql(u8, folder, "lib");
    }
};
