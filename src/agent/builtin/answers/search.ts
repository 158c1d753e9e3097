/** Answers a question by the definitions and lines that it is about. */
import type { SearchHit } from '../../../context/search.ts';
import { code, formatHit } from '../markdown.ts';
import type { Workshop } from '../workshop.ts';

/** Snippets in one answer: the best ones in full, the rest by place. */
const MAX_SNIPPETS = 4;
const MAX_HITS = 10;
/** Hits below this share of the best one's score are noise more often than not. */
const LOWEST_SHARE = 0.3;

/** The best places for a question, the first ones with their code. */
export async function* answerBySearch(text: string, workshop: Workshop): AsyncGenerator<string> {
  const { search, signal } = workshop;
  const hits = await search.search({ text, limit: MAX_HITS, signal });
  const best = hits[0]?.score ?? 0;
  const good = hits.filter(({ score }) => score >= best * LOWEST_SHARE);
  if (good.length === 0) {
    yield 'Nothing in this project matches these words. Try a name as it is written in code, or "list files".\n';
    return;
  }
  yield* showHits(good);
}

/** Where a name is defined; places that only mention it when it is defined nowhere. */
export async function* showDefinition(
  name: string,
  text: string,
  workshop: Workshop,
): AsyncGenerator<string> {
  const hits = await workshop.search.findDefinitions(name, workshop.signal);
  if (hits.length === 0) {
    yield `No definition of ${code(name)} was found. These places come closest:\n\n`;
    yield* answerBySearch(text, workshop);
    return;
  }
  yield* showHits(hits.slice(0, MAX_HITS));
}

function* showHits(hits: readonly SearchHit[]): Generator<string> {
  for (const hit of hits.slice(0, MAX_SNIPPETS)) yield formatHit(hit);
  const rest = hits.slice(MAX_SNIPPETS);
  if (rest.length === 0) return;
  yield 'Also:\n\n';
  for (const hit of rest) {
    const name = hit.symbol === undefined ? '' : ` · ${code(hit.symbol)}`;
    yield `- ${code(`${hit.path}:${hit.startLine}`)}${name}\n`;
  }
}
