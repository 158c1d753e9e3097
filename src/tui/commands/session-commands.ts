/** Commands about sessions: another one, a fork, a file, an end. */
import { ZekeError } from '../../platform/errors.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import { confirmList, sessionList, turnList } from '../picker/lists.ts';
import type { ExportRequest } from '../services.ts';
import { sessionArguments } from './arguments.ts';
import { type Chat, type SlashCommand, words } from './command.ts';

/** `/history` prints this many turns at once. */
const HISTORY_TURNS = 20;

export const SESSION_COMMANDS: readonly SlashCommand[] = [
  {
    name: 'clear',
    summary: 'The model forgets the conversation; the session keeps it',
    run: (chat) => chat.send({ type: 'clear' }),
  },
  {
    name: 'new',
    summary: 'Start a new session',
    run: (chat) => chat.send({ type: 'open-session' }),
  },
  {
    name: 'resume',
    argument: '[text]',
    complete: sessionArguments,
    summary: 'Go on with an earlier session of this project',
    details:
      'Typing filters the titles at once, and finds what was said in a session from two letters on.',
    run: resume,
  },
  { name: 'sessions', argument: '[text]', summary: 'The same as /resume', run: resume },
  {
    name: 'rename',
    argument: '<title>',
    summary: 'Give the session a title',
    run: (chat, title) => {
      if (title === '') {
        throw new ZekeError('usage', 'Say how: /rename login test', {
          hint: `It is called ${JSON.stringify(chat.state().title)} now.`,
        });
      }
      chat.send({ type: 'rename', title });
    },
  },
  {
    name: 'fork',
    argument: '[turn]',
    summary: 'Go on in a copy of the session, after one of its turns',
    details: 'The session that you are in stays as it is. Without a number you choose the turn.',
    run: fork,
  },
  {
    name: 'history',
    argument: '[turn]',
    summary: 'Print earlier turns again, from this one on',
    run: printHistory,
  },
  {
    name: 'export',
    argument: '[markdown|json] [file]',
    summary: 'Write the conversation to a new file',
    complete: async () => words(['markdown', 'json']),
    details: 'A file that is there is never overwritten. JSON can be imported again.',
    run: exportSession,
  },
  {
    name: 'import',
    argument: '<file>',
    summary: 'Open a conversation that was exported as JSON',
    details:
      'It becomes a session of this project, called as it was where that name is free. The changes of files in it are not taken over.',
    run: importSession,
  },
  {
    name: 'delete',
    summary: 'Delete an earlier session for good',
    run: (chat) => {
      const { sessionId } = chat.state();
      const title = 'Which session is to be deleted? You are asked again';
      chat.openList(
        sessionList(chat.services, { title, currentId: sessionId }, ({ id, label }) =>
          confirmDelete(chat, id, label),
        ),
      );
    },
  },
];

function resume(chat: Chat, argument: string): void {
  const { sessionId } = chat.state();
  const open = (id: string) => chat.send({ type: 'open-session', sessionId: id });
  const title = 'Go on with a session';
  chat.openList(
    sessionList(chat.services, { title, currentId: sessionId }, ({ id }) => open(id)),
    argument,
  );
}

function fork(chat: Chat, argument: string): void {
  const state = chat.state();
  const count = state.turns.length;
  if (count === 0) throw new ZekeError('usage', 'There is no turn yet to fork after.');
  const go = (turnCount: number) => chat.send({ type: 'fork', turnCount });
  if (argument !== '') {
    go(turnNumber(argument, count));
    return;
  }
  const options = { title: 'Fork after which turn?', isWanted: () => true };
  chat.openList(turnList(state, options, ({ id }) => go(Number(id) + 1)));
}

function printHistory(chat: Chat, argument: string): void {
  const count = chat.state().turns.length;
  if (count === 0) {
    chat.say('Nothing was said yet.');
    return;
  }
  const last = Math.max(0, count - HISTORY_TURNS);
  const usual = Math.max(0, last - HISTORY_TURNS);
  const from = argument === '' ? usual : turnNumber(argument, count) - 1;
  const to = Math.min(from + HISTORY_TURNS, count);
  chat.say(`Turns ${from + 1} to ${to} of ${count}:`);
  chat.printTurns(from, to);
  if (from > 0) chat.say(`/history ${Math.max(1, from + 1 - HISTORY_TURNS)} shows those before.`);
}

function turnNumber(text: string, count: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= count) return number;
  throw new ZekeError('usage', `A turn is a number from 1 to ${count}.`);
}

async function exportSession(chat: Chat, argument: string): Promise<void> {
  const { sessionId } = chat.state();
  const [, name, rest = ''] = /^(?:(markdown|md|json)(?=\s|$))?\s*([\s\S]*)$/.exec(argument) ?? [];
  const path = rest.trim();
  const isJson = name === 'json' || (name === undefined && path.endsWith('.json'));
  const format: ExportRequest['format'] = isJson ? 'json' : 'markdown';
  const request = { sessionId, format, ...(path === '' ? {} : { path }) };
  const written = await chat.services.exportSession?.(request);
  if (written === undefined) throw new ZekeError('usage', 'Nothing can be written from here.');
  chat.say(`Wrote the conversation to ${sanitizeLine(written)}`);
}

async function importSession(chat: Chat, path: string): Promise<void> {
  if (path === '') throw new ZekeError('usage', 'Say which file: /import talk.json');
  const sessionId = await chat.services.importSession?.(path);
  if (sessionId === undefined) throw new ZekeError('usage', 'Nothing can be read from here.');
  chat.send({ type: 'open-session', sessionId });
}

function confirmDelete(chat: Chat, id: string, label: string): void {
  const question = {
    title: `Delete "${label}" for good?`,
    keep: 'Keep it',
    go: 'Delete it; nothing can bring it back',
  };
  const remove = async () => {
    await chat.services.deleteSession?.(id);
    chat.say(`Deleted "${label}".`);
  };
  chat.openList(
    confirmList(question, () => {
      remove().catch((error: unknown) => chat.fail(error));
    }),
  );
}
