import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { composeRuntime } from '../../../src/cli/compose.ts';
import { createFreeModelFinder } from '../../../src/cli/nvim/free-model.ts';
import { createTestHome } from '../../helpers/zeke.ts';
import { startServer } from '../../platform/http/servers.ts';

const never = new AbortController().signal;

test('who asks while a model is looked for gets the one that is found', async () => {
  const held: ServerResponse[] = [];
  const heard = new EventTarget();
  const server = await startServer((_, response) => {
    held.push(response);
    heard.dispatchEvent(new Event('request'));
  });
  onTestFinished(() => server.close());
  const home = createTestHome();
  onTestFinished(() => home.remove());
  const { stdin, stdout, stderr } = process;
  const runtime = await composeRuntime({
    ...{ positionals: [], options: {}, io: { stdin, stdout, stderr } },
    ...{ env: { ...home.env, OLLAMA_HOST: server.url }, cwd: home.project, signal: never },
  });
  onTestFinished(() => runtime.close());
  const find = createFreeModelFinder(runtime);
  const requested = once(heard, 'request');
  const first = find(never);
  await requested;
  const second = find(never);
  held[0]?.end(JSON.stringify({ models: [{ model: 'qwen2.5-coder:1.5b' }] }));
  expect(await second).toBe('ollama/qwen2.5-coder:1.5b');
  expect(await first).toBe('ollama/qwen2.5-coder:1.5b');
  expect(await find(never)).toBe('ollama/qwen2.5-coder:1.5b');
  expect(held).toHaveLength(1);
});
