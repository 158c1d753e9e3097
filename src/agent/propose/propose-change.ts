/** Asks a model for a change to a text, and puts its answer into the text, exactly or not at all. */
import { ZekeError } from '../../platform/errors.ts';
import type { Redactor } from '../../platform/secrets/redactor.ts';
import { ACTION_INSTRUCTIONS, PROPOSE_SYSTEM_PROMPT } from '../prompts/propose.ts';
import { createBlockWriter, type Material, refuseSecrets } from '../side-question.ts';
import {
  askBeside,
  type SideAnswer,
  type SideLimits,
  type SideModel,
  type SideRun,
} from '../side-request.ts';
import { applyAnswer } from './apply-answer.ts';
import type { LineRange } from './outcome.ts';
import { createPlaceholders, type Placeholders } from './placeholders.ts';
import { readAnswer } from './read-answer.ts';

export interface ChangeRequest {
  readonly instruction: string;
  /** A name of ACTION_INSTRUCTIONS; absent for a plain edit. */
  readonly action?: string | undefined;
  /** Relative to the project's root. */
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  /** The whole text, its lines joined by "\n"; of a very large one the part in question. */
  readonly text: string;
  /** The number of its first line; 1 without it. */
  readonly firstLine?: number | undefined;
  /** Only these lines may change. */
  readonly range?: LineRange | undefined;
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** What else the model should see. */
  readonly material?: readonly Material[] | undefined;
}
export interface Diagnostic {
  readonly line: number;
  readonly severity: string;
  readonly message: string;
}
export interface ChangeDeps extends SideLimits {
  readonly model: SideModel;
  readonly redactor: Redactor;
  readonly onSecret: 'redact' | 'refuse';
}
export interface ChangeProposal {
  /** The whole text as it would be; the old one where the model changed nothing. */
  readonly text: string;
  /** What the model said beside the change. */
  readonly explanation: string;
  readonly answer: SideAnswer;
}
/** A selected text may be shown with this many lines around it and no more. */
const MAX_LINES_AROUND = 400;

/** Rejects with a ZekeError: the provider's, or why the answer was not applied. */
export async function proposeChange(
  deps: ChangeDeps,
  asked: ChangeRequest,
  run: SideRun,
): Promise<ChangeProposal> {
  const placeholders = createPlaceholders(deps.redactor);
  const request = {
    intent: asked.action ?? 'edit',
    system: PROPOSE_SYSTEM_PROMPT,
    text: writeQuestion(asked, placeholders),
  };
  refuseSecrets(deps, placeholders);
  const { maxCostUsd } = deps;
  const answer = await askBeside(deps.model, request, { ...run, maxCostUsd });
  if (answer.isCut) throw refusal('The answer was cut at the limit of tokens.');
  const restored = placeholders.restore(answer.text);
  if (restored === undefined)
    throw refusal('The answer holds the placeholder of an unknown secret.');
  const reading = readAnswer(restored, asked.path);
  if (!reading.ok) throw refusal(reading.problem);
  const outcome = applyAnswer(asked.text, reading.answer, asked);
  if (!outcome.ok) throw refusal(outcome.problem);
  return { text: outcome.text, explanation: reading.explanation, answer };
}

function refusal(problem: string): ZekeError {
  return new ZekeError('provider', `The change was not applied. ${problem}`, {
    hint: 'Ask again, or ask another model.',
  });
}

function writeQuestion(asked: ChangeRequest, placeholders: Placeholders): string {
  const block = createBlockWriter(placeholders);
  const {
    path = 'a text without a name',
    language,
    range,
    diagnostics = [],
    material = [],
  } = asked;
  const about = language === undefined || language === '' ? path : `${path} (${language})`;
  const selected = range === undefined ? undefined : pickLines(asked.text, range);
  const action = asked.action === undefined ? undefined : ACTION_INSTRUCTIONS[asked.action];
  const shown = range === undefined ? asked.text : linesAround(asked.text, range);
  return [
    ...material.map(block),
    block({ title: about, text: shown }),
    ...(selected === undefined
      ? []
      : [block({ title: 'the selected lines, which alone may change', text: selected })]),
    ...(diagnostics.length === 0
      ? []
      : [block({ title: 'diagnostics', text: describe(diagnostics) })]),
    [action, placeholders.hide(asked.instruction)].filter(Boolean).join('\n'),
  ].join('\n\n');
}

function pickLines(text: string, { startLine, endLine }: LineRange): string {
  return text
    .split('\n')
    .slice(startLine - 1, endLine)
    .join('\n');
}

function linesAround(text: string, { startLine, endLine }: LineRange): string {
  const from = Math.max(1, startLine - MAX_LINES_AROUND);
  return pickLines(text, { startLine: from, endLine: endLine + MAX_LINES_AROUND });
}

function describe(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ line, severity, message }) => `line ${line}: ${severity}: ${message}`)
    .join('\n');
}
