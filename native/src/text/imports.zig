//! Which files of a view an import leads to. The text of an import is the scanner's; the rules of
//! each language are in import_rules.zig.
const std = @import("std");
const rules = @import("import_rules.zig");
const types = @import("../base/types.zig");
const View = @import("../store/view.zig").View;
const Place = @import("../store/view.zig").Place;
const PathIndex = @import("path_index.zig").PathIndex;

const Allocator = std.mem.Allocator;

/// All paths of a view, ready for resolving. Kept with the view; used by several threads at once.
pub const Imports = struct {
    gpa: Allocator,
    arena: std.heap.ArenaAllocator,
    index: PathIndex,
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

    fn placeOf(imports: *const Imports, number: u32) Place {
        var part: u16 = 0;
        while (part + 2 < imports.offsets.len and imports.offsets[part + 1] <= number) part += 1;
        return .{ .segment = part, .document = number - imports.offsets[part] };
    }
};
