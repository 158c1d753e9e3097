import { describe, expect, test } from 'vitest';
import type { ChatRequest, ModelInfo } from '../../../src/providers/contract.ts';
import type { ImageRef } from '../../../src/session/ops.ts';
import { contentsInMemory, engineWith, runTurn } from '../engine-harness.ts';
import { answerParts, createScriptedProvider, failure } from '../scripted-provider.ts';

const BYTES = Buffer.from('the bytes of an image');
const SEES: ModelInfo = { id: 'one', capabilities: { images: true } };
const BLIND: ModelInfo = { id: 'one', capabilities: { images: false } };

function place(answers = 3) {
  const contents = contentsInMemory();
  const hash = contents.put(BYTES);
  const image: ImageRef = {
    label: '[image 1]',
    mediaType: 'image/png',
    hash,
    sizeBytes: BYTES.length,
  };
  const provider = createScriptedProvider(Array.from({ length: answers }, () => answerParts('ok')));
  return { contents, provider, message: { text: 'what is this?', images: [image] } };
}

function imagesIn(request: ChatRequest | undefined) {
  const parts = request?.messages.flatMap((message) => [...message.content] as { type: string }[]);
  return parts?.filter(({ type }) => type === 'image') ?? [];
}

describe('an image of a message', () => {
  test('is shown to a model that can see, and to nobody else', async () => {
    const { contents, provider, message } = place();
    const outcome = await runTurn(engineWith(provider, { contents }, SEES), { message });
    expect(imagesIn(provider.requests[0])).toEqual([
      { type: 'image', mediaType: 'image/png', data: BYTES.toString('base64') },
    ]);
    expect(outcome.state.notices).toEqual([]);
    expect(JSON.stringify(outcome.events)).not.toContain(BYTES.toString('base64'));
  });

  test('that the model cannot see is said to the user and to the model', async () => {
    const { contents, provider, message } = place();
    const outcome = await runTurn(engineWith(provider, { contents }, BLIND), { message });
    expect(imagesIn(provider.requests[0])).toEqual([]);
    expect(outcome.state.notices[0]?.text).toContain('scripted/one cannot see images');
    expect(JSON.stringify(provider.requests[0])).toContain(
      '[[image 1] is an image that you cannot see.]',
    );
    const next = await runTurn(engineWith(provider, { contents }, BLIND), { state: outcome.state });
    expect(next.state.notices).toHaveLength(1);
  });

  test('that is not kept any more is said, and the words are sent', async () => {
    const { provider, message } = place();
    const engine = engineWith(provider, { contents: contentsInMemory() }, SEES);
    const outcome = await runTurn(engine, { message });
    expect(outcome.state.notices[0]?.text).toContain('[image 1]');
    expect(JSON.stringify(provider.requests[0])).toContain('what is this?');
  });

  test('is tried with a model nobody knows, and does not spoil the turns after a refusal', async () => {
    const { contents, message } = place();
    const provider = createScriptedProvider([
      [...answerParts('I see a').slice(0, 3), failure('server', 'no images here')],
      answerParts('ok'),
    ]);
    const engine = engineWith(provider, { contents });
    const refused = await runTurn(engine, { message });
    expect(imagesIn(provider.requests[0])).toHaveLength(1);
    await runTurn(engine, { state: refused.state, text: 'and without it?' });
    expect(imagesIn(provider.requests[1])).toEqual([]);
  });

  test('is not counted by its bytes', async () => {
    const { contents, provider, message } = place();
    const hash = contents.put(Buffer.alloc(2_000_000, 'x'));
    const images = message.images.map((image) => ({ ...image, hash }));
    const info = { ...SEES, contextTokens: 20_000, price: { input: 1, output: 1 } };
    const options = { onSecret: 'redact' as const, maxCostUsd: 0.05 };
    const engine = engineWith(provider, { contents, options }, info);
    expect((await runTurn(engine, { message: { ...message, images } })).reason).toBe('stop');
  });
});
