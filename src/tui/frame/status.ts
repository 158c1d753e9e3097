/** The status line: model, context, cost, branch, company. Pure. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { TokenUsage } from '../../session/events.ts';
import type { Client } from '../../session/port.ts';
import { BACKGROUND_NAME } from '../../session/share/clients.ts';
import type { SessionState } from '../../session/state.ts';
import { type Line, lineWidth, span, truncateLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import { formatCost, formatTokens } from './format.ts';

export interface StatusInput {
  readonly state: SessionState;
  readonly contextTokens: number | undefined;
  readonly branch: string | undefined;
  readonly role: 'host' | 'attached' | undefined;
  /** Everybody who is attached. */
  readonly clients?: readonly Client[];
  /** How the input takes keys, where that is not plain: `vi normal`. */
  readonly mode?: string | undefined;
}

/** Share of the context from which the line warns. */
const FULL_SHARE = 0.8;

/** One thing on the line, in its long and its short form; the short one may be nothing. */
interface StatusPart {
  readonly long: string;
  readonly short: string;
  readonly isWarning?: boolean;
}

/** Which parts become short first when the line does not fit. */
const SHORTENING = ['cost', 'context', 'branch', 'company', 'model', 'mode'] as const;
type PartName = (typeof SHORTENING)[number];

/** One row at most, however narrow the screen; what matters most is kept longest. */
export function statusLine(input: StatusInput, theme: Theme, columns: number): Line {
  const parts: Readonly<Record<PartName, StatusPart>> = {
    mode: { long: input.mode ?? '', short: input.mode ?? '' },
    model: modelPart(input.state.model),
    context: contextPart(input),
    cost: costPart(input.state),
    branch: { long: sanitizeLine(input.branch ?? ''), short: '' },
    company: companyPart(input),
  };
  const shortened = new Set<PartName>();
  let line = joinParts(parts, shortened, theme);
  for (const name of SHORTENING) {
    if (lineWidth(line) <= columns) break;
    shortened.add(name);
    line = joinParts(parts, shortened, theme);
  }
  return truncateLine(line, columns);
}

function joinParts(
  parts: Readonly<Record<PartName, StatusPart>>,
  shortened: ReadonlySet<PartName>,
  theme: Theme,
): Line {
  const order: readonly PartName[] = ['mode', 'model', 'context', 'cost', 'branch', 'company'];
  const shown = order.flatMap((name) => {
    const { long, short, isWarning } = parts[name];
    const text = shortened.has(name) ? short : long;
    return text === '' ? [] : [span(text, isWarning === true ? theme.warning : theme.muted)];
  });
  return shown.flatMap((part, index) => (index === 0 ? [part] : [span(' · ', theme.muted), part]));
}

function modelPart(model: string): StatusPart {
  const long = sanitizeLine(model) || 'opening the session';
  return { long, short: long.slice(long.indexOf('/') + 1) };
}

/** The share of the model's context that is in use; undefined while that is not known. */
export function contextShare(
  state: SessionState,
  contextTokens: number | undefined,
): number | undefined {
  const used = usedTokens(state);
  return used === undefined || contextTokens === undefined ? undefined : used / contextTokens;
}

function contextPart({ state, contextTokens }: StatusInput): StatusPart {
  const used = usedTokens(state);
  if (used === undefined) return { long: '', short: '' };
  const short = formatTokens(used);
  if (contextTokens === undefined) return { long: `${short} used`, short };
  const left = formatTokens(Math.max(0, contextTokens - used));
  const share = used / contextTokens;
  const percent = `${Math.round(share * 100)}%`;
  const isWarning = share >= FULL_SHARE;
  return { long: `${short} used (${percent}), ${left} left`, short: percent, isWarning };
}

/** What the model holds now: the last request's input and answer. */
function usedTokens(state: SessionState): number | undefined {
  const usage = state.running?.lastUsage ?? lastUsage(state);
  const used = usage === undefined ? 0 : usage.inputTokens + usage.outputTokens;
  return used === 0 ? undefined : used;
}

/** Shell commands in between used none; a summary or /clear made room of a size not known yet. */
function lastUsage({ turns, clearedTurnCount }: SessionState): TokenUsage | undefined {
  for (let index = turns.length - 1; index >= clearedTurnCount; index -= 1) {
    const turn = turns[index];
    if (turn?.message.kind === 'compact' && turn.endReason === 'stop') return undefined;
    if (turn?.lastUsage !== undefined) return turn.lastUsage;
  }
  return undefined;
}

function costPart({ usage, running, turns }: SessionState): StatusPart {
  if (usage.costUsd === null || usage.costUsd === 0) return { long: '', short: '' };
  const short = formatCost(usage.costUsd);
  const turn = (running ?? turns.at(-1))?.usage.costUsd ?? 0;
  const hasOthers = turn > 0 && formatCost(turn) !== short;
  return { long: hasOthers ? `${short} (turn ${formatCost(turn)})` : short, short };
}

/**
 * Who else is here; `attached` alone while the host has not said who is. A Zeke in the background
 * is nobody's front end: nobody looks on there.
 */
function companyPart({ clients = [], role }: StatusInput): StatusPart {
  const others = clients.filter(({ isSelf }) => !isSelf);
  const names = others
    .filter(({ name }) => name !== BACKGROUND_NAME)
    .map(({ name }) => sanitizeLine(name));
  if (names.length > 0) return { long: `+ ${names.join(', ')}`, short: `+${names.length}` };
  const text = role === 'attached' && others.length === 0 ? 'attached' : '';
  return { long: text, short: '' };
}
