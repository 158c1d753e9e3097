/** Texts of buffers: what is no UTF-8 must neither be sent nor lost. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';

describeNeovims('texts', (kind) => {
  it('are valid UTF-8 when they are sent, one line in, one line out', async () => {
    const neovim = await kind.start();
    const bytes = await neovim.lua<number[][]>(
      `return vim.tbl_map(function(line)
         return { require("zeke.text").valid(line):byte(1, -1) }
       end, { "plain", "h\\195\\169", "\\255\\254abc", "a\\195", "\\237\\160\\128", "\\240\\159\\152\\128" })`,
    );
    const texts = bytes.map((line) => Buffer.from(line).toString());
    expect(texts).toEqual(['plain', 'hé', '��abc', 'a�', '���', '😀']);
    expect(
      bytes.every((line) => Buffer.from(Buffer.from(line).toString()).equals(Buffer.from(line))),
    );
  });

  it('show control characters instead of obeying them', async () => {
    const neovim = await kind.start();
    expect(await neovim.lua('return require("zeke.text").clean("a\\27[31mb\\tc\\0")')).toBe(
      'a<1b>[31mb\tc<00>',
    );
  });

  it('hold no NUL byte, however Neovim tells it', async () => {
    const neovim = await kind.start();
    expect(
      await neovim.lua('return require("zeke.text").valid_lines({ "a\\0bé", "a\\nb\\255", "c" })'),
    ).toEqual(['a\ufffdbé', 'a\ufffdb\ufffd', 'c']);
  });
});
