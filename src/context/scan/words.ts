/** Words inside names: `maxRetryCount`, `MAX_RETRY_COUNT` and "retries" all speak of a retry. */

/** The parts of a name, in lower case: cut at case changes, digits and everything else. */
export function splitName(name: string): readonly string[] {
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[\p{Lo}\p{Lm}]+|\p{Lu}+|\d+/gu) ?? [];
  return parts.map((part) => part.toLowerCase());
}

/**
 * A light stem of a lower-case English word: plural, `-ing`, `-ed`, `-er`, `-ion`, `-ly` and a last
 * `e` are dropped, so that parse, parser, parsed and parsing meet. It is for matching only and never
 * shown. Words shorter than four letters stay as they are.
 */
export function stemWord(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let stem = IRREGULAR.get(word) ?? word;
  if (/.{4}ly$/.test(stem)) stem = stem.slice(0, stem.endsWith('ically') ? -4 : -2);
  if (/(?:ies|ied)$/.test(stem)) stem = `${stem.slice(0, -3)}y`;
  else if (/(?:ss|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (/[^siu]s$/.test(stem)) stem = stem.slice(0, -1);
  stem = withoutSuffix(stem);
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.length > 3 && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}

/** Past forms that people ask with for functions named in the present. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    begun: 'begin',
    built: 'build',
    chosen: 'choose',
    drawn: 'draw',
    held: 'hold',
    hidden: 'hide',
    kept: 'keep',
    lost: 'lose',
    sent: 'send',
    shown: 'show',
    taken: 'take',
    thrown: 'throw',
    written: 'write',
  }),
);

function withoutSuffix(word: string): string {
  const match = /^(.*[aeiouy].*?)(?:ing|(?<!e)ed)$/.exec(word) ?? /^(.{3,}[ts])ion$/.exec(word);
  const base = match?.[1] ?? /^(.{4,})(?:er|or)$/.exec(word)?.[1];
  if (base === undefined || base.length < 3) return word;
  return /([bdfgmnprt])\1$/.test(base) ? base.slice(0, -1) : base;
}

/** Short forms that programmers write for a word, both ways, as stems. */
const SHORT_FORMS: readonly (readonly [string, string])[] = [
  ['application', 'app'],
  ['argument', 'arg'],
  ['authentication', 'auth'],
  ['authorization', 'auth'],
  ['command', 'cmd'],
  ['configuration', 'config'],
  ['connection', 'conn'],
  ['context', 'ctx'],
  ['database', 'db'],
  ['directory', 'dir'],
  ['document', 'doc'],
  ['environment', 'env'],
  ['error', 'err'],
  ['expression', 'expr'],
  ['folder', 'dir'],
  ['function', 'fn'],
  ['identifier', 'id'],
  ['initialize', 'init'],
  ['javascript', 'js'],
  ['language', 'lang'],
  ['message', 'msg'],
  ['parameter', 'param'],
  ['password', 'passwd'],
  ['pointer', 'ptr'],
  ['reference', 'ref'],
  ['regex', 'regexp'],
  ['repository', 'repo'],
  ['request', 'req'],
  ['response', 'res'],
  ['specification', 'spec'],
  ['statement', 'stmt'],
  ['synchronize', 'sync'],
  ['temporary', 'tmp'],
  ['typescript', 'ts'],
  ['variable', 'var'],
  ['windows', 'win'],
];

/** Stems that mean the same as this word in code, the word's own stem left out. */
export function shortForms(word: string): readonly string[] {
  const stem = stemWord(word);
  const found = SHORT_FORMS.flatMap(([long, short]) => {
    const [longStem, shortStem] = [stemWord(long), stemWord(short)];
    if (stem === longStem) return [shortStem];
    return stem === shortStem ? [longStem] : [];
  });
  return [...new Set(found)].filter((other) => other !== stem);
}
