/** What was spent, over sessions, days and months. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpendingLog, type Spent } from '../../src/session/spending-log.ts';

/** Local noon, so that no time zone moves it to another day. */
const at = (year: number, month: number, day: number) =>
  new Date(year, month - 1, day, 12).getTime();
const NOW = at(2026, 3, 2);
const spent = (over: Partial<Spent>): Spent => ({
  at: NOW,
  model: 'vendor/big',
  purpose: 'chat',
  inputTokens: 100,
  outputTokens: 10,
  costUsd: 0.5,
  ...over,
});

describe('the spending log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zeke-spending-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sums the day, the month and each model of it', () => {
    const log = createSpendingLog(folder);
    log.record(spent({}));
    log.record(spent({ at: at(2026, 3, 1), model: 'vendor/small', costUsd: 0.25 }));
    log.record(spent({ at: at(2026, 3, 1), model: 'builtin/zeke', costUsd: 0 }));
    log.record(spent({ at: at(2026, 2, 28), costUsd: 7 }));
    const report = createSpendingLog(folder).report(NOW);
    expect(report.day).toEqual({ costUsd: 0.5, inputTokens: 100, outputTokens: 10, requests: 1 });
    expect(report.month).toEqual({
      costUsd: 0.75,
      inputTokens: 300,
      outputTokens: 30,
      requests: 3,
    });
    expect(report.byModel.map(({ model, costUsd }) => [model, costUsd])).toEqual([
      ['vendor/big', 0.5],
      ['vendor/small', 0.25],
      ['builtin/zeke', 0],
    ]);
  });

  it('tells what was cancelled and what came from a cache, which is in no sum', () => {
    const log = createSpendingLog(folder);
    log.record(spent({}));
    log.record(spent({ costUsd: 0.25, isCancelled: true }));
    log.record(spent({ costUsd: 0, inputTokens: 0, outputTokens: 0, isCached: true }));
    log.record(spent({ at: at(2026, 2, 28), costUsd: 7, isCancelled: true }));
    log.record(spent({ at: at(2026, 2, 28), costUsd: 0, isCached: true }));
    const report = createSpendingLog(folder).report(NOW);
    expect(report.month).toMatchObject({ costUsd: 0.75, requests: 2 });
    expect(report.cancelled).toMatchObject({ costUsd: 0.25, requests: 1 });
    expect(report.cachedAnswers).toBe(1);
  });

  it('has every one of the last 30 days, also across months and those without requests', () => {
    const log = createSpendingLog(folder);
    log.record(spent({ at: at(2026, 2, 28), costUsd: 7 }));
    log.record(spent({ at: at(2026, 1, 30), costUsd: 9 }));
    const { days } = log.report(NOW);
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({ date: '2026-03-02', costUsd: 0 });
    expect(days[0]?.date).toBe('2026-02-01');
    expect(days.filter(({ costUsd }) => costUsd > 0)).toEqual([{ date: '2026-02-28', costUsd: 7 }]);
  });

  it('knows no cost where no request had a price', () => {
    const log = createSpendingLog(folder);
    log.record(spent({ costUsd: null }));
    expect(log.report(NOW).day).toMatchObject({ costUsd: null, requests: 1 });
    log.record(spent({ costUsd: 0.1 }));
    expect(log.report(NOW).day).toMatchObject({ costUsd: 0.1, requests: 2 });
  });

  it('skips lines that are torn or wrong', () => {
    const log = createSpendingLog(folder);
    log.record(spent({}));
    const [name = ''] = readdirSync(join(folder, 'spending'));
    const bad = ['{"at":1,"mod', '[]', '{"model":"x","at":-1}', 'null', ''].join('\n');
    appendFileSync(join(folder, 'spending', name), bad);
    expect(log.report(NOW).month.requests).toBe(1);
  });

  it('is the user’s own', () => {
    createSpendingLog(folder).record(spent({}));
    const path = join(folder, 'spending');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, readdirSync(path)[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('costs no answer where it cannot be written', () => {
    writeFileSync(join(folder, 'spending'), 'a file in the way');
    expect(() => createSpendingLog(folder).record(spent({}))).not.toThrow();
  });
});
