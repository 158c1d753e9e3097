import { describe, expect, test } from 'vitest';
import type { EventBody, SessionEvent } from '../../../src/session/events.ts';
import type { UserInput } from '../../../src/session/ops.ts';
import { EMPTY_STATE, reduce } from '../../../src/session/state.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';
import { Transcript, type TranscriptView } from '../../../src/tui/transcript/transcript.ts';

const turnId = 't1';
const START: EventBody = { type: 'turn-start', turnId, model: 'a/b', message: { text: 'hi' } };
const text = (part: string): EventBody => ({ type: 'text-delta', turnId, text: part });
const END: EventBody = { type: 'turn-end', turnId, reason: 'stop' };

function create(showsReasoning = false): Transcript {
  return new Transcript({
    look: () => ({ theme: chooseTheme({}), keyOf: (action) => `<${action}>` }),
    columns: () => 80,
    showsReasoning: () => showsReasoning,
    countChange: () => ({ added: 3, removed: 1 }),
  });
}

function numbered(bodies: readonly EventBody[]): readonly SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, at: index }));
}

function shown(view: TranscriptView): string[] {
  return view.items.flatMap(({ lines }) => lines.map(lineText));
}

describe('Transcript', () => {
  test('the list of finished items changes only when one is added', () => {
    const transcript = create();
    transcript.apply(numbered([START, text('The first words')]));
    const before = transcript.view();
    transcript.apply(numbered([text(' and more of'), text(' the same line')]));
    const after = transcript.view();
    expect(after.items).toBe(before.items);
    expect(after.live.map(lineText)).toEqual(['', 'The first words and more of the same line']);
    transcript.apply(numbered([text('\n\nNext')]));
    const closed = transcript.view();
    expect(closed.items).not.toBe(before.items);
    expect(closed.items.slice(0, before.items.length)).toEqual(before.items);
    expect(closed.live.map(lineText)).toEqual(['', 'Next']);
  });

  test('a conversation read from its state looks like the one that was seen live', () => {
    const events = numbered([
      { type: 'session-start', version: 1, sessionId: 's', project: '/p', model: 'a/b' },
      START,
      {
        type: 'context',
        turnId,
        blocks: [{ source: 'instructions', title: 'AGENTS.md', text: 'Be kind.' }],
      },
      { type: 'step-start', turnId, step: 1 },
      { type: 'reasoning-delta', turnId, text: 'Let me ' },
      { type: 'reasoning-delta', turnId, text: 'think.' },
      { type: 'reasoning-end', turnId },
      text('# Head\n\nSome '),
      text('text.'),
      { type: 'tool-call', turnId, id: 'c', name: 'grep', input: { pattern: 'x' } },
      { type: 'tool-result', turnId, id: 'c', output: 'no such file', isError: true },
      { type: 'step-start', turnId, step: 2 },
      text('- one\n- two\n'),
      { type: 'error', turnId, kind: 'server', message: 'It broke.', retryable: true },
      { type: 'turn-end', turnId, reason: 'error' },
    ]);
    const live = create();
    for (const event of events) {
      live.apply([event]);
      live.view();
    }
    const opened = create();
    opened.open(events.reduce(reduce, EMPTY_STATE));
    expect(shown(opened.view())).toEqual(shown(live.view()));
    expect(shown(live.view())).toEqual([
      '',
      '> hi',
      '',
      'read AGENTS.md',
      'thought (3 words)',
      '',
      'Head',
      '',
      'Some text.',
      '',
      '✗ grep x',
      '  no such file',
      '',
      '- one',
      '- two',
      '',
      '✗ It broke.',
      '  <retry> sends it again.',
    ]);
  });

  test('shows a review once, where it came, and who asked for it', () => {
    const finding = {
      path: 'src/a\u001b[2J.ts',
      startLine: 3,
      endLine: 4,
      severity: 'major' as const,
      category: 'bug',
      rule: 'odd',
      title: 'Odd',
      body: 'Why.',
      patch: '@@ -3 +3 @@\n-a\n+b\n',
    };
    const review = {
      findings: [finding],
      summary: '1 finding in 1 file.',
      notices: ['The host was busy.'],
      base: 'main',
      model: 'a/b',
      costUsd: 0.0125,
    };
    const events = numbered([
      { type: 'session-start', version: 1, sessionId: 's', project: '/p', model: 'a/b' },
      START,
      text('First.'),
      END,
      { type: 'review', opId: 'op1', by: 'neovim', ...review },
      { ...START, turnId: 't2' },
      { type: 'text-delta', turnId: 't2', text: 'Second.' },
      { ...END, turnId: 't2' },
    ]);
    const live = create();
    live.apply(events);
    const state = events.reduce(reduce, EMPTY_STATE);
    const opened = create();
    opened.open(state);
    expect(shown(opened.view())).toEqual(shown(live.view()));
    expect(shown(live.view()).slice(4, 19)).toEqual([
      '',
      'Review of what changed since main, asked for by neovim ($0.0125):',
      'The host was busy.',
      'src/a.ts:3-4: major: Odd [odd]',
      '  Why.',
      '  @@ -3 +3 @@',
      '  -a',
      '  +b',
      '',
      '1 finding in 1 file.',
      '',
      '',
      '> hi',
      '',
      'Second.',
    ]);
    opened.catchUp({ ...state, seq: state.seq + 1 });
    expect(shown(opened.view()).filter((line) => line.startsWith('Review of'))).toHaveLength(1);
    const own = create();
    own.markShared('op1');
    own.apply(events);
    expect(shown(own.view())).toContain('Review of what changed since main ($0.0125):');
  });

  test('shows reasoning when it is asked for', () => {
    const transcript = create(true);
    transcript.apply(
      numbered([START, { type: 'reasoning-delta', turnId, text: 'one two' }, text('x'), END]),
    );
    expect(shown(transcript.view())).toEqual([
      '',
      '> hi',
      '',
      'thought (2 words)',
      'one two',
      '',
      'x',
    ]);
  });

  test('says what the turn is doing', () => {
    const transcript = create();
    const activities = numbered([
      START,
      { type: 'reasoning-delta', turnId, text: 'hm' },
      text('x'),
      { type: 'tool-call', turnId, id: 'c', name: 'grep', input: {} },
      { type: 'tool-result', turnId, id: 'c', output: '' },
      END,
    ]).map((event) => {
      transcript.apply([event]);
      return transcript.view().activity;
    });
    expect(activities).toEqual(['waiting', 'thinking', 'answering', 'working', 'waiting', 'idle']);
  });

  test('no text of the state reaches the screen as it is', () => {
    const hostile = 'a\x1b[2J\u202e\x07b';
    const transcript = create(true);
    transcript.apply(
      numbered([
        { type: 'notice', level: 'warning', text: hostile },
        { ...START, message: { text: hostile, attachments: [{ label: hostile, text: '' }] } },
        { type: 'context', turnId, blocks: [{ source: 's', title: hostile, text: '' }] },
        { type: 'reasoning-delta', turnId, text: hostile },
        text('a\x1b'),
        text('[2J\u202e\x07b'),
        { type: 'tool-call', turnId, id: 'c', name: hostile, input: { [hostile]: hostile } },
        { type: 'tool-result', turnId, id: 'c', output: hostile, isError: true },
        { type: 'error', turnId, kind: hostile, message: hostile, retryable: false },
        END,
      ]),
    );
    const all = shown(transcript.view()).join('\n');
    expect(all).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(all.match(/ab/g)?.length).toBeGreaterThan(7);
  });

  test('opening another session starts a new generation with its own items', () => {
    const transcript = create();
    transcript.apply(numbered([START, text('x'), END]));
    const first = transcript.view();
    transcript.open({ ...EMPTY_STATE, sessionId: 'other' });
    const second = transcript.view();
    expect(second.generation).toBe(first.generation + 1);
    expect(second.items).toEqual([]);
    expect(second.activity).toBe('idle');
  });

  test('marks where the model has forgotten', () => {
    const transcript = create();
    transcript.apply(numbered([START, text('x'), END, { type: 'clear' }]));
    expect(shown(transcript.view()).at(-1)).toContain('forgotten');
  });
});

