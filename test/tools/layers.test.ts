import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkLayers, readRules } from '../../tools/layers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rules = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

/** A project that is fine: its entry reaches every file. */
const FINE = {
  'src/cli/main.ts': [
    "import { engine } from '../agent/engine.ts';",
    "import type { Port } from '../session/port.ts';",
    "export const open = () => import('../tui/start.tsx');",
    'export const port: Port = engine;',
  ].join('\n'),
  'src/agent/engine.ts': "export { port as engine } from '../session/port.ts';",
  'src/session/port.ts':
    "import { read } from '../platform/files.ts';\nimport { join } from 'node:path';\n" +
    'export type Port = string;\nexport const port = join(read());',
  'src/tui/start.tsx': "import { Box } from 'ink';\nexport const start = () => Box;",
  'src/platform/files.ts':
    "import { readFileSync } from 'node:fs';\nexport const read = () => String(readFileSync(0)) + process.env.HOME;",
};

/** What the check says about the fine project with these files added or replaced. */
function messagesFor(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-layers-'));
  for (const [path, text] of Object.entries({ 'ARCHITECTURE.md': rules, ...FINE, ...files })) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return checkLayers(folder).map(({ path, line, message }) => `${path}:${line} ${message}`);
}

describe('the layer check', () => {
  it('reads the tables of ARCHITECTURE.md', () => {
    const { layers, owners } = readRules(rules);
    expect([...layers.keys()]).toContain('providers');
    expect([...(layers.get('platform') ?? ['x'])]).toEqual([]);
    expect([...(layers.get('tui') ?? [])]).toEqual(['session', 'platform']);
    expect(owners.get('ink')).toEqual(['tui']);
  });

  it('says so when a table is gone', () => {
    expect(() => readRules('# no table')).toThrow('"folder"');
  });

  it('is content with a project that keeps the rules', () => {
    expect(messagesFor({})).toEqual([]);
  });

  it.each([
    ['a sibling', 'src/session/port.ts', "import { a } from '../agent/engine.ts';", 'upwards'],
    ['a sibling', 'src/agent/engine.ts', "import { a } from '../tui/start.tsx';", 'never meet'],
    [
      'a type',
      'src/agent/engine.ts',
      "import type { A } from '../tui/start.tsx';",
      'types count too',
    ],
    [
      'a type inline',
      'src/agent/engine.ts',
      "type A = import('../tui/start.tsx').A;",
      'never meet',
    ],
    ['a lazy import', 'src/agent/engine.ts', "import('../tui/start.tsx');", 'never meet'],
    ['a re-export', 'src/agent/engine.ts', "export * from '../tui/start.tsx';", 'never meet'],
    ['platform', 'src/platform/files.ts', "import '../session/port.ts';", 'may import nothing'],
    ['outside', 'src/agent/engine.ts', "import '../../tools/x.ts';", 'may not reach out'],
    ['an owned package', 'src/agent/engine.ts', "import 'react';", 'belongs to tui'],
    ['a part of it', 'src/agent/engine.ts', "import 'react/jsx-runtime';", 'belongs to tui'],
    ['the file system', 'src/agent/engine.ts', "import 'node:fs/promises';", 'belongs to platform'],
    ['without node:', 'src/agent/engine.ts', "import 'fs';", 'belongs to platform'],
    ['an unlisted module', 'src/tui/start.tsx', "import 'node:vm';", 'belongs to platform'],
    [
      'a side door',
      'src/agent/engine.ts',
      "process.getBuiltinModule('fs');",
      'belongs to platform',
    ],
    ['a computed name', 'src/agent/engine.ts', 'import(String(1));', 'computed'],
    ['the environment', 'src/agent/engine.ts', 'process.env.HOME;', 'Environment'],
    ['the environment', 'src/agent/engine.ts', "process['env'];", 'Environment'],
    ['the network', 'src/providers/x.ts', 'fetch("http://x");', 'http/client.ts'],
    ['a new layer', 'src/misc/x.ts', '', 'lies in no layer'],
    ['a dead file', 'src/agent/dead.ts', '', 'reached by no import'],
  ])('finds %s in %s: %s', (_, path, code, expected) => {
    const before: Readonly<Record<string, string>> = FINE;
    const messages = messagesFor({ [path]: `${code}\n${before[path] ?? ''}` });
    expect(messages.join('\n')).toContain(`${path}:1`);
    expect(messages.join('\n')).toContain(expected);
  });

  it('lets platform import what the user installed, by a computed path', () => {
    const text = `${FINE['src/platform/files.ts']}\nexport const load = (p: string) => import(p);`;
    expect(messagesFor({ 'src/platform/files.ts': text })).toEqual([]);
  });

  it('finds a cycle that is there at run time, and only that', () => {
    const base = FINE['src/platform/files.ts'];
    const cycle = messagesFor({
      'src/platform/files.ts': `import './a.ts';\n${base}`,
      'src/platform/a.ts': "import './b.ts';",
      'src/platform/b.ts': "import './a.ts';",
    });
    expect(cycle).toHaveLength(1);
    expect(cycle[0]).toContain('src/platform/a.ts → src/platform/b.ts → src/platform/a.ts');
    const lazy = messagesFor({
      'src/platform/files.ts': `import './a.ts';\n${base}`,
      'src/platform/a.ts': "export const b = () => import('./b.ts');",
      'src/platform/b.ts': "import './a.ts';\nimport type { read } from './files.ts';",
    });
    expect(lazy).toEqual([]);
  });

  it('says so when the entry is gone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'zeke-layers-'));
    writeFileSync(join(folder, 'ARCHITECTURE.md'), rules);
    expect(checkLayers(folder)[0]?.message).toContain('is missing');
  });
});
