/** What a project is, from its README, its manifest and its files. */
import { readWorkspaceFile } from '../../../platform/walk/read-workspace-file.ts';
import { code, counted } from '../markdown.ts';
import type { Workshop } from '../workshop.ts';

const MAX_README_BYTES = 64 * 1024;
/** Paragraphs of the README that are shown. */
const MAX_PARAGRAPHS = 3;
const MAX_PARAGRAPH_CHARACTERS = 700;
const MAX_FOLDERS = 14;

/** The README's beginning, the manifest's facts, and how the files are spread. */
export async function* describeProject(workshop: Workshop): AsyncGenerator<string> {
  const { search, signal } = workshop;
  const paths = await search.findFiles({ pattern: '', limit: Infinity, signal });
  const readme = paths.find((path) => /^readme(?:\.(?:md|rst|txt|markdown))?$/i.test(path));
  if (readme !== undefined) yield* showReadme(readme, workshop);
  yield* showManifest(paths, workshop);
  yield* showFolders(paths);
  const docs = paths.filter((path) =>
    /^(?:architecture|contributing|agents|design)\.md$/i.test(path),
  );
  if (docs.length > 0) yield `Read on in ${docs.map(code).join(', ')}.\n`;
  if (paths.length === 0) yield 'This folder holds no files that can be read.\n';
}

async function* showReadme(path: string, workshop: Workshop): AsyncGenerator<string> {
  const read = await readWorkspaceFile(workshop.root, path, MAX_README_BYTES);
  if (!read.ok) return;
  const paragraphs = read.text
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => paragraph.trim())
    .filter(isProse)
    .slice(0, MAX_PARAGRAPHS);
  if (paragraphs.length === 0) return;
  yield `${code(path)} says:\n\n`;
  for (const paragraph of paragraphs) {
    const isLong = paragraph.length > MAX_PARAGRAPH_CHARACTERS;
    const text = isLong ? `${paragraph.slice(0, MAX_PARAGRAPH_CHARACTERS)}…` : paragraph;
    yield `${text.replace(/^/gm, '> ')}\n\n`;
  }
}

/** Not a heading, a badge, a picture, HTML, a table, a list of links or code. */
function isProse(paragraph: string): boolean {
  return (
    /^[\p{L}*_`"“[]/u.test(paragraph) &&
    !/^\[!\[|^```|^!\[|^\[[^\]]*\]:/.test(paragraph) &&
    /\p{L}{3}/u.test(paragraph)
  );
}

const MANIFESTS: readonly (readonly [string, (text: string) => readonly string[]])[] = [
  ['package.json', readPackageJson],
  ['pyproject.toml', readTomlFacts],
  ['Cargo.toml', readTomlFacts],
  ['go.mod', (text) => factsOf({ module: /^module\s+(\S+)/m.exec(text)?.[1] })],
  ['composer.json', readPackageJson],
  ['build.zig.zon', (text) => factsOf({ name: /\.name\s*=\s*[."]+(\w+)/.exec(text)?.[1] })],
];

async function* showManifest(paths: readonly string[], workshop: Workshop): AsyncGenerator<string> {
  for (const [path, readFacts] of MANIFESTS) {
    if (!paths.includes(path)) continue;
    const read = await readWorkspaceFile(workshop.root, path, MAX_README_BYTES);
    const facts = read.ok ? readFacts(read.text) : [];
    if (facts.length > 0) yield `From ${code(path)}:\n\n${facts.join('\n')}\n\n`;
  }
}

function readPackageJson(text: string): readonly string[] {
  const manifest = parseObject(text);
  const list = (value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.keys(value).slice(0, 20).join(', ')
      : undefined;
  const plain = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return factsOf({
    name: plain(manifest.name),
    description: plain(manifest.description),
    commands: plain(manifest.bin) ?? list(manifest.bin),
    scripts: list(manifest.scripts),
    dependencies: list(manifest.dependencies ?? manifest.require),
  });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A manifest with a mistake in it tells nothing; the rest of the answer stands.
    return {};
  }
}

function readTomlFacts(text: string): readonly string[] {
  const field = (name: string) => new RegExp(`^${name}\\s*=\\s*"([^"]*)"`, 'm').exec(text)?.[1];
  return factsOf({ name: field('name'), description: field('description') });
}

function factsOf(facts: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`- ${name}: ${code(value.slice(0, 300))}`],
  );
}

function* showFolders(paths: readonly string[]): Generator<string> {
  const counts = new Map<string, number>();
  const extensions = new Map<string, number>();
  for (const path of paths) {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : '';
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
    const extension = /\.(\w+)$/.exec(path)?.[1];
    if (extension !== undefined) extensions.set(extension, (extensions.get(extension) ?? 0) + 1);
  }
  const byCount = (left: readonly [string, number], right: readonly [string, number]) =>
    right[1] - left[1];
  const kinds = [...extensions].sort(byCount).slice(0, 6);
  if (kinds.length === 0) return;
  yield `It has ${counted(paths.length, 'file')} (${kinds.map(([name, count]) => `${count} .${name}`).join(', ')}):\n\n`;
  const folders = [...counts].filter(([folder]) => folder !== '').sort(byCount);
  for (const [folder, count] of folders.slice(0, MAX_FOLDERS)) {
    yield `- ${code(folder)} ${counted(count, 'file')}\n`;
  }
  yield '\n';
}
