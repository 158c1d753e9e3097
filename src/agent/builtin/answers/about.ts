/** What the built-in engine can do and what it cannot. */

/** The answer to a greeting and to "what can you do?". */
export function describeAbilities(): string {
  return `I can look things up in this project:

- "where is the retry logic?", "how are sessions stored?": the definitions and lines it is about
- "explain src/app.ts" or "explain src/app.ts:10-40": what a file defines, imports and who uses it
- "who calls parseConfig?", "where is parseConfig defined?"
- "list files in src/", "what does this project do?"
- \`git diff | zeke review\`: a review by rules (secrets, conflict markers, leftovers and more)

I cannot write, change or judge code, and I know nothing beyond these files. For that, choose a
model with \`/model\` or \`--model\`; \`zeke models\` shows what is there.
`;
}

/** Said before the places that a wish for new code is about. */
export function describeWriting(): string {
  return `Writing or changing code takes a language model: choose one with \`/model\` or \`--model\`. These are
the places in the project that this is about:

`;
}
