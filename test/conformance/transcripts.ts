/** Recorded streams with what an independent reader found in them: ours, and shared ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasFamily } from './wire-families.ts';

const OWN = fileURLToPath(new URL('../fixtures/transcripts/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../shared/transcripts/', import.meta.url));
const FOLDERS = ['openai-chat', 'openai-compatible', 'anthropic', 'ollama', 'derived'];

export interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string | null;
  readonly tool_calls: readonly { name: string; id: string | null; args: unknown }[];
  readonly finish: string;
  readonly finish_raw: string | null;
  readonly usage: Readonly<
    Record<'input' | 'output' | 'cache_read' | 'cache_write' | 'reasoning', number | null>
  >;
  readonly complete: boolean;
  readonly error: unknown;
  readonly format: string;
}
export interface Transcript {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: Expected;
}

/** All of the families that are built; the shared ones only where they are present. */
export function readTranscripts(): readonly Transcript[] {
  if (!existsSync(SHARED)) {
    process.stderr.write(
      'conformance: shared data absent, only the fixtures of this project run\n',
    );
  }
  return [...readFolder(OWN), ...readFolder(SHARED)];
}

function readFolder(root: string): readonly Transcript[] {
  if (!existsSync(root)) return [];
  return FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.expect.json'))
      .flatMap((file) => readTranscript(root, folder, file)),
  );
}

function readTranscript(root: string, folder: string, file: string): readonly Transcript[] {
  const expected = JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as Expected;
  if (!hasFamily(expected.format)) return [];
  const id = file.replace('.expect.json', '');
  const extension = expected.format === 'ollama' ? 'ndjson' : 'sse';
  const bytes = readFileSync(join(root, folder, `${id}.${extension}`));
  return [{ name: `${folder}/${id}`, bytes, expected }];
}
