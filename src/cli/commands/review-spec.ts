/** What `zeke review` takes. Data only: nothing is loaded before it runs. */
import type { CommandSpec, OptionSpec } from '../command.ts';

const SEVERITY_CHOICES = ['info', 'minor', 'major', 'critical'];

const SOURCE_OPTIONS: readonly OptionSpec[] = [
  { name: 'staged', description: 'Review what the next commit would hold' },
  {
    name: 'base',
    value: 'REF',
    description: 'Review everything since this branch left REF, uncommitted changes included',
  },
  {
    name: 'pr-file',
    value: 'FILE',
    completes: 'file',
    description: 'Review the diff in FILE (- is standard input)',
  },
];

const REPORT_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'format',
    short: 'f',
    value: 'FORMAT',
    choices: ['text', 'markdown', 'json', 'sarif', 'quickfix', 'github'],
    description: 'Form of the report',
  },
  {
    name: 'fail-on',
    value: 'SEVERITY',
    choices: [...SEVERITY_CHOICES, 'never'],
    description: 'Exit with 1 when a finding is at least this severe; major by default',
  },
  {
    name: 'severity',
    value: 'SEVERITY',
    choices: SEVERITY_CHOICES,
    description: 'Show no findings below this severity',
  },
  {
    name: 'include',
    value: 'GLOB',
    isRepeated: true,
    description: 'Review only paths that match, as in .gitignore; may be given more than once',
  },
  {
    name: 'exclude',
    value: 'GLOB',
    isRepeated: true,
    description: 'Leave out paths that match; may be given more than once',
  },
  {
    name: 'baseline',
    value: 'FILE',
    completes: 'file',
    description: 'Keep quiet about the findings that FILE knows',
  },
  {
    name: 'write-baseline',
    value: 'FILE',
    completes: 'file',
    description: 'Write all findings to FILE, for --baseline, and exit with 0',
  },
  {
    name: 'concurrency',
    value: 'N',
    description: 'Requests to the model at the same time (1 to 32)',
  },
  { name: 'progress', description: 'Show progress on standard error even when it is no terminal' },
];

export const REVIEW_COMMAND: CommandSpec = {
  name: 'review',
  summary: 'Review a diff from a pipe, the index or a range of commits',
  description:
    'Built-in rules look at every diff and cost nothing; the model, where there is one, reads the ' +
    'changes with the code around them. --model builtin is rules alone. Without input and without ' +
    'a range, the changes since the last commit are reviewed. Exits with 1 when a finding is at ' +
    'least as severe as --fail-on says.',
  arguments: [
    { name: 'range', description: 'Commits, as in main..HEAD, or one commit', isOptional: true },
  ],
  options: [...SOURCE_OPTIONS, ...REPORT_OPTIONS],
  examples: [
    { command: 'git diff | zeke review', description: 'Review what you changed' },
    { command: 'zeke review --staged', description: 'Review what you are about to commit' },
    { command: 'zeke review --base main --format markdown', description: 'Review a branch' },
    {
      command: 'zeke review --model builtin --format github HEAD~1..HEAD',
      description: 'Annotate a commit in CI, without a model',
    },
  ],
  load: () => import('./review.ts'),
};
