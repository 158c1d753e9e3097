import { describe, expect, it } from 'vitest';
import { createPathFilter } from '../../../src/agent/review/path-filter.ts';
import {
  type ReviewDeps,
  type ReviewEvent,
  type ReviewOptions,
  reviewDiff,
} from '../../../src/agent/review/review.ts';
import type { ModelInfo, StreamPart } from '../../../src/providers/contract.ts';
import { sampleOf, seededRandom } from '../../helpers/regex-sample.ts';
import { createScriptedProvider } from '../scripted-provider.ts';

const secret = sampleOf('ghp_[0-9A-Za-z]{36}', seededRandom(4));
const DIFF = `--- a/src/app.ts
+++ b/src/app.ts
@@ -1,2 +1,3 @@
 export function start() {
+  listen(env.PORT);
 }
`;

function answer(text: string): readonly StreamPart[] {
  return [
    { type: 'start' },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', text },
    { type: 'text-end', id: '0' },
    { type: 'usage', usage: { inputTokens: 1000, outputTokens: 100 } },
    { type: 'end', reason: 'stop' },
  ];
}
const EMPTY = answer('{"findings":[],"summary":""}');

interface Setup {
  readonly diff?: string;
  readonly scripts?: readonly (readonly StreamPart[])[];
  readonly isLocal?: boolean;
  readonly info?: ModelInfo;
  readonly options?: Partial<ReviewOptions>;
  readonly files?: { readonly [path: string]: string };
}

function prepare({ diff = DIFF, scripts = [EMPTY], isLocal = false, info, options, files }: Setup) {
  const provider = createScriptedProvider(scripts, { isLocal });
  const deps: ReviewDeps = {
    source: { diff: [diff], readNewSide: async (path) => files?.[path] },
    model: { provider, model: 'm', info, reasoningEffort: undefined },
    search: undefined,
    projectRules: undefined,
  };
  const all: ReviewOptions = {
    accepts: createPathFilter([], []),
    concurrency: 2,
    maxCostUsd: undefined,
    onSecret: 'redact',
    signal: new AbortController().signal,
    ...options,
  };
  return { provider, events: reviewDiff(deps, all) };
}

async function run(setup: Setup) {
  const { provider, events } = prepare(setup);
  const seen: ReviewEvent[] = [];
  for await (const event of events) seen.push(event);
  const of = <T extends ReviewEvent['type']>(type: T) =>
    seen.filter((event): event is Extract<ReviewEvent, { type: T }> => event.type === type);
  return { provider, of };
}

describe('reviewDiff', () => {
  it('shows the model the code around a hunk, when the file is the one of the diff', async () => {
    const file = 'export function start() {\n  listen(env.PORT);\n}\nexport const after = 1;\n';
    const same = await run({ files: { 'src/app.ts': file } });
    expect(JSON.stringify(same.provider.requests)).toContain('export const after = 1;');
    const other = await run({ files: { 'src/app.ts': file.replace('listen', 'open') } });
    expect(JSON.stringify(other.provider.requests)).not.toContain('export const after = 1;');
  });

  it('refuses to send secrets off the machine when told so', async () => {
    const diff = DIFF.replace('env.PORT', `"${secret}"`);
    const { provider, of } = await run({ diff, options: { onSecret: 'refuse' } });
    expect(provider.requests).toEqual([]);
    expect(of('error')[0]?.error).toMatchObject({ kind: 'permission' });
    expect(of('finding').map((event) => event.finding.rule)).toEqual([
      'leaked-secret',
      'public-change-without-test',
    ]);
    const local = await run({ diff, isLocal: true, options: { onSecret: 'refuse' } });
    expect(local.provider.requests).toHaveLength(1);
    expect(JSON.stringify(local.provider.requests)).not.toContain(secret);
  });

  it('asks nothing that could pass the cost limit', async () => {
    const info: ModelInfo = { id: 'm', price: { input: 10, output: 50 } };
    const poor = await run({ info, options: { maxCostUsd: 0.001 } });
    expect(poor.provider.requests).toEqual([]);
    expect(poor.of('notice')[0]?.text).toContain('cost limit');
    const rich = await run({ info, options: { maxCostUsd: 5 } });
    expect(rich.provider.requests).toHaveLength(1);
    expect(rich.of('usage').at(-1)?.usage.costUsd).toBeCloseTo(0.015);
    const unknown = await run({ options: { maxCostUsd: 5 } });
    expect(unknown.provider.requests).toEqual([]);
  });

  it('asks no more after a failure, and the rules go on', async () => {
    const error = { kind: 'authentication', message: 'No.', retryable: false } as const;
    const many = Array.from({ length: 12 }, (_, index) => bigFile(`src/f${index}.ts`)).join('');
    const { provider, of } = await run({
      diff: `${many}${DIFF.replace('listen', 'debugger; listen').replace('(env.PORT)', '')}`,
      scripts: [[{ type: 'error', error }]],
      options: { concurrency: 1 },
    });
    expect(provider.requests).toHaveLength(1);
    expect(of('error')).toHaveLength(1);
    expect(of('progress').at(-1)?.fileCount).toBe(13);
  });

  it('leaves lock files, vendored code and binaries out of requests', async () => {
    const paths = ['package-lock.json', 'vendor/a.js', 'dist/b.js'];
    const diff = paths.map((path) => DIFF.replaceAll('src/app.ts', path)).join('');
    const { provider } = await run({ diff });
    expect(provider.requests).toEqual([]);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const { events } = prepare({
      scripts: [[{ type: 'start' }]],
      options: { signal: controller.signal },
    });
    for await (const event of events) if (event.type === 'progress') controller.abort();
    expect(controller.signal.aborted).toBe(true);
  });
});

/** About 4,000 tokens of new code. */
function bigFile(path: string): string {
  const lines = Array.from({ length: 400 }, (_, index) => `+const value${index} = f(${index});`);
  return `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,400 @@\n${lines.join('\n')}\n`;
}
