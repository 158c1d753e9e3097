import { expect, test } from 'vitest';
import type { UserInput } from '../../../src/session/ops.ts';
import type { TurnRunner } from '../../../src/session/port.ts';
import { createEphemeralSession } from '../../../src/session/session.ts';
import { QueueRecall } from '../../../src/tui/chat/queue-recall.ts';
import type { Chip } from '../../../src/tui/input/editor.ts';
import { watch } from '../../session/helpers.ts';

const runner: TurnRunner = {
  run: ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
    }),
};
const UP = { name: 'Up', action: 'previous' } as const;

/** A session that is busy and has these messages waiting, and two front ends that look at it. */
async function waiting(...messages: readonly UserInput[]) {
  const session = createEphemeralSession({ project: '/p', model: 'a/b', runner });
  const seen = watch(session);
  session.send({ type: 'send', message: { text: 'first' } });
  for (const message of messages) session.send({ type: 'send', message });
  await seen.until(() => session.getState().queue.length === messages.length);
  const frontEnd = () => {
    const taken: { readonly text: string; readonly chips: readonly Chip[] }[] = [];
    const hints: string[] = [];
    const place = { isEmpty: true };
    const recall = new QueueRecall({
      port: session,
      isInputEmpty: () => place.isEmpty,
      key: () => 'Up',
      onTaken: (text, chips) => taken.push({ text, chips }),
      onHint: (hint) => hints.push(hint),
    });
    session.subscribe((_events, state) => recall.look(state));
    return { recall, taken, hints, place };
  };
  return { session, seen, frontEnd };
}

test('the last one comes back, the one before it with the next press, and then no more', async () => {
  const { session, seen, frontEnd } = await waiting(
    { text: 'one' },
    { kind: 'command', text: 'ls' },
  );
  const { recall, taken } = frontEnd();
  expect(recall.hint()).toBe('Up takes the last queued message back.');
  expect(recall.takeKey(UP)).toBe(true);
  // It is asked once, however often the key comes before the answer.
  expect(recall.takeKey(UP)).toBe(true);
  await seen.until(() => taken.length === 1);
  expect(taken[0]?.text).toBe('!ls');
  expect(recall.hint()).toBe('Up takes the queued message back.');
  recall.takeKey(UP);
  await seen.until(() => taken.length === 2);
  expect(taken[1]?.text).toBe('one');
  expect(recall.takeKey(UP)).toBe(false);
  expect(recall.hint()).toBeUndefined();
  expect(session.getState().queue).toEqual([]);
  await session.close();
});

test('of two that ask the first gets it, and the other is told', async () => {
  const { session, seen, frontEnd } = await waiting({ text: 'wanted by both' });
  const [one, two] = [frontEnd(), frontEnd()];
  one.recall.takeKey(UP);
  two.recall.takeKey(UP);
  await seen.until(() => one.taken.length + two.hints.length === 2);
  expect([one.taken.length, two.taken.length]).toEqual([1, 0]);
  expect(two.hints).toEqual(['Another terminal has taken it back.']);
  expect(seen.types().filter((type) => type === 'message-unqueue')).toHaveLength(1);
  await session.close();
});

test('one whose turn has begun meanwhile is left alone, and the user is told', async () => {
  const { session, seen, frontEnd } = await waiting({ text: 'next' });
  const { recall, taken, hints } = frontEnd();
  const [queued] = session.getState().queue;
  session.send({ type: 'cancel' });
  await seen.until(() => session.getState().running?.id === queued?.turnId);
  expect(recall.takeKey(UP)).toBe(false);
  // Asked while it waited, heard when it did not any more.
  session.send({ type: 'unqueue', turnId: queued?.turnId ?? '' }, 'late2345');
  session.send({ type: 'send', message: { text: 'behind it' } });
  await seen.until(() => session.getState().queue.length === 1);
  expect(session.getState().running?.message.text).toBe('next');
  expect(session.getState().undoOps).toEqual([]);
  const state = session.getState();
  const { recall: late, taken: lateTaken, hints: lateHints } = frontEnd();
  late.takeKey(UP);
  const behind = state.queue[0];
  if (behind === undefined || state.running === undefined) throw new Error('nothing waits');
  late.look({ ...state, queue: [], running: { ...state.running, id: behind.turnId } });
  expect(lateHints).toEqual(['That message is being answered.']);
  expect([...taken, ...lateTaken, ...hints]).toEqual([]);
  await session.close();
});

test('pastes and images come back as chips; what no text names is put below it', async () => {
  const image = { label: '[image 1]', mediaType: 'image/png', hash: 'a', sizeBytes: 1 } as const;
  const { session, seen, frontEnd } = await waiting({
    text: '! see [pasted 9 lines]',
    attachments: [
      { label: '[pasted 9 lines]', text: 'rows' },
      { label: 'stdin', text: 'piped' },
    ],
    images: [image],
  });
  const { recall, taken, place } = frontEnd();
  place.isEmpty = false;
  expect(recall.hint()).toBeUndefined();
  expect(recall.takeKey(UP)).toBe(false);
  place.isEmpty = true;
  recall.takeKey(UP);
  await seen.until(() => taken.length === 1);
  expect(taken[0]).toEqual({
    text: ' ! see [pasted 9 lines]\nstdin\n[image 1]',
    chips: [
      { label: '[pasted 9 lines]', text: 'rows' },
      { label: 'stdin', text: 'piped' },
      { label: '[image 1]', text: '[image 1]', image },
    ],
  });
  await session.close();
});
