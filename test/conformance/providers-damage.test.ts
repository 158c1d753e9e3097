/**
 * Every recorded stream, cut at many places and with bytes changed at random (the same ones in every
 * run): whatever arrives, the contract's grammar holds, a cut answer is never called finished, and a
 * call that was cut never ends.
 */
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { inPieces } from './replay-server.ts';
import { readTranscripts } from './transcripts.ts';
import { readPieces } from './wire-families.ts';

const transcripts = readTranscripts().filter(({ bytes }) => bytes.length < 50_000);
/** Cuts and damaged copies of each stream. */
const PLACES = 30;

describe('cut anywhere', () => {
  test.each(transcripts)('$name', async ({ bytes, expected }) => {
    const whole = {
      text: expected.text + (expected.refusal ?? ''),
      calls: expected.tool_calls.filter((call) => call.args !== null).length,
    };
    for (let place = 0; place < PLACES; place += 1) {
      const lengthBytes = Math.floor((bytes.length * place) / PLACES);
      const cut = inPieces(bytes.subarray(0, lengthBytes), 1009);
      const answer = await collect(readPieces(expected.format, cut));
      expect(whole.text.startsWith(answer.text)).toBe(true);
      if (answer.error !== undefined) continue;
      // Finished although cut: only what follows the finish reason may be missing.
      expect(answer.text).toBe(whole.text);
      expect(answer.calls).toHaveLength(whole.calls);
    }
  });
});

describe('with bytes changed', () => {
  test.each(transcripts)('$name', async ({ bytes, expected }) => {
    const random = pseudoRandom(bytes.length);
    for (let round = 0; round < PLACES; round += 1) {
      const damaged = Uint8Array.from(bytes);
      for (let change = 0; change <= round % 5; change += 1) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      // The grammar is checked in here; the stream must neither throw nor hang.
      await collect(readPieces(expected.format, inPieces(damaged, 4096)));
    }
  });
});

/** Numbers between 0 and 1 that are the same in every run (a linear congruential generator). */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
