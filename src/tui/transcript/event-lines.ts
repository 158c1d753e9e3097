/** Draws what happened around the answers: changed files, approvals, summaries, forks. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { FileChange, UndoResult } from '../../session/events.ts';
import type { ApprovalDecision } from '../../session/ops.ts';
import type { SessionState } from '../../session/state.ts';
import { type Line, plainLine, span } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** `edited src/a.ts (+3 -1)`. */
export function changeLine(
  change: FileChange,
  counts: { readonly added: number; readonly removed: number } | undefined,
  theme: Theme,
): Line {
  const verb = changeVerb(change);
  const head = span(`${verb} ${sanitizeLine(change.path)}`);
  if (counts === undefined) return [head];
  return [
    head,
    span(' ('),
    span(`+${counts.added}`, theme.success),
    span(' '),
    span(`-${counts.removed}`, theme.error),
    span(')'),
  ];
}

function changeVerb({ before, after }: FileChange): string {
  if (before === null) return 'created';
  return after === null ? 'deleted' : 'edited';
}

const DECISIONS: Readonly<Record<ApprovalDecision, string>> = {
  allow: 'allowed',
  always: 'always allowed',
  deny: 'denied',
};

/** What front ends like this one are called. */
const TERMINAL = 'terminal';

/** Another front end, from what it is called. */
export function nameOf(by: string): string {
  return by === TERMINAL ? 'another terminal' : sanitizeLine(by);
}

/** One line for a question that was answered; `by` is the other front end that did. */
export function answerLine(
  answer: {
    readonly decision: ApprovalDecision;
    readonly title: string;
    readonly by: string | undefined;
  },
  theme: Theme,
): Line {
  const { decision, title, by } = answer;
  const style = decision === 'deny' ? theme.warning : theme.muted;
  const who = by === undefined ? '' : ` by ${nameOf(by)}`;
  return plainLine(`${DECISIONS[decision]}${who}: ${sanitizeLine(title)}`, style);
}

/** `isOver`: read from a session, whose notices of that time are not shown again. */
export function compactLine(turnCount: number, isOver: boolean, theme: Theme): Line {
  const turns = turnCount === 1 ? '1 turn' : `${turnCount} turns`;
  const rest = isOver ? ' The model is told the summary; /compact undo takes it back.' : '';
  return plainLine(`Summarised ${turns}.${rest}`, theme.muted);
}

/** Which files were given back, and which were left alone and why. */
export function undoLines({ restored, kept }: UndoResult, theme: Theme): readonly Line[] {
  const given = restored.map((path) =>
    plainLine(`gave back ${sanitizeLine(path)} as it was before`, theme.muted),
  );
  const left = kept.map(({ path, reason }) =>
    plainLine(`left ${sanitizeLine(path)} alone: ${sanitizeLine(reason)}`, theme.warning),
  );
  const lines = [...given, ...left];
  return lines.length > 0 ? lines : [plainLine('There was nothing to give back.', theme.muted)];
}

/** Where a fork comes from; nothing for a session that is none. */
export function forkLines({ forkedFrom }: SessionState, theme: Theme): readonly Line[] {
  if (forkedFrom === undefined) return [];
  const { sessionId, turnCount } = forkedFrom;
  const origin = `of session ${sanitizeLine(sessionId)}`;
  if (turnCount === 0)
    return [plainLine(`A fork ${origin}, from before its first turn.`, theme.muted)];
  const turns = turnCount === 1 ? 'first turn is that' : `first ${turnCount} turns are those`;
  return [plainLine(`A fork: its ${turns} ${origin}.`, theme.muted)];
}

/** Stands for the turns that are not printed again when a long conversation is opened. */
export function earlierLine(count: number, theme: Theme): Line {
  const turns = count === 1 ? '1 earlier turn' : `${count} earlier turns`;
  return plainLine(`… ${turns}; /history shows them, /export writes them to a file.`, theme.muted);
}