describe('turns of every kind', () => {
  const start = (message: UserInput): EventBody => ({
    type: 'turn-start',
    turnId,
    model: 'a/b',
    message,
  });
  const cases: readonly (readonly [string, readonly EventBody[], readonly string[]])[] = [
    [
      'a command',
      [start({ kind: 'command', text: 'ls' }), text('**a**\x1b[2J\nb\n'), END],
      ['', '! ls', '**a**', 'b'],
    ],
    [
      'an image',
      [
        start({
          text: 'see [image 1]',
          images: [{ label: '[image 1]', mediaType: 'image/png', hash: 'a', sizeBytes: 2048 }],
        }),
        END,
      ],
      ['', '> see [image 1]', '  with [image 1] (png, 2 KiB)'],
    ],
    [
      'the rest of an answer',
      [start({ kind: 'continue', text: '' }), text('rest'), END],
      ['', '> /continue', '', 'rest'],
    ],
    [
      'changed files below the calls that changed them',
      [
        START,
        { type: 'tool-call', turnId, id: 'c', name: 'edit_file', input: { path: 'a.ts' } },
        { type: 'file-change', turnId, path: 'a.ts', before: 'x', after: 'y' },
        { type: 'file-change', turnId, path: 'b.ts', before: null, after: 'y' },
        { type: 'tool-result', turnId, id: 'c', output: 'done' },
        text('Done.'),
        END,
      ],
      [
        '',
        '> hi',
        '',
        '✓ edit_file a.ts',
        'edited a.ts (+3 -1)',
        '',
        'Done.',
        '',
        'created b.ts (+3 -1)',
      ],
    ],
    [
      'one that was set aside',
      [START, text('Bad.'), END, { type: 'turn-retract', turnId }],
      ['', '> hi', '', 'Bad.', '', 'Set aside: the model is not told of the turn above any more.'],
    ],
    [
      'one that was stopped before and after a word',
      [START, { type: 'turn-end', turnId, reason: 'cancelled' }],
      ['', '> hi', '', 'Stopped. <retry> sends it again.'],
    ],
    [
      'a summary that was stopped after a word: there is nothing to go on with',
      [
        start({ kind: 'compact', text: '' }),
        text('Half'),
        { type: 'turn-end', turnId, reason: 'cancelled' },
      ],
      ['', '> /compact', '', 'Half', '', 'Stopped. <retry> sends it again.'],
    ],
    [
      'a command that was stopped after a word',
      [
        start({ kind: 'command', text: 'ls' }),
        text('a\n'),
        { type: 'turn-end', turnId, reason: 'cancelled' },
      ],
      ['', '! ls', 'a', '', 'Stopped. <retry> sends it again.'],
    ],
    [
      'one that was too long',
      [
        START,
        { type: 'error', turnId, kind: 'context-overflow', message: 'Too long.', retryable: false },
        { type: 'turn-end', turnId, reason: 'error' },
      ],
      [
        '',
        '> hi',
        '',
        '✗ Too long.',
        '  The conversation has become longer than what this model can read.',
        '  <retry> summarises it (/compact) and sends the message again; /model takes a larger model.',
      ],
    ],
  ];

  test.each(cases)('%s, live and read from the state', (_, bodies, lines) => {
    const first: EventBody = {
      type: 'session-start',
      version: 1,
      sessionId: 's',
      project: '/p',
      model: 'a/b',
    };
    const events = numbered([first, ...bodies]);
    const live = create();
    for (const event of events) {
      live.apply([event]);
      live.view();
    }
    expect(shown(live.view())).toEqual(lines);
    const opened = create();
    opened.open(events.reduce(reduce, EMPTY_STATE));
    expect(shown(opened.view())).toEqual(lines);
  });

  test('what a call prints stands below it until its result, the last rows and nothing hostile', () => {
    const call: EventBody = { type: 'tool-call', turnId, id: 'c', name: 'run', input: {} };
    const output = (part: string): EventBody => ({
      type: 'tool-output',
      turnId,
      id: 'c',
      text: part,
    });
    const transcript = create();
    transcript.apply(numbered([START, call, output('one\ntwo\n')]));
    const live = () => transcript.view().live.map(lineText);
    expect(live()).toEqual(['', '· run ', '  one', '  two']);
    transcript.apply(numbered([output('three\x1b[2J\n\nfour\n'), output(`${'5'.repeat(200)}\n`)]));
    const [, , ...tail] = live();
    expect(tail).toEqual(['  two', '  three', '  four', `  ${'5'.repeat(76)}…`]);
    transcript.apply(numbered([{ type: 'tool-result', turnId, id: 'c', output: 'all of it' }]));
    expect(live()).toEqual([]);
    expect(shown(transcript.view()).slice(-1)).toEqual(['✓ run ']);
  });

  test('who comes later is shown what a call has printed last', () => {
    const call: EventBody = { type: 'tool-call', turnId, id: 'c', name: 'run', input: {} };
    const many = Array.from({ length: 2000 }, (_, n) => `row ${n}\n`).join('');
    const events = numbered([
      START,
      call,
      { type: 'tool-output', turnId, id: 'c', text: many },
      { type: 'tool-output', turnId, id: 'gone', text: 'of no call' },
    ]);
    const state = events.reduce(reduce, EMPTY_STATE);
    expect(JSON.stringify(state).length).toBeLessThan(4000);
    const transcript = create();
    transcript.open(state);
    expect(transcript.view().live.map(lineText)).toContain('  row 1999');
    const over = reduce(state, {
      type: 'tool-result',
      turnId,
      id: 'c',
      output: 'ok',
      seq: 5,
      at: 5,
    });
    expect(JSON.stringify(over)).not.toContain('row 1999');
  });

  test('answers to questions say where they came from, by whom they were asked', () => {
    const request: EventBody = {
      type: 'approval-request',
      turnId,
      id: 'q1',
      callId: 'c',
      tool: 't',
      title: 'run\x1b[2J it',
      detail: { type: 'command', text: 'it' },
      scope: 's',
    };
    const answer = { type: 'approval-answer', turnId, id: 'q1', decision: 'allow' } as const;
    const transcript = create();
    transcript.apply(numbered([START, request]));
    expect(transcript.view().activity).toBe('asking');
    transcript.apply(numbered([{ ...answer, by: 'a\x1b[2Jsk' }]));
    expect(transcript.view().activity).toBe('working');
    transcript.apply(numbered([{ ...request, id: 'q2' }]));
    transcript.markAnswered('q2', 'always');
    transcript.apply(numbered([{ ...answer, id: 'q2', decision: 'always', by: 'terminal' }]));
    // Somebody else was faster, with another answer.
    transcript.apply(numbered([{ ...request, id: 'q3' }]));
    transcript.markAnswered('q3', 'allow');
    transcript.apply(numbered([{ ...answer, id: 'q3', decision: 'deny', by: 'terminal' }]));
    // The end of the turn is nobody's answer.
    transcript.apply(numbered([{ ...request, id: 'q4' }]));
    transcript.apply(numbered([{ ...answer, id: 'q4', decision: 'deny' }]));
    expect(shown(transcript.view())).toEqual([
      '',
      '> hi',
      '',
      'allowed by ask: run it',
      'always allowed: run it',
      'denied by another terminal: run it',
      'denied: run it',
    ]);
  });
});

