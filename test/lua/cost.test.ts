/** `:ZekeCost`: sums, models and days in a float. */
import { expect, it } from 'vitest';
import { describeNeovims } from '../helpers/neovim.ts';
import { RECORD_MESSAGES, waitForMessage } from '../helpers/proposals.ts';
import { startScriptedZeke } from '../helpers/scripted-zeke.ts';

const NOTHING = { costUsd: null, inputTokens: 0, outputTokens: 0, requests: 0 };
const DAYS = Array.from({ length: 30 }, (_, index) => ({
  date: `2026-03-${String(index + 1).padStart(2, '0')}`,
  costUsd: index === 29 ? 2 : index === 28 ? 1 : index === 0 ? 0.001 : 0,
}));
const REPORT = {
  session: {
    costUsd: 0.0123,
    inputTokens: 12_345,
    outputTokens: 678,
    cachedTokens: 8000,
    requests: 3,
  },
  day: { costUsd: 2, inputTokens: 1_000_000, outputTokens: 20_000, requests: 40 },
  month: { costUsd: 3.001, inputTokens: 2_000_000, outputTokens: 30_000, requests: 70 },
  byModel: [
    { model: 'a/dear', costUsd: 3.001, inputTokens: 1_900_000, outputTokens: 1, requests: 60 },
    { model: 'b/unknown', costUsd: null, inputTokens: 100, outputTokens: 1, requests: 10 },
  ],
  days: DAYS,
  cancelled: { costUsd: 0.0042, inputTokens: 100, outputTokens: 1, requests: 12 },
  cachedAnswers: 7,
};

describeNeovims('the cost', (kind) => {
  it('is shown by conversation, day, month and model, with a chart', async () => {
    const zeke = await startScriptedZeke((ask) => ask.answer(REPORT));
    const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES, height: 30 });
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('This conversation');
    const lines = (await neovim.lines()).map((line) => line.trimEnd());
    expect(lines).toEqual([
      '                       cost  input  output  requests',
      ' This conversation  $0.0123    12k     678         3',
      ' Today                $2.00     1M     20k        40',
      ' This month           $3.00     2M     30k        70',
      '',
      ' This month by model',
      ' a/dear               $3.00   1.9M       1        60',
      ' b/unknown          unknown    100       1        10',
      '',
      ' The last 30 days',
      `${' '.repeat(30)}█`,
      `${' '.repeat(30)}█`,
      `${' '.repeat(29)}██`,
      ` ▁${' '.repeat(27)}██`,
      ' 03-01                    03-30',
      ' Most on 2026-03-30: $2.00.',
      '',
      " Cached: 8k of this conversation's 12k input tokens, which cost less.",
      " Cached: 7 answers of this month came from Zeke's own cache, for nothing.",
      ' Cancelled: 12 requests of this month, $0.0042 by our estimate. Providers may charge for them.',
      ' No price is known for b/unknown; that is in no sum.',
      " Costs are estimates; the bill is the provider's.",
    ]);
    // ZekeCostBar is a link to it.
    expect(neovim.highlightOf('██').groups).toContain('String');
    await neovim.input('q');
    await neovim.waitFor('#vim.api.nvim_list_wins() == 1');
    await neovim.command('ZekeCost');
    await neovim.waitFor('#vim.api.nvim_list_wins() == 2');
  });

  it('fits a narrow screen: what it cost stays, the rest is left away', async () => {
    const byModel = [
      { ...NOTHING, model: 'router/a-provider/of-long-names', costUsd: 1_234_567.891, requests: 1 },
    ];
    const zeke = await startScriptedZeke((ask) => ask.answer({ ...REPORT, byModel }));
    const neovim = await kind.start({
      home: zeke.home,
      init: RECORD_MESSAGES,
      width: 40,
      height: 24,
    });
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('This conversation');
    const lines = (await neovim.lines()).map((line) => line.trimEnd());
    expect(lines.slice(0, 7)).toEqual([
      '                               cost',
      ' This conversation          $0.0123',
      ' Today                        $2.00',
      ' This month                   $3.00',
      '',
      ' This month by model',
      ' router/a-provider/of…  $1234567.89',
    ]);
    await neovim.waitForScreen('$1234567.89');
    await neovim.waitForScreen('03-30');
  });

  it('of nothing is said as such, and an error too', async () => {
    const days = DAYS.map(({ date }) => ({ date, costUsd: 0 }));
    const empty = { session: NOTHING, day: NOTHING, month: NOTHING, byModel: [], days };
    const zeke = await startScriptedZeke((ask, index) =>
      index === 0 ? ask.answer(empty) : ask.fail({ kind: 'internal', message: 'No.' }),
    );
    const neovim = await kind.start({ home: zeke.home, init: RECORD_MESSAGES });
    await neovim.command('ZekeCost');
    await neovim.waitForScreen('Nothing was paid.');
    expect((await neovim.lines())[1]).toMatch(/^ This conversation +– +0 +0 +0$/);
    await neovim.input('<Esc>');
    await neovim.command('ZekeCost');
    await waitForMessage(neovim, 'No.');
  });
});
