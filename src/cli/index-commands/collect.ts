/** `zeke index context|map`: what fits a budget of tokens. */
import { parseDiff } from '../../agent/review/diff/diff-parser.ts';
import type { ChangedLines } from '../../context/code-index.ts';
import { ZekeError } from '../../platform/errors.ts';
import { hasPipedInput } from '../../platform/standard-input.ts';
import { sanitizeText } from '../../platform/terminal-text.ts';
import { printJson, printLine } from '../io/print.ts';
import { printHits, type Question, sayNothing, toJson } from './ask.ts';
import { countOption, nearbyOption } from './options.ts';

const DEFAULT_CONTEXT_TOKENS = 8_000;
const DEFAULT_MAP_TOKENS = 2_000;

/** Snippets for a question, a cursor or a diff, with a reason for each. */
export async function collectContext(question: Question): Promise<void> {
  const { invocation, runtime, index, words } = question;
  const { io, options, signal } = invocation;
  const text = words.join(' ');
  const nearby = nearbyOption(invocation, runtime);
  const changes = options.diff === true ? await changedLines(question) : [];
  if (text.trim() === '' && changes.length === 0 && nearby.cursor === undefined) {
    throw new ZekeError('usage', '"zeke index context" needs a question, --cursor or --diff.');
  }
  const tokens = countOption(invocation, 'tokens', DEFAULT_CONTEXT_TOKENS);
  const found = await index.collect({ text, nearby, changes, tokens, signal });
  if (options.json === true) {
    const results = found.results.map((hit) => ({ ...toJson(question, hit), tokens: hit.tokens }));
    printJson(io.stdout, { tokens: found.tokens, results });
  } else {
    printHits(question, found.results);
    if (found.results.length > 0) printLine(io.stderr, `About ${found.tokens} tokens.`);
  }
}

/** The lines that the diff on standard input adds or changes. */
async function changedLines({ invocation }: Question): Promise<readonly ChangedLines[]> {
  if (!hasPipedInput()) {
    throw new ZekeError('usage', '--diff reads a diff from standard input.', {
      hint: 'git diff | zeke index context --diff',
    });
  }
  const changes: ChangedLines[] = [];
  for await (const file of parseDiff(invocation.io.stdin)) {
    if (file.change === 'deleted') continue;
    for (const { lines } of file.hunks) {
      const added = lines.flatMap((line) => (line.kind === 'added' ? [line.newLine] : []));
      if (added.length > 0) {
        changes.push({
          path: file.path,
          startLine: Math.min(...added),
          endLine: Math.max(...added),
        });
      }
    }
  }
  return changes;
}

/** The most important definitions, file by file. */
export async function printMap({ invocation, runtime, index }: Question): Promise<void> {
  const { io, options, signal } = invocation;
  const tokens = countOption(invocation, 'tokens', DEFAULT_MAP_TOKENS);
  const focus = nearbyOption(invocation, runtime).openFiles ?? [];
  const map = await index.map({ tokens, focus, signal });
  if (options.json === true) printJson(io.stdout, map);
  else if (map.symbols > 0) io.stdout.write(`${sanitizeText(map.text).trimEnd()}\n`);
  else sayNothing(invocation);
}
