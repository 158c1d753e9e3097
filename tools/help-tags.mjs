// The tags of Neovim's help pages, as `:helptags` writes them: who puts a clone on the runtimepath has no
// plugin manager that does. Part of the build, which every way to install Zeke runs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands between blanks and stars. */
const TAG = /(?<![^ \t])\*([^*\s|]+)\*(?![^ \t])/g;

/**
 * The text of a tags file for these pages, by file name.
 * @param {Readonly<Record<string, string>>} pages
 */
export function tagsOf(pages) {
  const entries = Object.entries(pages).flatMap(([name, text]) =>
    text.split('\n').flatMap((line) =>
      [...line.matchAll(TAG)].map(([, tag = '']) => {
        const pattern = tag.replace(/[\\/]/g, '\\$&');
        return `${tag}\t${name}\t/*${pattern}*\n`;
      }),
    ),
  );
  return entries
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .join('');
}

/** Writes the tags of every page in the folder. @param {string} folder */
export function writeHelpTags(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const pages = names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  writeFileSync(join(folder, 'tags'), tagsOf(Object.fromEntries(pages)));
}
