/** Which role of the theme a word of a language has. */
import type { Style } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';

/** By the name that a definition gives to a token; what is not here is plain. */
const ROLES: ReadonlyMap<string, keyof Theme> = new Map([
  ...names(
    'keyword',
    'keyword controlKeyword operatorKeyword definitionKeyword moduleKeyword self',
  ),
  ...names('keyword', 'modifier statement'),
  ...names('string', 'string character regexp url link quoted attributeValue docString'),
  ...names('number', 'number integer float unit color'),
  ...names('comment', 'comment lineComment blockComment docComment'),
  ...names('constant', 'atom bool null literal escape meta annotation processingInstruction'),
  ...names('constant', 'documentMeta labelName label'),
  ...names('type', 'type typeName className namespace qualifier'),
  ...names('function', 'builtin macroName function'),
  ...names('property', 'property propertyName prop attribute attributeName definition def'),
  ...names('operator', 'operator arithmeticOperator logicOperator compareOperator'),
  ...names('tag', 'tag tagName angleBracket'),
  ...names('heading', 'header heading'),
  ...names('strong', 'strong'),
  ...names('emphasis', 'emphasis'),
  ...names('quote', 'quote'),
  ...names('added', 'inserted'),
  ...names('removed', 'deleted'),
]);
/** What a name before a bracket calls. */
const CALLABLE = /^(?:variable|variableName|def|property|propertyName|prop|method)(?:[.-]|$)/;
/** Names that the definition says more about after a dot. */
const REFINED: ReadonlyMap<string, keyof Theme> = new Map([
  ['variableName.constant', 'constant'],
  ['variableName.function', 'function'],
  ['variableName.standard', 'function'],
]);

function names(role: keyof Theme, tokens: string): [string, keyof Theme][] {
  return tokens.split(' ').map((token) => [token, role]);
}

export interface Token {
  /** What the definition says, such as `variableName.definition`; some say nothing at all. */
  readonly name: string | null | undefined;
  readonly text: string;
  /** The character after it. */
  readonly next: string | undefined;
}

/** The looks of a token. */
export function tokenStyle({ name, text, next }: Token, theme: Theme): Style {
  const [first = ''] = name?.split(' ') ?? [];
  if (first === '') return '';
  if (next === '(' && CALLABLE.test(first)) return theme.function;
  const role = REFINED.get(first) ?? ROLES.get(first.split('.')[0] ?? '');
  if (role === 'string' && next === ':') return theme.property;
  // Some definitions count the dot of `a.b` among the numbers.
  if (role === undefined || (role === 'number' && text === '.')) return '';
  return theme[role];
}
