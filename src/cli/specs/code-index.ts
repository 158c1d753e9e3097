/** Spec of `zeke index`. Data only. */
import type { CommandSpec } from '../command.ts';
import { JSON_OPTION } from './options.ts';

export const INDEX_COMMAND: CommandSpec = {
  name: 'index',
  summary: 'Ask the code index: which lines matter, who defines, who refers, what imports what',
  description:
    'The index of a project is made by the first question and kept; later ones read only what ' +
    'changed. Every action brings it up to date first. "search" takes a question in plain words ' +
    'or code; with --exact or --regex it finds lines instead. "context" collects what belongs ' +
    'before the eyes of whoever answers a question, works at --cursor, or reviews the diff that ' +
    'is piped in with --diff. "map" shows the most important definitions of the project. "watch" ' +
    'prints the paths that change, until it is interrupted.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; status where absent',
      isOptional: true,
      choices: [
        'build',
        'status',
        'search',
        'symbols',
        'refs',
        'outline',
        'imports',
        'files',
        'map',
        'context',
        'watch',
      ],
    },
    {
      name: 'words',
      description: 'A question, a name, a pattern or a file, as the action takes it',
      isOptional: true,
      isRepeated: true,
      completes: 'file',
    },
  ],
  options: [
    JSON_OPTION,
    { name: 'limit', value: 'N', description: 'At most this many results; 20 where absent' },
    { name: 'tokens', value: 'N', description: 'Budget of context (8000) and map (2000)' },
    { name: 'exact', description: 'search: lines that hold the words as they stand' },
    { name: 'regex', description: 'search: lines that match a regular expression' },
    { name: 'word', description: 'search --exact or --regex: only whole words' },
    { name: 'case', description: 'search --exact or --regex: capitals matter' },
    {
      name: 'in',
      value: 'PATH',
      isRepeated: true,
      completes: 'directory',
      description: 'search --exact or --regex: only below this folder or file',
    },
    { name: 'kind', value: 'KIND', isRepeated: true, description: 'symbols: only of this kind' },
    { name: 'cursor', value: 'FILE:LINE', description: 'search, context: where the user stands' },
    {
      name: 'open',
      value: 'FILE',
      isRepeated: true,
      completes: 'file',
      description: 'search, context, map: a file that the user has open',
    },
    { name: 'diff', description: 'context: for the diff on standard input' },
    { name: 'text', description: 'search, context: print the lines too' },
    { name: 'force', description: 'build: read every file again' },
  ],
  examples: [
    { command: 'zeke index', description: 'What is known of this project' },
    { command: 'zeke index search "where is the retry logic?"', description: 'Best places first' },
    { command: 'zeke index search --exact "TODO"', description: 'Lines that hold a text' },
    { command: 'zeke index search --regex "fetch\\w*\\(" --in src', description: 'By pattern' },
    { command: 'zeke index symbols parsdiff', description: 'A definition by a part of its name' },
    { command: 'zeke index refs parseDiff', description: 'Who uses it' },
    { command: 'zeke index outline src/app.ts', description: 'What a file defines' },
    { command: 'zeke index map --tokens 1000', description: 'The project on one page' },
    {
      command: 'git diff | zeke index context --diff --tokens 4000',
      description: 'What a reviewer of this change should see',
    },
  ],
  load: () => import('../commands/code-index.ts'),
};
