import { describe, expect, test } from 'vitest';
import type { ApprovalRequest } from '../../../src/session/events.ts';
import { ApprovalPanel } from '../../../src/tui/approval/approval-panel.ts';

const REQUEST: ApprovalRequest = {
  id: 'a1',
  callId: 'c1',
  tool: 'run',
  title: 'run npm test',
  detail: { type: 'command', text: 'npm test' },
  scope: 'in this session',
};

function create() {
  const place = { request: REQUEST as ApprovalRequest | undefined, draft: false, now: 0 };
  const answers: string[] = [];
  const shown: string[] = [];
  const panel = new ApprovalPanel({
    request: () => place.request,
    hasDraft: () => place.draft,
    onAnswer: (id, decision) => answers.push(`${id} ${decision}`),
    onShowAll: ({ id }) => shown.push(id),
    now: () => place.now,
  });
  const key = (action: 'stop' | 'complete') => panel.takeKey({ name: '', action });
  return { panel, place, answers, shown, key };
}

describe('ApprovalPanel', () => {
  test.each([
    ['y', 'a1 allow'],
    ['a', 'a1 always'],
    ['n', 'a1 deny'],
    ['Y', 'a1 allow'],
  ])('%s answers once', (letter, answer) => {
    const { panel, place, answers } = create();
    panel.view();
    place.now = 400;
    expect(panel.takeText(letter)).toBe(true);
    expect(panel.takeText(letter)).toBe(false);
    expect(answers).toEqual([answer]);
    expect(panel.view()).toBeUndefined();
  });

  test('no key counts in its first moment, not even when it was never drawn', () => {
    const { panel, place, answers, key } = create();
    place.now = 5000;
    expect([panel.takeText('y'), key('stop')]).toEqual([false, false]);
    place.now = 5399;
    expect([panel.takeText('y'), key('stop')]).toEqual([false, false]);
    place.now = 5400;
    expect(key('stop')).toBe(true);
    expect(answers).toEqual(['a1 deny']);
  });

  test('the next question has a first moment of its own', () => {
    const { panel, place, answers } = create();
    panel.view();
    place.now = 1000;
    panel.takeText('y');
    place.request = { ...REQUEST, id: 'a2' };
    expect(panel.takeText('y')).toBe(false);
    place.now = 1400;
    expect(panel.takeText('y')).toBe(true);
    expect(answers).toEqual(['a1 allow', 'a2 allow']);
  });

  test('a draft keeps its letters until Tab; other letters are nobody’s then', () => {
    const { panel, place, answers, shown, key } = create();
    panel.view();
    place.now = 1000;
    place.draft = true;
    expect([panel.takeText('y'), key('stop'), panel.view()?.isActive]).toEqual([
      false,
      false,
      false,
    ]);
    expect(key('complete')).toBe(true);
    expect([panel.view()?.isActive, panel.takeText('q'), panel.takeText('d')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([answers, shown]).toEqual([[], ['a1']]);
    key('complete');
    expect(panel.takeText('y')).toBe(false);
  });

  test('words, pastes and Tab without a draft are for the input', () => {
    const { panel, place, answers, key } = create();
    panel.view();
    place.now = 1000;
    expect([panel.takeText('yes'), panel.takePaste(), key('complete')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(answers).toEqual([]);
    place.request = undefined;
    expect([panel.takeText('y'), key('stop'), panel.view()]).toEqual([false, false, undefined]);
  });
});
