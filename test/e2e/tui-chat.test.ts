/** Every slash command, in a real terminal. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/tui/commands/commands.ts';
import { ask, openChat, openKept } from '../helpers/chat-place.ts';
import { HarnessPlace } from '../helpers/harness-place.ts';

const ESCAPE = '\x1b';
const DOWN = '\x1b[B';
const PAGE_DOWN = '\x1b[6~';
const END = '\x1b[F';

const place = new HarnessPlace();
beforeAll(() => place.prepare());
afterEach(() => place.closeAll());
afterAll(() => place.remove());

describe('help', () => {
  test('/help shows every command and key, /help name shows one', async () => {
    const program = await openChat(place, { rows: 40, columns: 120 });
    await ask(program, '/help', '@path puts a file into the message');
    const text = program.text();
    for (const { name } of COMMANDS) expect(text).toContain(`/${name}`);
    expect(text).toContain('Ctrl+J, Alt+Enter');
    await ask(program, '/help compact', '/compact undo');
    await ask(program, '/help comact', 'The nearest is /compact');
  });

  test('an unknown command offers the nearest and keeps what was typed', async () => {
    const program = await openChat(place);
    program.type('/exprt json x.json\r');
    await program.waitForText('There is no command /exprt. The nearest is /export');
    expect(program.text()).toContain('> /exprt json x.json');
  });

  test('/keys names what can be changed, /who says who is there', async () => {
    const program = await openChat(place, { rows: 60 });
    await ask(program, '/keys', 'A key of your own: [tui.keys]');
    expect(program.text()).toContain('[show-reasoning]');
    await ask(program, '/who', 'Nobody else is attached.');
  });
});

describe('models', () => {
  test('/model opens at once and fills as the answers come, the current one marked', async () => {
    const program = await openChat(place, { env: { HARNESS_SLOW_MODELS: '1' } });
    program.type('/model\r');
    await program.waitForText('test/scripted ✓');
    expect(program.text()).not.toContain('slow/late');
    expect(program.text()).toContain('10k context');
    expect(program.text()).toMatch(/test\/other +\$1\/\$2 per 1M · tools/);
    program.kill('SIGUSR2');
    await program.waitForText('slow/late');
    expect(program.text()).toContain('› test/scripted ✓');
    program.type(END);
    await program.waitForText('› slow/late');
    program.type('othr');
    await program.waitForText('› test/other');
    program.type('\r');
    await program.waitForText('The next message goes to test/other.');
  });

  test('what is typed before a list has anything in it is its filter', async () => {
    const program = await openChat(place, { env: { HARNESS_SLOW_MODELS: '1' } });
    program.type('/model\r');
    await program.waitForText('Model of the next turn');
    program.type('late!');
    await program.waitForText('filter: late!');
    // Enter chooses nothing yet; that it was taken is seen by what the key behind it does.
    program.type('\r\x7f');
    await program.waitFor('both keys', (text) => /filter: late$/m.test(text));
    program.kill('SIGUSR2');
    await program.waitForText('› slow/late');
    program.type('\r');
    await program.waitForText('The next message goes to slow/late.');
  });

  test('/model with a name switches at once, and says what a name is', async () => {
    const program = await openChat(place);
    await ask(program, '/model test/other', 'The next message goes to test/other.');
    await ask(program, '/model nonsense', 'A model is named as provider/model.');
    await ask(program, '/model tset/other', 'The nearest is "test"; /provider lists them.');
  });

  test('/provider shows what is set up, then the models of the one that is chosen', async () => {
    const program = await openChat(place);
    program.type('/provider\r');
    await program.waitForText('› test ✓');
    expect(program.text()).toMatch(/far +not set up · zeke auth add far/);
    program.type('\r');
    await program.waitForText('› test/scripted ✓');
    program.type(ESCAPE);
    await program.waitForText('> Ask anything');
    await ask(program, '/provider far', 'far is not set up yet: zeke auth add far');
    await ask(program, '/provider near', 'There is no provider "near".');
  });

  test('lists fit a narrow terminal', async () => {
    const program = await openChat(place, { columns: 30, rows: 12 });
    program.type('/model\r');
    await program.waitForText('› test/scripted');
    program.type(PAGE_DOWN);
    await program.waitForText('› test/other');
    for (const row of program.screen()) expect(row.length).toBeLessThanOrEqual(30);
  });
});

describe('turns', () => {
  test('a shell command shows what it printed as it is, and /show prints what was cut', async () => {
    const program = await openChat(place, { rows: 40 });
    program.type('!git status\r');
    await program.waitForText('! git status\nran **git status**');
    await program.waitForText('> Ask anything');
    program.type('!seq 400\r');
    await program.waitForText('… 350 lines left out; /show output prints all of it.');
    const text = program.text();
    expect(text).toContain('\n40\n');
    expect(text).toContain('\n400\n');
    expect(text).not.toContain('\n200\n');
    await ask(program, '/show output', '\n200\n');
  });

  test('/compact is announced, /compact undo takes it back', async () => {
    const program = await openChat(place, { rows: 40 });
    await ask(program, '/compact', 'There is nothing to summarise yet.');
    await ask(program, '/compact undo', 'There is no summary to take back.');
    await ask(program, 'hello', 'You said: hello');
    await ask(program, '/compact the tests', 'Summarised 1 turn.');
    expect(program.text()).toContain('> /compact the tests\n\nThe summary about the tests.');
    await ask(program, '/show summary', 'Summary: all of it.');
    await ask(program, '/compact undo', 'The summary is taken back: the model is told everything');
    await ask(program, '/show summary', 'No summary stands for earlier turns now.');
  });

  test('a stopped answer is continued by a key, a finished one is not', async () => {
    const program = await openChat(place);
    await ask(program, 'hello', 'You said: hello');
    await ask(program, '/continue', 'The last answer came to its end.');
    program.type('forever\r');
    await program.waitForText('word20');
    program.type(ESCAPE);
    await program.waitForText('Alt+G goes on with it.');
    program.type('\x1bg');
    await program.waitForText('> /continue\n\nAnd here is the rest of it.');
  });

  test('/show reasoning prints what was folded', async () => {
    const program = await openChat(place);
    await ask(program, 'reason', 'An answer with thought.');
    expect(program.text()).not.toContain('The hidden thought.');
    await ask(program, '/show reasoning', 'The hidden thought.');
    await ask(program, '/show nothing', '/show takes: reasoning, output or summary.');
  });
});

describe('reports', () => {
  test('/context shows the parts with their share', async () => {
    const program = await openChat(place, { rows: 40 });
    await ask(program, 'hello', 'You said: hello');
    await ask(program, '/context', 'The last request really had 1.2k tokens.');
    const text = program.text();
    expect(text).toContain('Context of test/scripted (10k tokens)');
    expect(text).toMatch(/system prompt +500 +5% {2}█░/);
    expect(text).toMatch(/answers +1\.5k +15% {2}███░/);
    expect(text).toMatch(/free +8k +80%/);
    expect(text).not.toContain('nothing  ');
  });

  test('/cost shows the last turn, the session and each model', async () => {
    const program = await openChat(place, { rows: 40 });
    await ask(program, '/cost', 'Nothing was asked yet');
    await ask(program, 'full', 'That was much.');
    await ask(program, '/model test/other', 'The next message goes to');
    await ask(program, 'hello', 'You said: hello');
    await ask(program, '/cost', 'Costs are estimates.');
    const text = program.text();
    expect(text).toMatch(/last turn +1\.2k +0 +300 +0 +\$0\.0123/);
    expect(text).toMatch(/session +11k +50 +400 +7 +\$0\.5123/);
    expect(text).toMatch(/test\/scripted +9\.6k +50 +100 +7 +\$0\.5000/);
    expect(text).toMatch(/test\/other +1\.2k/);
  });

  test('/diff shows the changes, /review what is found in them; Escape stops it', async () => {
    const diff = 'diff --git a/x b/x\\n@@ -1 +1 @@\\n-old\\n+new\\n';
    const program = await openChat(place, { env: { HARNESS_DIFF: diff } });
    await ask(program, '/diff', '+new');
    expect(program.raw).toMatch(/\x1b\[[\d;]+m\+new/);
    await ask(program, '/review', '1 finding in 1 file.');
    await ask(program, '/review develop', 'leftover (develop)');
    program.type('/review never\r');
    await program.waitForText('Reviewing the changes …');
    program.type(ESCAPE);
    await program.waitForText('Stopped.');
    expect(program.text()).not.toContain('leftover (never)');
  });

  test('a nearly full context is warned of and /compact offered', async () => {
    const program = await openChat(place);
    await ask(program, 'full', 'The context of the model is nearly full: /compact makes room.');
    program.type('x');
    await program.waitForText('test/scripted · 9.7k used (97%), 300 left');
  });
});

describe('taking things out', () => {
  test('/copy takes the last answer, a block, or everything', async () => {
    const program = await openChat(place, { columns: 160 });
    await ask(program, '/copy', 'There is no answer yet.');
    await ask(program, 'code', 'ls -l');
    await ask(program, '/copy block', 'Copied code block 2 by test ("ls -l").');
    await ask(program, '/copy block 1', 'Copied code block 1 by test ("const a = 1;").');
    await ask(program, '/copy block 3', 'The last answer has 2 code blocks.');
    await ask(program, '/copy', 'Copied the last answer by test ("Two:\\n\\n```ts');
    await ask(program, '/copy all', 'Copied the conversation by test ("> code\\n\\nTwo:');
    await ask(program, '/copy what', '/copy takes: last, block, block N, or all.');
  });

  test('/export writes a new private file and never over one', async () => {
    const stateDir = place.newStateDir();
    const program = await openKept(place, stateDir, { columns: 160 });
    await ask(program, 'hello', 'You said: hello');
    await ask(program, '/export talk.md', `Wrote the conversation to ${place.folder}/talk.md`);
    const path = join(place.folder, 'talk.md');
    expect(readFileSync(path, 'utf8')).toContain('You said: hello');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await ask(program, '/export talk.md', 'talk.md is there already; nothing was written.');
    await ask(program, '/export json', '.json\n');
    const named = /to (\S+\.json)/.exec(program.text())?.[1] ?? '';
    expect(JSON.parse(readFileSync(named, 'utf8'))).toHaveProperty('events');
    await ask(program, '/export no-such-folder/talk.md', 'Could not write');
  });

  test('/theme changes the colours, saves the name and refuses others', async () => {
    const program = await openChat(place, { columns: 120 });
    program.type('/theme\r');
    await program.waitForText('› auto ✓');
    program.type(DOWN);
    await program.waitForText('› night');
    program.type('\r');
    await program.waitForText('The theme is night; saved in config.toml as tui.theme=night.');
    await ask(program, '/theme pink', 'There is no theme "pink".');
  });

  test('/quit leaves', async () => {
    const program = await openChat(place);
    program.type('/quit\r');
    expect((await program.exit).exitCode).toBe(0);
  });
});
