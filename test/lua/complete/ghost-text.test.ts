/** Ghost text as a person sees it: on the screen, and in the buffer once it is accepted. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../../helpers/neovim.ts';
import { always, BACKENDS, offer, openScene } from './scene.ts';

describeNeovims('ghost text', (kind) => {
  for (const backend of BACKENDS) {
    it(`is shown over several lines and accepted (${backend})`, async () => {
      const { neovim, zeke } = await openScene(kind, always('add(a, b)\n  return a + b\nend'), {
        backend,
      });
      await neovim.input('ifunction ');
      await neovim.waitForScreen('function add(a, b)');
      await neovim.waitForScreen('  return a + b');
      await neovim.waitForScreen((lines) => lines[2]?.trim() === 'end');
      expect(await neovim.lines()).toEqual(['function ']);
      expect(zeke.asks.at(-1)?.params).toMatchObject({ prefix: 'function ', suffix: '', count: 1 });
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 3');
      expect(await neovim.lines()).toEqual(['function add(a, b)', '  return a + b', 'end']);
      await neovim.input('!');
      await neovim.waitFor('vim.api.nvim_buf_get_lines(0, 2, 3, false)[1] == "end!"');
    });

    it(`tells what is shown and what was taken of it (${backend})`, async () => {
      const { neovim } = await openScene(kind, always('alpha beta'), { backend });
      const events = await neovim.recordEvents('User', 'ZekeCompletion*');
      await neovim.input('ix ');
      await neovim.waitForScreen('x alpha beta');
      await neovim.input('<F3>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x alpha"');
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x alpha beta"');
      await neovim.waitFor(
        () => events.filter(({ match }) => match.endsWith('Accepted')).length === 2,
      );
      const told = (name: string) =>
        events.filter(({ match }) => match === name).map(({ data }) => data);
      expect(told('ZekeCompletionShown')[0]).toMatchObject({
        line: 1,
        text: 'alpha beta',
        index: 1,
        count: 1,
      });
      expect(told('ZekeCompletionAccepted')).toMatchObject([
        { text: 'alpha', left: ' beta' },
        { text: ' beta', left: '' },
      ]);
    });

    it(`is accepted by word and by line, each one step of undo (${backend})`, async () => {
      const { neovim, zeke } = await openScene(kind, always('alpha beta\ngamma delta'), {
        backend,
      });
      await neovim.input('ix ');
      await neovim.waitForScreen('x alpha beta');
      const asked = zeke.asks.length;
      await neovim.input('<F3>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x alpha"');
      await neovim.waitForScreen('x alpha beta');
      await neovim.input('<F4>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x alpha beta"');
      await neovim.waitForScreen((lines) => lines[1]?.trim() === 'gamma delta');
      await neovim.input('<F4>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "gamma delta"');
      expect(zeke.asks.slice(asked).filter((ask) => ask.params.isManual)).toEqual([]);
      await neovim.input('<Esc>u');
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 1');
      expect(await neovim.lines()).toEqual(['x alpha beta']);
      await neovim.input('u');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x alpha"');
      await neovim.input('u');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "x "');
    });

    it(`is kept and shortened by whoever types along, and nothing is asked (${backend})`, async () => {
      const { neovim, zeke } = await openScene(kind, always('result = compute()'), { backend });
      await neovim.input('i ');
      await neovim.waitForScreen(' result = compute()');
      const asked = zeke.asks.length;
      await neovim.input('resu');
      await neovim.waitFor('vim.api.nvim_get_current_line() == " resu"');
      await neovim.waitForScreen(' result = compute()');
      expect(zeke.asks).toHaveLength(asked);
      expect(neovim.highlightOf('lt = compute()').groups).not.toEqual([]);
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == " result = compute()"');
    });

    it(`goes with a key that is another one, and its question ends (${backend})`, async () => {
      const { neovim, zeke } = await openScene(
        kind,
        (ask, index) => {
          if (index === 0) ask.answer(offer('wrong()'));
        },
        { backend },
      );
      await neovim.input('i(');
      await neovim.waitForScreen('(wrong()');
      await neovim.input('z');
      await neovim.waitForScreen((lines) => lines[0] === '(z');
      const second = await zeke.asked(2);
      await neovim.input('y');
      await zeke.cancelled(second);
      const third = await zeke.asked(3);
      second.answer(offer('late'));
      third.answer(offer('x right'));
      await neovim.waitForScreen('(zyx right');
    });

    it(`turns to other suggestions, and asks for them once (${backend})`, async () => {
      const { neovim, zeke } = await openScene(
        kind,
        (ask) => ask.answer(ask.params.count === 3 ? offer('one', 'two', 'three') : offer('one')),
        { backend },
      );
      await neovim.input('i= ');
      await neovim.waitForScreen('= one');
      await neovim.input('<F5>');
      await neovim.waitForScreen('= two');
      await neovim.input('<F5>');
      await neovim.waitForScreen('= three');
      await neovim.input('<F6>');
      await neovim.waitForScreen('= two');
      expect(zeke.asks.filter((ask) => ask.params.count === 3)).toHaveLength(1);
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "= two"');
    });

    it(`can be dismissed (${backend})`, async () => {
      const { neovim } = await openScene(kind, always('ghost'), { backend });
      await neovim.input('ia ');
      await neovim.waitForScreen('a ghost');
      await neovim.input('<F7>');
      await neovim.waitForScreen((lines) => lines[0] === 'a');
      await neovim.input('<F2>b');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "a b"');
    });

    it(`is repeated with what was typed around it (${backend})`, async () => {
      const { neovim } = await openScene(kind, always('two'), { backend });
      await neovim.input('ione ');
      await neovim.waitForScreen('one two');
      await neovim.input('<F2>!<Esc>');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "one two!"');
      await neovim.input('0.');
      await neovim.waitFor('vim.api.nvim_get_current_line() == "one two!one two!"');
    });

    it(`has behind its last line what stands behind the cursor (${backend})`, async () => {
      const { neovim } = await openScene(kind, always('first,\n\tsecond'), { backend });
      await neovim.setLines(['call(\t);']);
      await neovim.input('f(a');
      await neovim.input(' ');
      await neovim.waitForScreen(
        (lines) => lines[0] === 'call( first,' && lines[1] === '        second  );',
      );
      await neovim.input('<F2>');
      await neovim.waitFor('vim.api.nvim_buf_line_count(0) == 2');
      expect(await neovim.lines()).toEqual(['call( first,', '\tsecond\t);']);
    });

    it(`leaves with insert mode (${backend})`, async () => {
      const { neovim } = await openScene(kind, always('ghost'), { backend });
      await neovim.input('ia ');
      await neovim.waitForScreen('a ghost');
      await neovim.input('<Esc>');
      await neovim.waitForScreen((lines) => lines[0] === 'a');
    });
  }
});
