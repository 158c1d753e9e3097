import { expect, it } from 'vitest';
import { explainTarget } from '../../../../src/agent/builtin/answers/explain.ts';
import { createScanIndex } from '../../../../src/context/scan/scan-index.ts';
import { bareEnvironment, makeWorkspace } from '../../../helpers/workspace.ts';

async function explain(files: Readonly<Record<string, string>>, target: string): Promise<string> {
  const root = makeWorkspace(files);
  const env = bareEnvironment(root);
  const search = createScanIndex({ root, env });
  const { signal } = new AbortController();
  let text = '';
  for await (const piece of explainTarget(target, target, { root, env, search, signal }))
    text += piece;
  return text;
}

it.each([
  [
    'a.ts',
    "import type { A } from './a.ts';\nimport {\n  b,\n} from 'b';\nconst c = await import('c');\n",
    ['./a.ts', 'b', 'c'],
  ],
  [
    'a.py',
    'import os\nimport numpy as np\nfrom app.models import User\n',
    ['os', 'numpy', 'app.models'],
  ],
  ['a.go', 'import "fmt"\n', ['fmt']],
  ['a.rs', 'use std::fs::File;\npub use crate::a;\n', ['std::fs::File', 'crate::a']],
  ['a.c', '#include <stdio.h>\n#include "dict.h"\n', ['stdio.h', 'dict.h']],
  ['a.zig', 'const std = @import("std");\n', ['std']],
  ['A.java', 'import java.util.List;\n', ['java.util.List']],
])('names what %s imports', async (path, text, modules) => {
  const shown = modules.map((name) => `\`${name}\``).join(', ');
  expect(await explain({ [path]: text }, path)).toContain(`It imports ${shown}.`);
});

it('quotes what a file says of itself, without the marks of its comments', async () => {
  const files = {
    'a.py': '#!/usr/bin/env python\n"""Adds things.\n\nSlowly.\n"""\nimport os\n',
    'b.sh': '#!/bin/sh\n# Builds it.\nset -e\n',
    'c.c': '/*\n * Keeps a list.\n */\nint x;\n',
  };
  expect(await explain(files, 'a.py')).toContain('> Adds things.\n>\n> Slowly.\n\n');
  expect(await explain(files, 'b.sh')).toContain('> Builds it.\n\n');
  expect(await explain(files, 'c.c')).toContain('> Keeps a list.\n\n');
});

it('keeps lines past the end of a file inside of it', async () => {
  const files = { 'a.ts': 'const a = 1;\nconst b = 2;\n' };
  expect(await explain(files, 'a.ts:2-900')).toContain('### `a.ts:2-2`');
  expect(await explain(files, 'a.ts:900')).toContain('### `a.ts:2-2`');
});

it('says so when there is nothing of that name', async () => {
  expect(await explain({ 'a.ts': '' }, 'nothing.ts')).toContain('No definition of `nothing.ts`');
});
