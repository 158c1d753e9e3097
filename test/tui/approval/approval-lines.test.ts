import { describe, expect, test } from 'vitest';
import type { ApprovalRequest } from '../../../src/session/events.ts';
import { approvalLines, fullApprovalLines } from '../../../src/tui/approval/approval-lines.ts';
import { lineText, lineWidth } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const theme = chooseTheme({});
const DIFF = Array.from({ length: 30 }, (_, n) => `+line ${n}`).join('\n');

function request(detail: ApprovalRequest['detail']): ApprovalRequest {
  const scope = 'edits\x1b[2J in\nthis session';
  return { id: 'a', callId: 'c', tool: 't', title: 'edit\x07 a.ts\nb', detail, scope };
}

describe('approvalLines', () => {
  test.each([
    [80, 10],
    [40, 6],
    [20, 3],
    [200, 1],
  ])('fits %i columns and %i rows, the answers last', (columns, rows) => {
    const view = { request: request({ type: 'diff', text: DIFF }), isActive: true };
    const lines = approvalLines(view, { columns, rows }, theme);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(lineWidth(line)).toBeLessThan(columns);
    expect(lineText(lines.at(-1) ?? [])).toContain('y allow');
  });

  test('says how much is not shown, and hides nothing for one row', () => {
    const view = { request: request({ type: 'diff', text: DIFF }), isActive: true };
    const texts = approvalLines(view, { columns: 80, rows: 10 }, theme).map(lineText);
    expect(texts).toContain('  … 23 more lines: d prints all of it');
    const short = { request: request({ type: 'diff', text: '+a\n+b\n+c' }), isActive: true };
    expect(approvalLines(short, { columns: 80, rows: 5 }, theme).map(lineText)).toEqual([
      '? edit a.ts b',
      '+a',
      '+b',
      '+c',
      '  y allow   a always allow edits in this session   n deny (Esc)   d details',
    ]);
  });

  test('a command is shown in full and can do nothing to the terminal', () => {
    const detail = { type: 'command' as const, text: 'npm test \\\n  && rm -rf \x1b[2Jx' };
    expect(fullApprovalLines(request(detail), theme).map(lineText)).toEqual([
      'edit a.ts b',
      '  $ npm test \\',
      '      && rm -rf x',
    ]);
  });

  test('says how to reach it from a draft', () => {
    const view = { request: request({ type: 'command', text: 'ls' }), isActive: false };
    const lines = approvalLines(view, { columns: 80, rows: 9 }, theme);
    expect(lineText(lines.at(-1) ?? [])).toBe('  Tab to answer (your draft stays)');
  });
});