describe('a front end that fell behind', () => {
  const turn = (n: number): readonly EventBody[] => [
    { type: 'turn-start', turnId: `t${n}`, model: 'a/b', message: { text: `question ${n}` } },
    { type: 'text-delta', turnId: `t${n}`, text: `answer ${n}` },
    { type: 'turn-end', turnId: `t${n}`, reason: 'stop' },
  ];
  const first: EventBody = {
    type: 'session-start',
    version: 1,
    sessionId: 's',
    project: '/p',
    model: 'a/b',
  };

  test('is shown what it missed, and nothing twice', () => {
    const events = numbered([first, ...turn(1), ...turn(2), ...turn(3)]);
    const transcript = create();
    transcript.apply(events.slice(0, 4));
    const state = events.reduce(reduce, EMPTY_STATE);
    transcript.catchUp(state);
    transcript.catchUp(state);
    const texts = shown(transcript.view()).join('\n');
    expect(texts.match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3']);
    expect(texts.match(/Caught up/g)).toHaveLength(1);
  });

  test('a long conversation opens with its last turns, and old notices are not said again', () => {
    const notice: EventBody = { type: 'notice', level: 'info', text: 'an old notice' };
    const fresh: EventBody = { type: 'notice', level: 'warning', text: 'a fresh notice' };
    const turns = Array.from({ length: 30 }, (_, n) => turn(n + 1)).flat();
    const events = numbered([first, notice, ...turns, fresh]);
    const transcript = create();
    transcript.open(events.reduce(reduce, EMPTY_STATE));
    const texts = shown(transcript.view());
    expect(texts.slice(0, 4)).toEqual([
      '',
      '… 10 earlier turns; /history shows them, /export writes them to a file.',
      '',
      '> question 11',
    ]);
    expect(texts).toContain('answer 30');
    expect(texts).toContain('a fresh notice');
    expect(texts).not.toContain('an old notice');
  });
});
