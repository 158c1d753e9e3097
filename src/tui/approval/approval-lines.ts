/** Draws a question for approval: what would be done, as much of it as fits, and the answers. */
import { sanitizeLine, sanitizeText } from '../../platform/terminal-text.ts';
import type { ApprovalRequest } from '../../session/events.ts';
import { diffLines } from '../highlight/diff-lines.ts';
import { type Line, plainLine, span, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { ApprovalView } from './approval-panel.ts';

export interface PanelSize {
  readonly columns: number;
  readonly rows: number;
}

/** Title, answers, and the line that says how much is not shown. */
const OTHER_ROWS = 3;
const NARROW_COLUMNS = 60;

/** At most `rows` rows, each narrower than the screen. */
export function approvalLines(
  { request, isActive }: ApprovalView,
  size: PanelSize,
  theme: Theme,
): readonly Line[] {
  const width = size.columns - 1;
  const all = detailLines(request, theme);
  const room = Math.max(0, size.rows - OTHER_ROWS);
  const shown = all.slice(0, all.length <= room + 1 ? room + 1 : room);
  const hidden = all.length - shown.length;
  const more =
    hidden > 0 ? [plainLine(`  … ${hidden} more lines: d prints all of it`, theme.muted)] : [];
  const title = [span('? ', theme.warning), span(`${sanitizeLine(request.title)}`, theme.strong)];
  const lines = [title, ...shown, ...more, answersLine(request, isActive, { theme, width })];
  return lines.slice(-Math.max(1, size.rows)).map((line) => truncateLine(line, width));
}

/** The whole question for the scrollback. */
export function fullApprovalLines(request: ApprovalRequest, theme: Theme): readonly Line[] {
  return [[span(sanitizeLine(request.title), theme.strong)], ...detailLines(request, theme)];
}

function detailLines({ detail }: ApprovalRequest, theme: Theme): readonly Line[] {
  const text = sanitizeText(detail.text).replace(/\n$/, '');
  if (detail.type === 'diff') return diffLines(text, theme);
  return text
    .split('\n')
    .map((line, index) => [span(index === 0 ? '  $ ' : '    ', theme.muted), span(line)]);
}

function answersLine(
  request: ApprovalRequest,
  isActive: boolean,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): Line {
  if (!isActive) return plainLine('  Tab to answer (your draft stays)', theme.muted);
  const scope = sanitizeLine(request.scope);
  const isNarrow = width < NARROW_COLUMNS;
  const answers = [
    ['y', 'allow'],
    ['a', isNarrow ? 'always' : `always allow ${scope}`],
    ['n', isNarrow ? 'deny' : 'deny (Esc)'],
    ...(isNarrow ? [] : [['d', 'details']]),
  ];
  return [
    span('  '),
    ...answers.flatMap(([key = '', text = ''], index) => [
      span(index === 0 ? '' : '   '),
      span(key, theme.accent),
      span(` ${text}`, theme.muted),
    ]),
  ];
}
