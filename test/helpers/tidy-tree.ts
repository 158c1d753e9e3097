/** The rules about the project as a whole: folders, mirrors, versions, documents. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listFiles } from '../../tools/source-code.mjs';
import type { Problem } from './tidy-file.ts';

/** "About 15": past this a folder gets sub-folders. */
const MAX_FILES_IN_FOLDER = 16;
const MAX_AGENTS_LINES = 80;
/** Folders of test/ that mirror nothing in src: they say so by their name. */
const FREE_TEST_FOLDERS = ['conformance', 'e2e', 'bench', 'helpers', 'lua', 'tools'];

export function checkFolderSizes(root: string, folder: string): readonly Problem[] {
  const counts = Map.groupBy(listFiles(root, folder, ['.ts', '.tsx', '.mjs', '.lua']), dirname);
  return [...counts]
    .filter(([, files]) => files.length > MAX_FILES_IN_FOLDER)
    .map(([path, files]) => ({
      path,
      line: 1,
      message: `has ${files.length} files, about 15 are allowed. Give a topic its sub-folder.`,
    }));
}

/** `test/x/y.test.ts` tests `src/x/y.ts` or `.tsx`, or a folder `src/x/y`. */
export function checkMirrors(root: string): readonly Problem[] {
  const sources = new Set(listFiles(root, 'src', ['.ts', '.tsx']));
  const folders = new Set([...sources].map(dirname));
  return listFiles(root, 'test', ['.test.ts', '.test.tsx'])
    .filter((path) => path.split('/').length > 2)
    .filter((path) => !FREE_TEST_FOLDERS.includes(path.split('/')[1] ?? ''))
    .filter((path) => {
      const target = path.replace(/^test\//, 'src/').replace(/\.test\.tsx?$/, '');
      return (
        ![`${target}.ts`, `${target}.tsx`].some((file) => sources.has(file)) && !folders.has(target)
      );
    })
    .map((path) => ({
      path,
      line: 1,
      message: 'tests no file of its name. Name it after the file in src, or move it to test/e2e.',
    }));
}

/** package.json, the code, the manual and the changelog speak of one version. */
export function checkVersions(root: string): readonly Problem[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const places = [
    ['src/platform/version.ts', `'${version}'`],
    ['package-lock.json', `"version": "${version}"`],
    ['man/zeke.1', version],
    ['CHANGELOG.md', `## ${version}`],
  ] as const;
  return places
    .filter(([path, text]) => !readFileSync(join(root, path), 'utf8').includes(text))
    .map(([path, text]) => ({
      path,
      line: 1,
      message: `does not say ${text}, as package.json does.`,
    }));
}

/** Links of a Markdown file to other files of the project, and what they leave in the air. */
export function checkLinks(root: string, path: string): readonly Problem[] {
  return readFileSync(join(root, path), 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      [...line.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
        .filter(([, target = '']) => !existsSync(join(root, dirname(path), target)))
        .map(([, target]) => ({
          path,
          line: at + 1,
          message: `links to ${target}, which is not there.`,
        })),
    );
}

export function checkAgentsFile(path: string, text: string): readonly Problem[] {
  const lines = text.trimEnd().split('\n').length;
  if (lines <= MAX_AGENTS_LINES) return [];
  const message = `${basename(path)} has ${lines} lines, ${MAX_AGENTS_LINES} are allowed.`;
  return [{ path, line: MAX_AGENTS_LINES + 1, message }];
}

/** A test that runs alone hides the others; one that is off for ever proves nothing. */
export function checkTestFile(path: string, text: string): readonly Problem[] {
  return text.split('\n').flatMap((line, at) => {
    const match = /^\s*(?:describe|it|test)\.(only|skip|todo|fails)\(/.exec(line);
    if (match === null) return [];
    const message = `"${match[1]}": run every test, or use skip(reason) where something is missing.`;
    return [{ path, line: at + 1, message }];
  });
}
