/** The paths of a diff's headers: quoted, prefixed, dated, with blanks, or all of it at once. */

export interface HeaderPaths {
  readonly oldPath: string | undefined;
  readonly newPath: string | undefined;
}

const NO_FILE = '/dev/null';

/**
 * The two paths of `diff --git A B`. With blanks in the names the border is ambiguous, so the one
 * reading is taken where both sides name the same file: only then is this line the sole witness.
 */
export function parseGitHeader(rest: string): { left: string; right: string } | undefined {
  if (rest.startsWith('"')) {
    const left = readQuoted(rest);
    if (left === undefined) return undefined;
    const right = rest.slice(left.length).trimStart();
    return { left: left.path, right: unquote(right) };
  }
  const quoteAt = rest.indexOf(' "');
  if (quoteAt !== -1 && rest.endsWith('"')) {
    return { left: rest.slice(0, quoteAt), right: unquote(rest.slice(quoteAt + 1)) };
  }
  for (let at = rest.indexOf(' '); at !== -1; at = rest.indexOf(' ', at + 1)) {
    const [left, right] = [rest.slice(0, at), rest.slice(at + 1)];
    if (left === right || withoutFirstFolder(left) === withoutFirstFolder(right)) {
      return { left, right };
    }
  }
  const at = rest.indexOf(' b/');
  return at === -1 ? undefined : { left: rest.slice(0, at), right: rest.slice(at + 1) };
}

/** The path of a `---` or `+++` line: unquoted, without the time stamp that follows a tab. */
export function parseFileLine(rest: string): string {
  if (rest.startsWith('"')) return readQuoted(rest)?.path ?? rest;
  const tab = rest.indexOf('\t');
  const path = tab === -1 ? rest.replace(/ {2,}\d{4}-\d\d-\d\d[ T].*$/, '') : rest.slice(0, tab);
  return path;
}

/**
 * Takes the prefixes off a pair of paths. `a/x` and `b/x` (or `i/ w/ c/ o/`, or `old/ new/`) differ
 * in the first folder alone; without prefixes both sides are the same, and nothing is taken off.
 */
export function stripPrefixes(left: string, right: string): HeaderPaths {
  const oldPath = left === NO_FILE ? undefined : left;
  const newPath = right === NO_FILE ? undefined : right;
  if (oldPath !== undefined && newPath !== undefined) {
    const [oldRest, newRest] = [withoutFirstFolder(oldPath), withoutFirstFolder(newPath)];
    const hasPrefixes = oldPath !== newPath && oldRest === newRest && oldRest !== undefined;
    if (hasPrefixes) return { oldPath: oldRest, newPath: newRest };
    const isGitPair = oldPath.startsWith('a/') && newPath.startsWith('b/');
    return isGitPair
      ? { oldPath: oldPath.slice(2), newPath: newPath.slice(2) }
      : { oldPath, newPath };
  }
  return {
    oldPath: oldPath?.replace(/^a\//, ''),
    newPath: newPath?.replace(/^b\//, ''),
  };
}

/** A path as git writes it after `rename from`, `copy to` and their like. */
export function unquote(text: string): string {
  return text.startsWith('"') ? (readQuoted(text)?.path ?? text) : text;
}

function withoutFirstFolder(path: string): string | undefined {
  const slash = path.indexOf('/');
  return slash === -1 ? undefined : path.slice(slash + 1);
}

const SIMPLE_ESCAPES: { readonly [letter: string]: number } = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

/** A C string with octal bytes, as git quotes unusual names; `length` includes the quotes. */
function readQuoted(text: string): { path: string; length: number } | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text);
  if (quoted === null) return undefined;
  const body = quoted[1] ?? '';
  const bytes: Buffer[] = [];
  for (const [piece] of body.matchAll(/\\[0-7]{1,3}|\\.|[^\\]+/gs)) {
    if (!piece.startsWith('\\')) bytes.push(Buffer.from(piece));
    else if (/^\\[0-7]/.test(piece))
      bytes.push(Buffer.of(Number.parseInt(piece.slice(1), 8) & 255));
    else bytes.push(Buffer.of(SIMPLE_ESCAPES[piece.charAt(1)] ?? piece.charCodeAt(1)));
  }
  return { path: Buffer.concat(bytes).toString('utf8'), length: quoted[0].length };
}
