import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamPart } from '../../../src/providers/contract.ts';
import { createLocalProvider } from '../../../src/providers/local/provider.ts';

const models = { tiny: { path: '/models/tiny.gguf', contextTokens: undefined } };

async function ask(model: string, engineFolder: string): Promise<readonly StreamPart[]> {
  const env = { ZEKE_LOCAL_ENGINE: engineFolder, ZEKE_STATE_DIR: engineFolder };
  const { signal } = new AbortController();
  const parts: StreamPart[] = [];
  const stream = createLocalProvider({ models, env }).stream({ model, messages: [] }, { signal });
  for await (const part of stream) parts.push(part);
  return parts;
}

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'zeke-engine-'));
}

/** A stand-in package: what it exports decides how loading goes on. */
function engineFolder(code: string): string {
  const folder = emptyFolder();
  const home = join(folder, 'node_modules/node-llama-cpp');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module","main":"main.js"}');
  writeFileSync(join(home, 'main.js'), code);
  return folder;
}

describe('the local provider', () => {
  it('names the one command that installs a missing engine', async () => {
    const folder = emptyFolder();
    const [part] = await ask('tiny', folder);
    expect(part).toMatchObject({ type: 'error', error: { kind: 'not-found', retryable: false } });
    const message = part?.type === 'error' ? part.error.message : '';
    expect(message).toContain(
      `npm install --prefix ${JSON.stringify(join(folder, 'local-engine'))}`,
    );
  });

  it('knows its models without an engine, and lists them for an unknown name', async () => {
    const [part] = await ask('other', emptyFolder());
    const message = part?.type === 'error' ? part.error.message : '';
    expect(message).toContain('"other" (there are: tiny)');
    const provider = createLocalProvider({ models, env: {} });
    const listed = await provider.listModels(new AbortController());
    expect(listed.map(({ id }) => id)).toEqual(['tiny']);
  });

  it('says so when the engine is there and does not load', async () => {
    const [part] = await ask('tiny', engineFolder('throw new Error("wrong processor");'));
    const message = part?.type === 'error' ? part.error.message : '';
    expect(message).toContain('installed but does not load');
  });

  it('ends with cancelled when it is stopped while the engine loads', async () => {
    const folder = engineFolder('export const getLlama = () => new Promise(() => {});');
    const provider = createLocalProvider({ models, env: { ZEKE_LOCAL_ENGINE: folder } });
    const cancel = new AbortController();
    const parts = provider.stream({ model: 'tiny', messages: [] }, { signal: cancel.signal });
    const first = parts[Symbol.asyncIterator]().next();
    cancel.abort();
    expect((await first).value).toMatchObject({ type: 'error', error: { kind: 'cancelled' } });
  });
});
