/**
 * Decides whether something that a model wants to do is done, asked about, or refused. Pure: what
 * was allowed so far is passed in and handed back. Rules come from the user's own settings and
 * answers; nothing that a repository holds can add one.
 */
import type { ApprovalsConfig } from '../platform/config/config.ts';
import { isSecretPath } from '../platform/walk/secret-files.ts';
import { type CommandWords, parseCommandLine } from './command-line.ts';

/** What a tool is about to do. */
export type Action =
  /** `path` is relative to the root by real path. */
  | { readonly effect: 'edit'; readonly path: string }
  | {
      readonly effect: 'command';
      readonly command: string;
      /** Whether a path below the root really leads somewhere else. */
      readonly leadsOut: (path: string) => boolean;
    };
export type Verdict = 'allow' | 'ask' | 'deny';

/** The user's settings, with their rules read. */
export interface ApprovalPolicy {
  readonly edit: Verdict;
  readonly command: Verdict;
  readonly commandRules: readonly CommandRule[];
}
/** A command that may run without asking. */
export interface CommandRule {
  /** The words it begins with: the program, and what it is told to do. */
  readonly words: CommandWords;
  /** Options that may follow, and no others. */
  readonly options: readonly string[];
  /** What else may follow. */
  readonly tail: 'nothing' | 'paths' | 'anything';
}
/** What was answered with "always" so far. */
export interface Allowances {
  readonly edits: boolean;
  readonly commandRules: readonly CommandRule[];
}
export const NO_ALLOWANCES: Allowances = { edits: false, commandRules: [] };

/** The settings with their rules read, and the rules that are none. */
export function readPolicy(config: ApprovalsConfig): {
  readonly policy: ApprovalPolicy;
  readonly faults: readonly string[];
} {
  const read = config.allowedCommands.map((text) => ({ text, rule: readRule(text) }));
  const commandRules = read.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  const faults = read.filter(({ rule }) => rule === undefined).map(({ text }) => text);
  return { policy: { edit: config.edit, command: config.command, commandRules }, faults };
}

/** What is to be done with the action. */
export function decide(action: Action, policy: ApprovalPolicy, allowed: Allowances): Verdict {
  if (policy[action.effect] === 'deny') return 'deny';
  if (action.effect === 'edit') {
    if (runsByItself(action.path)) return 'ask';
    return policy.edit === 'allow' || allowed.edits ? 'allow' : 'ask';
  }
  if (policy.command === 'allow') return 'allow';
  const commands = parseCommandLine(action.command);
  const rules = [...policy.commandRules, ...allowed.commandRules];
  const isAllowed =
    commands?.every((words) => rules.some((rule) => fits(rule, words, action.leadsOut))) ?? false;
  return isAllowed ? 'allow' : 'ask';
}

/** What answering "always" would cover, to be read after "always allow". */
export function scopeOf(action: Action): string {
  if (action.effect === 'edit') {
    return runsByItself(action.path)
      ? 'this change alone: other programs run what is in this file'
      : 'edits in this session';
  }
  const commands = parseCommandLine(action.command);
  if (commands === undefined) return 'this command alone: it is more than plain commands';
  return `${commands.map(toRule).map(describeRule).join(' and ')} in this session`;
}

/** What is allowed from now on, after "always" was the answer. */
export function allowAlways(action: Action, allowed: Allowances): Allowances {
  if (action.effect === 'edit') {
    return runsByItself(action.path) ? allowed : { ...allowed, edits: true };
  }
  const rules = (parseCommandLine(action.command) ?? []).map(toRule);
  return { ...allowed, commandRules: [...allowed.commandRules, ...rules] };
}

/** Files that some program runs or obeys by itself; a change of them is always asked about. */
const OBEYED_FOLDERS = new Set(
  '.vscode .idea .husky .github .gitlab .circleci .devcontainer .cargo .claude .cursor'.split(' '),
);
const OBEYED_FILE =
  /^(?:\.git(?:attributes|modules|config|lab-ci\.yml)|\.envrc|\.mcp\.json|\.pre-commit-config\.yaml|lefthook\.ya?ml|package\.json|(?:gnu)?makefile|justfile|\.(?:bash|zsh|profile)\S*|\.exrc|\.nvim(?:rc|\.lua))$/;

