import { describe, expect, test } from 'vitest';
import * as search from '../../../src/tui/input/history-search.ts';

const ENTRIES = ['git status', 'Fix the login', 'git push', 'fix the tests', 'git status'];

function type(text: string, state = search.openSearch(ENTRIES)): search.HistorySearch {
  return [...text].reduce(search.extendQuery, state);
}

describe('searching', () => {
  test('shows nothing before something was typed or asked for', () => {
    const opened = search.openSearch(ENTRIES);
    expect(search.matchOf(opened)).toBeUndefined();
    expect(search.matchOf(search.findOlder(opened))).toBe('git status');
    expect(search.matchOf(search.findNewer(opened))).toBeUndefined();
  });

  test('the newest first, each once, older and newer', () => {
    const found = type('git');
    expect(search.matchOf(found)).toBe('git status');
    const older = search.findOlder(found);
    expect(search.matchOf(older)).toBe('git push');
    expect(search.findOlder(older)).toBe(older);
    expect(search.matchOf(search.findNewer(older))).toBe('git status');
  });

  test('a longer query keeps what still fits; a shorter one starts again', () => {
    const older = search.findOlder(type('fix'));
    expect(search.matchOf(older)).toBe('Fix the login');
    expect(search.matchOf(type(' the', older))).toBe('Fix the login');
    expect(search.matchOf(search.shortenQuery(older))).toBe('fix the tests');
    expect(search.matchOf(search.shortenQuery(type('f')))).toBeUndefined();
  });

  test('capital letters are meant', () => {
    expect(search.matchOf(type('Fix'))).toBe('Fix the login');
    expect(type('LOGIN').isMissing).toBe(true);
  });

  test('says that nothing fits, and what fitted a part', () => {
    const missing = type('git stx');
    expect([missing.isMissing, search.matchOf(missing)]).toEqual([true, 'git status']);
    expect(search.shortenQuery(missing).isMissing).toBe(false);
  });
});

describe('entries of another terminal', () => {
  test('come in, and what is shown stays', () => {
    const shown = search.findOlder(type('git'));
    const more = search.withEntries(shown, [...ENTRIES, 'git rebase']);
    expect(search.matchOf(more)).toBe('git push');
    expect(search.matchOf(search.findNewer(search.findNewer(more)))).toBe('git rebase');
  });

  test('are found by a query that nothing had fitted', () => {
    const missing = type('rebase');
    expect(missing.isMissing).toBe(true);
    const found = search.withEntries(missing, [...ENTRIES, 'git rebase']);
    expect([found.isMissing, search.matchOf(found)]).toEqual([false, 'git rebase']);
  });
});
