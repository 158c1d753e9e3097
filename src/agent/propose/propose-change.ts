/** Asks a model for a change to a text, and puts its answer into the text, exactly or not at all. */
import { randomBytes } from 'node:crypto';
import { ZekeError } from '../../platform/errors.ts';
import type { Redactor } from '../../platform/secrets/redactor.ts';
import { ACTION_INSTRUCTIONS, PROPOSE_SYSTEM_PROMPT } from '../prompts/propose.ts';
import { askBeside, type SideAnswer, type SideLimits, type SideModel } from '../side-request.ts';
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
  /** The whole text, its lines joined by "\n". */
  readonly text: string;
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
export interface Material {
  readonly title: string;
  readonly text: string;
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
  run: { readonly signal: AbortSignal; readonly onText?: (text: string) => void },
): Promise<ChangeProposal> {
  const placeholders = createPlaceholders(deps.redactor);
  const request = {
    intent: asked.action ?? 'edit',
    system: PROPOSE_SYSTEM_PROMPT,
    text: writeQuestion(asked, placeholders),
  };
  const hidden = placeholders.hidden();
  if (hidden.length > 0 && deps.onSecret === 'refuse' && !deps.model.provider.isLocal) {
    throw new ZekeError(
      'usage',
      `Nothing was sent: the text holds a secret (${hidden.join(', ')}).`,
      {
        hint: 'Take it out, or set secrets.on_secret to "redact".',
      },
    );
  }
  const { maxCostUsd } = deps;
  const answer = await askBeside(deps.model, request, { ...run, maxCostUsd });
  if (answer.isCut) throw refusal('The answer was cut at the limit of tokens.');
  const restored = placeholders.restore(answer.text);
  if (restored === undefined)
    throw refusal('The answer holds the placeholder of an unknown secret.');
  const reading = readAnswer(restored, asked.path);
  if (!reading.ok) throw refusal(reading.problem);
  const outcome = applyAnswer(asked.text, reading.answer, asked.range);
  if (!outcome.ok) throw refusal(outcome.problem);
  return { text: outcome.text, explanation: reading.explanation, answer };
}

function refusal(problem: string): ZekeError {
  return new ZekeError('provider', `The change was not applied. ${problem}`, {
    hint: 'Ask again, or ask another model.',
  });
}

function writeQuestion(asked: ChangeRequest, placeholders: Placeholders): string {
  // Random, so that nothing in the material can close its own block.
  const border = randomBytes(6).toString('hex');
  const block = (source: string, text: string): string =>
    `<data ${border} source=${JSON.stringify(source)}>\n${placeholders.hide(text)}\n</data ${border}>`;
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
  return [
    ...material.map(({ title, text }) => block(title, text)),
    block(about, range === undefined ? asked.text : linesAround(asked.text, range)),
    ...(selected === undefined
      ? []
      : [block('the selected lines, which alone may change', selected)]),
    ...(diagnostics.length === 0 ? [] : [block('diagnostics', describe(diagnostics))]),
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
