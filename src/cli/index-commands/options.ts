/** What the options of `zeke index` mean. */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Nearby, SymbolKind } from '../../context/search.ts';
import { ZekeError } from '../../platform/errors.ts';
import { readTextFile } from '../../platform/files.ts';
import { nearestName } from '../../platform/nearest.ts';
import type { Invocation } from '../command.ts';
import type { Runtime } from '../compose.ts';

const KINDS: readonly SymbolKind[] = [
  'class',
  'constant',
  'enum',
  'function',
  'heading',
  'interface',
  'macro',
  'method',
  'module',
  'type',
  'variable',
];

/** As many as anybody can want: what is more is taken for that. */
const MOST = 999_999_999;

/** A whole number of at least 1; `fallback` where the option is absent. */
export function countOption(invocation: Invocation, name: string, fallback: number): number {
  const typed = invocation.options[name];
  if (typeof typed !== 'string') return fallback;
  if (/^[1-9]\d*$/.test(typed)) return Math.min(Number(typed), MOST);
  throw new ZekeError('usage', `--${name} takes a whole number from 1, not "${typed}".`);
}

/** The kinds of `--kind`; undefined for all. */
export function kindsOption({ options }: Invocation): readonly SymbolKind[] | undefined {
  const typed = options.kind;
  if (!Array.isArray(typed)) return undefined;
  return typed.map((name) => {
    const kind = KINDS.find((known) => known === name);
    if (kind !== undefined) return kind;
    throw new ZekeError(
      'usage',
      `There is no kind "${name}"; the nearest is ${nearestName(name, KINDS)}.`,
    );
  });
}

/** `--cursor` and `--open`. */
export function nearbyOption(invocation: Invocation, runtime: Runtime): Nearby {
  const { cursor, open } = invocation.options;
  return {
    ...(typeof cursor === 'string' ? { cursor: parseCursor(cursor, runtime) } : {}),
    ...(Array.isArray(open) ? { openFiles: open.map((path) => inProject(path, runtime)) } : {}),
  };
}

function parseCursor(typed: string, runtime: Runtime): { path: string; line: number } {
  const [, path, line] = /^(.+):([1-9]\d{0,8})$/s.exec(typed) ?? [];
  if (path === undefined || line === undefined) {
    throw new ZekeError('usage', `--cursor takes FILE:LINE, not "${typed}".`);
  }
  return { path: inProject(path, runtime), line: Number(line) };
}

/** As `inProject`, of a file that is there. */
export function fileInProject(typed: string, runtime: Runtime): string {
  const path = inProject(typed, runtime);
  const found = readTextFile(join(runtime.root, path), 0);
  if (found.ok || (found.reason !== 'missing' && found.reason !== 'not-a-file')) return path;
  throw new ZekeError(
    'usage',
    found.reason === 'missing' ? `There is no file "${typed}".` : `"${typed}" is no file.`,
    { hint: 'zeke index files NAME finds paths by a few letters.' },
  );
}

/** A path as typed, relative to the project's root with `/`. */
export function inProject(typed: string, { cwd, root }: Runtime): string {
  const path = relative(root, resolve(cwd, typed));
  if (isAbsolute(path) || path.split(sep)[0] === '..') {
    throw new ZekeError('usage', `"${typed}" is outside of this project (${root}).`);
  }
  return path.split(sep).join('/');
}
