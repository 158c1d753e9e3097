//! Which files of a view an import leads to. The text of an import is the scanner's; the rules of
//! each language are in import_rules.zig.
const std = @import("std");
const rules = @import("import_rules.zig");
const types = @import("../base/types.zig");
const View = @import("../store/view.zig").View;
const Place = @import("../store/view.zig").Place;
const path_index = @import("path_index.zig");
const Task = @import("../store/task.zig").Task;

const Allocator = std.mem.Allocator;

/// All paths of a view, ready for resolving. Kept with the view; used by several threads at once.
pub const Imports = struct {
    gpa: Allocator,
    arena: std.heap.ArenaAllocator,
    index: path_index.PathIndex,
    modules: []const rules.GoModule,
    /// The number of the first document of each part; a file's number is that plus its document's.
    offsets: []const u32,

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
        const offsets = try arena.alloc(u32, view.parts.len + 1);
        offsets[0] = 0;
        for (view.parts, 0..) |part, number| {
            offsets[number + 1] = offsets[number] + part.shard.segment.stats().documents;
        }
        const paths = try arena.alloc(?[]const u8, offsets[view.parts.len]);
        @memset(paths, null);
        var modules: std.ArrayList(rules.GoModule) = .empty;
        var places = view.places();
        while (places.next()) |place| {
            const number = offsets[place.segment] + place.document;
            if (number >= paths.len) continue;
            const path = view.segment(place).path(place.document);
            paths[number] = path;
            if (!rules.isGoMod(path)) continue;
            const text = view.read(io, place, arena) catch |err| switch (err) {
                error.OutOfMemory => return error.OutOfMemory,
                else => continue,
            };
            if (rules.moduleOf(path, text.bytes)) |module| try modules.append(arena, module);
        }
        imports.index = try .init(arena, paths);
        imports.modules = modules.items;
        imports.offsets = offsets;
        return imports;
    }

    pub fn destroy(imports: *Imports) void {
        imports.arena.deinit();
        imports.gpa.destroy(imports);
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
            .index = &imports.index,
            .modules = imports.modules,
            .from = imports.index.pathOf(imports.offsets[from.segment] + from.document),
            .language = language,
            .text = text,
        };
        try rules.resolve(arena, &question, &numbers);
        for (numbers.items) |number| {
            const place = imports.placeOf(number);
            if (!place.eql(from)) try out.append(arena, place);
        }
    }

    /// The files that import the one at `wanted`, ordered by path. Looks at every import of the view
    /// whose text can mean it: the last part of what is written names the file or its folder.
    pub fn importersOf(
        imports: *const Imports,
        arena: Allocator,
        view: *const View,
        task: *const Task,
        wanted: Place,
    ) (Allocator.Error || error{Cancelled})![]const Place {
        const path = imports.index.pathOf(imports.offsets[wanted.segment] + wanted.document);
        const clues: Clues = .of(path);
        var importers: std.ArrayList(Place) = .empty;
        var scratch: std.heap.ArenaAllocator = .init(imports.gpa);
        defer scratch.deinit();
        var places = view.places();
        var count: u32 = 0;
        while (places.next()) |place| : (count += 1) {
            if (count % 256 == 0) try task.check();
            const segment = view.segment(place);
            var texts = segment.imports(place.document);
            while (texts.next()) |text| {
                if (!clues.isPossible(text)) continue;
                _ = scratch.reset(.retain_capacity);
                var found: std.ArrayList(Place) = .empty;
                const language = segment.info(place.document).language;
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

    fn placeOf(imports: *const Imports, number: u32) Place {
        var part: u16 = 0;
        while (part + 2 < imports.offsets.len and imports.offsets[part + 1] <= number) part += 1;
        return .{ .segment = part, .document = number - imports.offsets[part] };
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

    fn isPossible(clues: Clues, text: []const u8) bool {
        if (clues.stem.len == 0 or std.mem.indexOf(u8, text, clues.stem) != null) return true;
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
