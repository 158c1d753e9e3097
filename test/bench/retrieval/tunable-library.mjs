// The library with every weight of the ranking as a variable, so that one build can be asked with many
// settings. What is shipped has constants.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadKoffi } from '../../../src/platform/native/koffi.ts';
import { findZig, runZig } from '../../../tools/zig.mjs';

const native = fileURLToPath(new URL('../../../native', import.meta.url));
const WEIGHT = /^pub const (\w+) = (\d+\.\d+);$/gm;

const SETTER = `
const std = @import("std");

export fn zeke_bench_set_weight(name: [*:0]const u8, value: f32) bool {
    inline for (@typeInfo(@This()).@"struct".decls) |decl| {
        if (std.mem.eql(u8, decl.name, std.mem.span(name))) {
            @field(@This(), decl.name) = value;
            return true;
        }
    }
    return false;
}
`;

/** Builds it in a scratch folder. `close` removes that. */
export async function buildTunableLibrary() {
  const zig = findZig();
  if (zig === undefined) throw new Error('There is no Zig for this machine.');
  const folder = mkdtempSync(join(tmpdir(), 'zeke-tunable-'));
  for (const part of ['src', 'build.zig', 'build.zig.zon']) {
    cpSync(join(native, part), join(folder, part), { recursive: true });
  }
  const weightsPath = join(folder, 'src/query/weights.zig');
  const source = readFileSync(weightsPath, 'utf8');
  const weights = new Map([...source.matchAll(WEIGHT)].map(([, name, value]) => [name, +value]));
  writeFileSync(weightsPath, source.replace(WEIGHT, 'pub var $1: f32 = $2;') + SETTER);
  const args = ['build', '--build-file', join(folder, 'build.zig'), '-Doptimize=ReleaseFast'];
  if (!(await runZig(zig, [...args, '--prefix', join(folder, 'out')]))) {
    throw new Error('The library does not build with its weights as variables.');
  }
  const extension = process.platform === 'darwin' ? 'dylib' : 'so';
  const path = join(folder, `out/lib/libzeke_index.${extension}`);
  // The same koffi that loads the index: what is set here counts there.
  const koffi = await loadKoffi(false);
  const set = koffi.load(path).func('bool zeke_bench_set_weight(const char *name, float value)');
  return {
    path,
    weights,
    /** Every weight as in the sources but for those given. */
    use(changed) {
      for (const [name, value] of weights) {
        if (!set(name, changed[name] ?? value)) throw new Error(`There is no weight ${name}.`);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
