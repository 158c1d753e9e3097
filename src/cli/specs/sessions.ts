/** Spec of `zeke sessions`. Data only. */
import type { CommandSpec } from '../command.ts';
import { JSON_OPTION } from './options.ts';

export const SESSIONS_COMMAND: CommandSpec = {
  name: 'sessions',
  summary: 'List, search, read, rename, fork, move and delete conversations',
  description:
    'Conversations belong to the project they were held in. An id may be shortened as long as it ' +
    'is clear. "zeke chat --session <id>" goes on with one. "search" takes words and finds the ' +
    'conversations in which all of them were said. "export" writes Markdown, or with --json a ' +
    'file that "import" takes, here or on another machine; "import" reads standard input when ' +
    'no file is named.',
  arguments: [
    {
      name: 'action',
      description: 'What to do; list where absent',
      isOptional: true,
      choices: ['list', 'show', 'search', 'rename', 'fork', 'export', 'import', 'delete'],
    },
    {
      name: 'id',
      description:
        'Session; words for search, a new title after the id for rename, files for import',
      isOptional: true,
      isRepeated: true,
      completes: 'file',
    },
  ],
  options: [
    JSON_OPTION,
    { name: 'all', description: 'Sessions of every project' },
    { name: 'turns', value: 'N', description: 'How many turns a fork begins with; else all' },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      completes: 'file',
      description: 'Where export writes; JSON when the name ends in .json',
    },
    { name: 'force', description: 'Let export overwrite a file' },
  ],
  examples: [
    { command: 'zeke sessions', description: 'The sessions of this project' },
    { command: 'zeke sessions search retry limit', description: 'Where was that said?' },
    { command: 'zeke sessions show k7m2x9qd', description: 'Read one' },
    {
      command: 'zeke sessions fork k7m2x9qd --turns 1',
      description: 'Go another way after a turn',
    },
    { command: 'zeke sessions export k7m2x9qd -o talk.md', description: 'Keep one as Markdown' },
    { command: 'zeke sessions delete k7m2x9qd', description: 'Delete one for good' },
  ],
  load: () => import('../commands/sessions.ts'),
};
