/** What happens in the conversation while another program has the terminal. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TerminalPlace } from '../helpers/terminal-zeke.ts';

const CTRL_G = '\x07';

let place: TerminalPlace;
beforeEach(async () => {
  place = new TerminalPlace();
  await place.start();
});
afterEach(() => place.remove());

/** An editor that says so when it is there, and ends when the file `go` is. */
function holdEditor(): { readonly editor: string; letGo(): void } {
  const editor = join(place.home.dir, 'editor');
  const go = join(place.home.dir, 'go');
  const lines = ['echo the editor is there', `until [ -e '${go}' ]; do sleep 0.05; done`];
  writeFileSync(editor, `#!/bin/sh\nPATH=/usr/bin:/bin\n${lines.join('\n')}\n`);
  chmodSync(editor, 0o755);
  return { editor, letGo: () => writeFileSync(go, '') };
}

describe.skipIf(!existsSync('/bin/sh'))('while an editor has the terminal', () => {
  test.each([
    ['inline', [], 'openai/test'],
    ['on a screen of its own', ['--fullscreen'], 'openai/test'],
    ['as plain lines', ['--screen-reader'], 'Type a message'],
  ])('%s: an answer is kept back, and shown once it is closed', async (_look, flags, ready) => {
    const { editor, letGo } = holdEditor();
    const args = ['--model', 'openai/test', ...flags];
    const first = place.open({ args, env: { VISUAL: editor } });
    await first.waitForText(ready);
    first.type('a long question\r');
    const answer = await place.nextAnswer();
    answer.say('The beginning\n\nand ');
    await first.waitForText('The beginning');
    const second = await place.openReady({ args: [] });
    await second.waitForText('The beginning');
    first.type(CTRL_G);
    await first.waitForText('the editor is there');
    answer.say('the end.');
    answer.end();
    await second.waitForText('and the end.');
    second.type('one more\r');
    const next = await place.nextAnswer();
    next.say('Another answer.');
    next.end();
    await second.waitForText('Another answer.');
    expect(first.text()).not.toMatch(/the end\.|Another answer/);
    letGo();
    await first.waitForText('Another answer.');
    for (const text of ['The beginning', 'and the end.', 'one more', 'Another answer.']) {
      expect(first.text().split(text)).toHaveLength(2);
    }
  });
});