function runsByItself(path: string): boolean {
  const folders = path.toLowerCase().split('/');
  const name = folders.pop() ?? '';
  return OBEYED_FILE.test(name) || folders.some((folder) => OBEYED_FOLDERS.has(folder));
}

/**
 * Commands of which other paths are as harmless as the ones that were seen: they look, or they run
 * the project's own tests and builds. Everything else is remembered word by word.
 */
const SAME_FOR_OTHER_PATHS = new Set(
  (
    'git status,git diff,git log,git show,git blame,git ls-files,git add,npm test,npm run *,' +
    'pnpm test,pnpm run *,yarn test,yarn run *,bun test,bun run *,cargo test,cargo check,' +
    'cargo build,cargo clippy,cargo fmt,go test,go vet,go build,zig build *,zig test,' +
    'dotnet test,dotnet build,mix test,deno test,deno lint,deno fmt,pytest,ls,tsc,eslint'
  ).split(','),
);

function toRule(words: CommandWords): CommandRule {
  const [program = '', verb = '', name = ''] = words;
  const candidates: readonly CommandWords[] = [[program], [program, verb], [program, verb, name]];
  const beginning = candidates.find((some, index) => {
    const pattern = index === 2 ? `${program} ${verb} *` : some.join(' ');
    return SAME_FOR_OTHER_PATHS.has(pattern) && some.every((word) => /^\w[\w:.-]*$/.test(word));
  });
  if (beginning === undefined) return { words, options: [], tail: 'nothing' };
  const rest = words.slice(beginning.length);
  const isUsual = rest.every((word) => word.startsWith('-') || isPathInside(word));
  if (!isUsual) return { words, options: [], tail: 'nothing' };
  const options = rest.filter((word) => word.startsWith('-'));
  return { words: beginning, options, tail: 'paths' };
}

/** A rule of the user's own: `npm test`, `git log --oneline`, `ls *`. */
function readRule(text: string): CommandRule | undefined {
  const isOpen = / \*$/.test(text.trim());
  const commands = parseCommandLine(text.trim().replace(/ +\*$/, ''));
  const [words, ...others] = commands ?? [];
  if (words === undefined || others.length > 0) return undefined;
  if (isOpen) return { words, options: [], tail: 'anything' };
  const isOption = (word: string): boolean => word.startsWith('-');
  const firstOption = words.findIndex(isOption);
  const beginning = firstOption === -1 ? words : words.slice(0, firstOption);
  if (beginning.length === 0) return undefined;
  return { words: beginning, options: words.slice(beginning.length), tail: 'paths' };
}

function describeRule({ words, options, tail }: CommandRule): string {
  const text = [...words, ...options].join(' ');
  return tail === 'paths'
    ? `"${text}", also with other paths of the project,`
    : `exactly "${text}"`;
}

function fits(
  rule: CommandRule,
  words: CommandWords,
  leadsOut: (path: string) => boolean,
): boolean {
  if (!rule.words.every((word, index) => words[index] === word)) return false;
  const rest = words.slice(rule.words.length);
  if (rule.tail === 'anything') return true;
  if (rule.tail === 'nothing') return rest.length === 0;
  return rest.every(
    (word) =>
      // A word of the rule itself may always follow: `-n 5` is an option with its value.
      rule.options.includes(word) ||
      (!word.startsWith('-') && isPathInside(word) && !leadsOut(word)),
  );
}

/** A path or name that cannot lead out of the project, to a secret, or to another machine. */
function isPathInside(word: string): boolean {
  if (word === '' || word.startsWith('/') || word.startsWith('~')) return false;
  if (/^[a-z]:|[\\=]|:\/\//i.test(word) || word.split('/').includes('..')) return false;
  // `HEAD:.npmrc` names a file for git.
  const names = word.split(':');
  return !names.some((name) => isSecretPath(name) || `${name}/`.startsWith('.git/'));
}
