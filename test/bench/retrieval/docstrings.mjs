// D. Doc strings and the functions they were taken from: the text of a function, without its own doc
// string, is to be found by the first paragraph of it.

const DEFINITION =
  /^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(([\s\S]{0,2000}?)\)[ \t]*(?:->[^:\n]+)?:[ \t]*(?:#.*)?\n([ \t]+)[rRuUbB]?("""|''')([\s\S]*?)\5[ \t]*\n/gm;
const LEAST_WORDS = 4;

/** The text without doc strings, and what was taken out: `{name, line, question}`, lines from 1. */
export function withoutDocstrings(text) {
  const functions = [];
  let plain = '';
  let kept = 0;
  for (const match of text.matchAll(DEFINITION)) {
    const [whole, indent, name, , inner, quotes, doc] = match;
    if (inner.length <= indent.length) continue;
    const docStart = match.index + whole.lastIndexOf(`${quotes}${doc}${quotes}`);
    const lineStart = text.lastIndexOf('\n', docStart) + 1;
    const line = `${plain}${text.slice(kept, match.index)}`.split('\n').length;
    // A function of nothing but a doc string must stay one.
    plain += `${text.slice(kept, lineStart)}${inner}pass\n`;
    kept = match.index + whole.length;
    const [paragraph = ''] = doc.trim().split(/\n\s*\n/);
    const question = paragraph.replace(/\s+/g, ' ').trim();
    if (!name.startsWith('test') && question.split(' ').length >= LEAST_WORDS) {
      functions.push({ name, line, question });
    }
  }
  return { text: plain + text.slice(kept), functions };
}
