/** What a question asks for, as far as rules can tell. Pure: looks at the words alone. */

export type Intent =
  /** A greeting, or the question what Zeke can do. */
  | { readonly kind: 'about' }
  | { readonly kind: 'project' }
  | { readonly kind: 'files'; readonly pattern: string }
  /** A path with or without lines, or the name of a definition. */
  | { readonly kind: 'explain'; readonly target: string }
  | { readonly kind: 'uses'; readonly name: string }
  | { readonly kind: 'definition'; readonly name: string }
  /** Asks for text or code to be written, which takes a language model. */
  | { readonly kind: 'write' }
  | { readonly kind: 'search' };

/** A name or path, with or without quotes around it. */
const TARGET =
  '[`"\'“]?(?<target>@?[\\p{L}\\p{N}_$#][\\p{L}\\p{N}_$./\\\\:#@-]*)[`"\'”]?(?:\\(\\))?';

const RULES: readonly (readonly [RegExp, (target: string) => Intent])[] = [
  [
    /^(?:hi|hello|hey|yo|help|thanks?|thank you|good (?:morning|evening|day))\b[\s\p{P}]*(?:zeke|there)?[\s\p{P}]*$/iu,
    () => ({ kind: 'about' }),
  ],
  [/\b(?:what can you do|who are you|what are you|how do you work)\b/i, () => ({ kind: 'about' })],
  [
    /\b(?:what (?:does|is|do) (?:this|the|that)? ?(?:project|repo(?:sitory)?|codebase|program|package|library|app(?:lication)?)\b(?! (?:file|path|root))|(?:describe|explain|summari[sz]e|overview of|introduce me to) (?:this|the) (?:project|repo(?:sitory)?|codebase)|^overview$|project overview)/i,
    () => ({ kind: 'project' }),
  ],
  [
    /^(?:please\s+)?(?:list|show|ls|find|which|what)\b(?:\s+(?:me|all|the|every|are|is|there))*\s+(?:files?|paths)\b(?:\s+(?:are|there|exist))*(?:\s+(?:in|under|of|below|inside|matching|named|called|like|for|from)\s+(?:the\s+)?(?<target>[^\s?]+))?/i,
    (target) => ({ kind: 'files', pattern: target }),
  ],
  [
    new RegExp(
      `\\bwho\\s+(?:calls|uses|imports|references|depends\\s+on)\\s+(?:the\\s+)?(?:function\\s+|class\\s+|method\\s+)?${TARGET}`,
      'iu',
    ),
    (target) => ({ kind: 'uses', name: target }),
  ],
  [
    new RegExp(
      `\\bwhere\\s+(?:is|are|do\\s+we\\s+use)\\s+(?:the\\s+)?(?:function\\s+|class\\s+|method\\s+)?${TARGET}\\s+(?:used|called|imported|referenced)\\b`,
      'iu',
    ),
    (target) => ({ kind: 'uses', name: target }),
  ],
  [
    new RegExp(
      `\\b(?:callers?|usages?|uses|users|references?)\\s+(?:of|to|for)\\s+(?:the\\s+)?(?:function\\s+|class\\s+|method\\s+)?${TARGET}`,
      'iu',
    ),
    (target) => ({ kind: 'uses', name: target }),
  ],
  [
    new RegExp(
      `\\bwhere\\s+(?:is|are)\\s+(?:the\\s+)?(?:function\\s+|class\\s+|type\\s+|method\\s+)?${TARGET}\\s+(?:defined|declared)\\b`,
      'iu',
    ),
    (target) => ({ kind: 'definition', name: target }),
  ],
  [
    new RegExp(`\\bdefinition\\s+of\\s+(?:the\\s+)?${TARGET}`, 'iu'),
    (target) => ({ kind: 'definition', name: target }),
  ],
  [
    new RegExp(
      `^(?:please\\s+)?(?:explain|describe|outline|summari[sz]e|walk\\s+me\\s+through)\\s+(?:to\\s+me\\s+)?(?:the\\s+)?(?:file\\s+|function\\s+|class\\s+)?${TARGET}[\\s.?!]*$`,
      'iu',
    ),
    (target) => ({ kind: 'explain', target }),
  ],
  [
    new RegExp(
      `^what\\s+(?:does|is|do)\\s+(?:the\\s+|an?\\s+)?(?:file\\s+|function\\s+|class\\s+)?${TARGET}(?:\\s+(?:do|for|about|mean))?[\\s.?!]*$`,
      'iu',
    ),
    (target) => ({ kind: 'explain', target }),
  ],
  [
    /^(?:please\s+|can you\s+|could you\s+)*(?:write|implement|add|create|generate|fix|refactor|rewrite|rename|change|convert|port|translate|improve|optimi[sz]e|remove|delete|make)\b/i,
    () => ({ kind: 'write' }),
  ],
];

const MAX_QUESTION_CHARACTERS = 500;

/** The first rule that fits; a search where none does. */
export function readIntent(text: string): Intent {
  // What follows the first line is pasted more often than asked.
  const question = (text.trim().split('\n')[0] ?? '').slice(0, MAX_QUESTION_CHARACTERS);
  if (question === '') return { kind: 'about' };
  for (const [pattern, toIntent] of RULES) {
    const match = pattern.exec(question);
    if (match !== null) return toIntent(cleanTarget(match.groups?.target ?? ''));
  }
  return { kind: 'search' };
}

function cleanTarget(target: string): string {
  return target.replace(/^[@`"'“]+|[`"'”.,;:!?]+$/g, '');
}
