/** Random trees full of ignore files, odd names and things that are no files. */
import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { git, makeWorkspace, seededRandom } from './workspace.ts';

export interface IgnoredTree {
  /** The repository's top. Its user's ignore file is in `.git/config-home`. */
  readonly top: string;
  /** The top, or a folder below it. */
  readonly root: string;
  /** The `.zekeignore` files relative to the root, one byte a character. */
  readonly zekeIgnores: readonly string[];
}

const NAMES = [
  'a',
  'b',
  'c',
  'ab',
  'build',
  'x.log',
  'y.txt',
  'Z.txt',
  'a.o',
  'b.tar.gz',
  'a b',
  'tail ',
  '#c',
  '!d',
  'e[1]',
  'back\\slash',
  'q?',
  'st*r',
  '\xc3\xbc.txt',
  '\xff\xfe',
  '..f',
  '.hidden',
  'new\nline',
];

const PATTERNS = [
  ...['*.log', '*.o', '*.gz', '*.tar.gz', '.*', '*', '*~', '?', '??', 'a*', '*b', '*[ab]*'],
  ...['build', 'build/', '/a', '/a/', 'a/b', 'a/b/', '/build/x.log', 'c/*', 'c/*/', '/*/b', '*/'],
  ...['**/build', '**/a/b', '**/', '/**/Z.txt', 'a/**', 'a/**/', 'a/**/b', '**/c/**', 'b/**/*.o'],
  ...['a/**/**/b', '/**', '**', '***', 'a/***/b', '*/**/a', '**/*.txt', 'c/**/[xy].*', '*.t?t'],
  ...['[ab]', '[!a]', '[^b]', '[a-c]', '[]x]', '[a-', '[[:alpha:]]', '[[:upper:]]*', '[[:no:]]'],
  ...['e\\[1\\]', 'e[[]1]', '\\#c', '#c', '\\!d', 'q\\?', 'st\\*r', 'back\\\\slash', 'trailing\\'],
  ...['y.txt ', 'tail\\ ', 'tail ', 'y.txt\t', 'Z.TXT', '\xc3\xbc.*', '\xff*', '..f', '', ' ', '/'],
  ...[
    'x.log\r',
    '*.txt\r',
    'a b',
    'a\\ b',
    '[a]/b',
    'a/[/]b',
    'a[/]b',
    './a',
    'a//b',
    '../a',
    '//a',
  ],
  ...['*.log/', 'a.o/', '.gitignore', '.hidden', 'new*', '?ew*', '*\\', 'a\\b', '[\\]]', '[b-a]'],
];

/** Makes the tree of a number; the same number makes the same tree. */
export function makeIgnoredTree(seed: number): IgnoredTree {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const happens = (chance: number) => random() < chance;
  const top = makeWorkspace({});
  git(top, 'init', '-q');
  const folders = ['', ...makeFolders(top, 14, () => pick(NAMES), pick)];
  for (let count = 0; count < 70; count++) put(top, `${pick(folders)}${pick(NAMES)}`, 'x');
  const rules = () => {
    const lines = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
      const isTakenBack = happens(0.3) ? '!' : '';
      return `${isTakenBack}${pick(PATTERNS)}`;
    });
    const text = lines.join(happens(0.1) ? '\r\n' : '\n');
    return `${happens(0.1) ? '\xef\xbb\xbf' : ''}${text}${happens(0.7) ? '\n' : ''}`;
  };
  for (let count = 0; count < 4; count++) put(top, `${pick(folders)}.gitignore`, rules());
  put(top, '.git/info/exclude', happens(0.5) ? rules() : '');
  mkdirSync(`${top}/.git/config-home/git`, { recursive: true });
  put(top, '.git/config-home/git/ignore', happens(0.3) ? rules() : '');
  const hasZekeIgnores = happens(0.5);
  const root = happens(0.3) ? pick(folders.filter(isText)) : '';
  putOddThings(top, hasZekeIgnores || root !== '' ? '' : pick(folders), happens);
  trackSome(top, () => `${pick(folders)}${pick(NAMES)}`, happens);
  const zekeIgnores = hasZekeIgnores
    ? folders.filter((path) => path.startsWith(root) && happens(0.2))
    : [];
  for (const folder of zekeIgnores) put(top, `${folder}.zekeignore`, rules());
  return {
    top,
    root: bytes(`${top}/${root}`).toString().replace(/\/$/, ''),
    zekeIgnores: zekeIgnores.map((folder) => `${folder.slice(root.length)}.zekeignore`),
  };
}

/** Names of programs' arguments are text. */
export function isText(path: string): boolean {
  return isUtf8(bytes(path));
}

function makeFolders(
  top: string,
  wanted: number,
  name: () => string,
  pick: <T>(values: readonly T[]) => T,
): readonly string[] {
  const folders = [''];
  for (let count = 0; count < wanted; count++) {
    const folder = `${pick(folders)}${name()}/`;
    mkdirSync(bytes(`${top}/${folder}`), { recursive: true });
    folders.push(folder);
  }
  return folders.slice(1);
}

/** Links, pipes, repositories in the repository, and folders that only look like some. */
function putOddThings(top: string, place: string, happens: (chance: number) => boolean) {
  if (happens(0.3)) tolerant(() => symlinkSync('.', bytes(`${top}/${place}link`)));
  if (happens(0.3)) tolerant(() => symlinkSync('/etc/passwd', bytes(`${top}/${place}.gitignore`)));
  if (happens(0.2)) tolerant(() => execFileSync('mkfifo', [`${top}/pipe`]));
  if (place === '') return;
  if (happens(0.2)) makeRepository(`${top}/${place}`);
  if (happens(0.1)) tolerant(() => mkdirSync(bytes(`${top}/${place}.git`)));
  if (happens(0.1)) put(top, `${place}.git`, 'gitdir: nowhere\n');
}

/** A repository without the program, whose arguments cannot be bytes. */
function makeRepository(path: string): void {
  tolerant(() => {
    for (const folder of ['objects', 'refs']) {
      mkdirSync(bytes(`${path}.git/${folder}`), { recursive: true });
    }
    writeFileSync(bytes(`${path}.git/HEAD`), 'ref: refs/heads/main\n');
  });
}

/** Tracks some paths, ignored ones too; some of them are gone afterwards. */
function trackSome(top: string, path: () => string, happens: (chance: number) => boolean): void {
  const version = `index.version=${happens(0.3) ? 4 : 2}`;
  const split = `core.splitIndex=${happens(0.2)}`;
  const files = Array.from({ length: 12 }, path);
  const links = happens(0.2) ? [path()] : [];
  if (links.length > 0) put(top, '.gitmodules', '');
  const entries = [
    ...files.map((one) => `100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t${one}\0`),
    ...links.map((one) => `160000 0123456789012345678901234567890123456789\t${one}\0`),
  ];
  // Twice, so that a split index has entries that were replaced or are gone.
  for (const part of [entries, entries.slice(0, 3)]) {
    const config = ['-c', version, '-c', split];
    execFileSync('git', [...config, 'update-index', '--replace', '-z', '--index-info'], {
      cwd: top,
      input: Buffer.from(part.join(''), 'latin1'),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  }
  for (const one of files) {
    if (happens(0.1)) tolerant(() => rmSync(bytes(`${top}/${one}`)));
  }
}

function put(top: string, path: string, text: string): void {
  tolerant(() => writeFileSync(bytes(`${top}/${path}`), Buffer.from(text, 'latin1')));
}

/** A path of one byte a character. */
export function bytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** What cannot be made, because a folder has the name or a link is in the way, is not there. */
function tolerant(make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
