/** A change that a model proposes: what it is told, what comes back, what is refused. */
import { describe, expect, it } from 'vitest';
import { type ChangeRequest, proposeChange } from '../../../src/agent/propose/propose-change.ts';
import { createRedactor } from '../../../src/platform/secrets/redactor.ts';
import type { StreamPart } from '../../../src/providers/contract.ts';
import { answerParts, createScriptedProvider, failure } from '../scripted-provider.ts';

/** Has the form of a key, and opens nothing. */
const SECRET = ['ghp', '_', '16C7e42F292c6912E7710c838347Ae178B4a'].join('');
const TEXT = 'const a = 1;\nconst b = 2;\nconst c = 3;';

function ask(
  script: readonly StreamPart[],
  asked: Partial<ChangeRequest> = {},
  onSecret: 'redact' | 'refuse' = 'redact',
) {
  const provider = createScriptedProvider([script]);
  const info = { id: 'one', price: { input: 1, output: 10 } };
  const model = { provider, model: 'one', info, reasoningEffort: undefined };
  const deps = { model, redactor: createRedactor(), onSecret, maxCostUsd: undefined };
  const seen: string[] = [];
  const proposal = proposeChange(
    deps,
    { instruction: 'Rename b to bee.', text: TEXT, path: 'src/a.ts', ...asked },
    { signal: new AbortController().signal, onText: (text) => seen.push(text) },
  );
  return { proposal, provider, seen };
}
function block(search: string, replace: string): string {
  return `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`;
}

describe('a proposed change', () => {
  it('is the whole text, with what was said and what it cost', async () => {
    const { proposal, seen } = ask(
      answerParts(`Done.\n${block('const b = 2;', 'const bee = 2;')}`),
    );
    await expect(proposal).resolves.toMatchObject({
      text: 'const a = 1;\nconst bee = 2;\nconst c = 3;',
      explanation: 'Done.',
      answer: { costUsd: (100 * 1 + 10 * 10) / 1e6 },
    });
    expect(seen.at(-1)).toContain('const bee = 2;');
  });

  it('tells the model the text, the selection, the diagnostics and the action', async () => {
    const { proposal, provider } = ask(answerParts(block('const b = 2;', 'const b = 3;')), {
      action: 'fix',
      language: 'typescript',
      range: { startLine: 2, endLine: 2 },
      diagnostics: [{ line: 2, severity: 'error', message: 'b is wrong' }],
      material: [{ title: 'src/b.ts:1-3', text: 'export type B = 3;' }],
    });
    await proposal;
    const text = JSON.stringify(provider.requests[0]?.messages);
    for (const part of [
      'src/a.ts (typescript)',
      'const c = 3;',
      'line 2: error: b is wrong',
      'export type B = 3;',
      'Mend what the diagnostics say',
      'Rename b to bee.',
      'the selected lines',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('never tells a secret, and never loses one', async () => {
    const text = `const key = "${SECRET}";\nconst b = 2;`;
    const first = ask(answerParts('Nothing to do.'), { text });
    await first.proposal;
    const asked = JSON.stringify(first.provider.requests);
    expect(asked).not.toContain(SECRET);
    const placeholder = /\[secret:[\w.-]+:1\]/.exec(asked)?.[0];
    const answer = block(`const key = "${placeholder}";`, `const KEY = "${placeholder}";`);
    const again = ask(answerParts(answer), { text });
    await expect(again.proposal).resolves.toMatchObject({
      text: `const KEY = "${SECRET}";\nconst b = 2;`,
    });
  });

  it('is refused with a placeholder that stands for nothing', async () => {
    const { proposal } = ask(answerParts(block('const b = 2;', 'const b = "[secret:made-up:7]";')));
    await expect(proposal).rejects.toThrow(/placeholder of an unknown secret/);
  });

  it('is not asked for where the user lets no secret out', async () => {
    const { proposal, provider } = ask(answerParts(''), { text: `x = "${SECRET}"` }, 'refuse');
    await expect(proposal).rejects.toThrow(/Nothing was sent: the text holds a secret/);
    expect(provider.requests).toEqual([]);
  });

  it('is refused with the reason where it does not fit', async () => {
    const { proposal } = ask(answerParts(block('const z = 9;', '')));
    await expect(proposal).rejects.toThrow(
      'The change was not applied. The lines that begin with "const z = 9;" are not in the text.',
    );
  });

  it('is refused where the answer was cut', async () => {
    const cut: StreamPart[] = answerParts(block('const b = 2;', 'const b = 3;')).map((part) =>
      part.type === 'end' ? { type: 'end', reason: 'length' } : part,
    );
    await expect(ask(cut).proposal).rejects.toThrow(/cut at the limit of tokens/);
  });

  it('fails in the words of the provider', async () => {
    const { proposal } = ask([{ type: 'start' }, failure('server', 'host.example is overloaded.')]);
    await expect(proposal).rejects.toThrow('host.example is overloaded.');
  });
});
