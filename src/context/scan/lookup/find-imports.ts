/** What a file imports and who imports it, read from import lines and matched by the ends of paths. */
import { posix } from 'node:path';
import type { Imports } from '../../code-index.ts';
import type { ScanFiles } from '../scan-files.ts';
import type { ScannedFile } from '../text-cache.ts';

/** One group holds what is asked for. Tried on each line. */
const IMPORT_LINES: readonly RegExp[] = [
  /(?:^|[\s;])(?:import|export)\b.*?\bfrom\s+['"]([^'"]+)['"]/,
  /^\s*import\s+['"]([^'"]+)['"]/,
  /\b(?:require|import|@import|dofile|load)\s*\(\s*['"]([^'"]+)['"]/,
  /^\s*from\s+([\w.]+)\s+import\b/,
  /^\s*import\s+(?:static\s+)?([\w.]+)/,
  /^\s*#\s*include\s*[<"]([^>"]+)[>"]/,
  /^\s*(?:pub\s+)?(?:use|mod)\s+([\w:]+)/,
  /^\s*(?:require|require_relative|load)\s+['"]([^'"]+)['"]/,
  /^\s*(?:source|\.)\s+['"]?([\w./-]+)['"]?\s*$/,
];

/** The imports of the file at `path`, and the files that import it. */
export async function findImports(
  files: ScanFiles,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Imports> {
  const paths = new Set((await files.list(signal)).map((file) => file.path));
  if (!paths.has(path)) return { imports: [], importedBy: [] };
  const resolve = createResolver(paths);
  const importedBy: string[] = [];
  const imports: { text: string; path?: string }[] = [];
  await files.forEachText((scanned) => {
    for (const text of importsOf(scanned)) {
      const target = resolve(scanned.path, text);
      if (scanned.path === path) {
        imports.push({ text, ...(target === undefined ? {} : { path: target }) });
      } else if (target === path) {
        importedBy.push(scanned.path);
      }
    }
  }, signal);
  return { imports, importedBy: [...new Set(importedBy)].sort() };
}

/** What a text asks for, in order, each once. */
export function importsOf(scanned: ScannedFile): readonly string[] {
  const found = scanned.lines().flatMap((line) => {
    for (const pattern of line.length > 400 ? [] : IMPORT_LINES) {
      const text = pattern.exec(line)?.[1];
      if (text !== undefined) return [text];
    }
    return [];
  });
  return [...new Set(found)];
}

/** Finds the file that an import means: relative first, then by the end of its path. */
export function createResolver(
  paths: ReadonlySet<string>,
): (from: string, text: string) => string | undefined {
  const byEnd = new Map<string, string>();
  for (const path of paths) {
    const stem = path.replace(/\.[^./]+$/, '').replace(/\/(?:index|__init__|mod)$/, '');
    for (let at = 0; at >= 0; at = stem.indexOf('/', at + 1)) {
      const end = stem.slice(at === 0 ? 0 : at + 1);
      if (!byEnd.has(end)) byEnd.set(end, path);
    }
  }
  return (from, text) => {
    const folder = posix.dirname(from);
    if (/^[./]/.test(text) || /\.\w+$/.test(text)) {
      const near = posix.normalize(posix.join(folder, text));
      if (paths.has(near)) return near;
      const found = byEnd.get(near.replace(/\.[^./]+$/, ''));
      if (found !== undefined) return found;
    }
    const end = text
      .replace(/^(?:crate|super|self)::/, '')
      .replace(/\.(?:h|hpp|zig|rb|lua|php|[jt]sx?)$/, '')
      .replace(/^\.+/, '')
      .replace(/::|\./g, '/');
    return byEnd.get(end) ?? byEnd.get(posix.dirname(end));
  };
}
