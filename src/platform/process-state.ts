/**
 * Processes by a name that no later process is taken for: the id and, where the system tells it
 * cheaply (Linux), the moment of its start. Says whether such a process is there, and whether it
 * was stopped (Ctrl+Z, SIGSTOP), which is something else than being busy.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errnoCode } from './errors.ts';

interface Told {
  /** One letter: `R`, `S`, `T` … */
  readonly state: string;
  readonly group: string;
  readonly session: string;
  /** Clock ticks after the machine's start. */
  readonly start: string;
}

const NAME_PATTERN = /^(\d{1,9})(?:\.(\d+))?$/;
/** Stopped by a signal, or by a debugger. */
const STOPPED_STATES: ReadonlySet<string> = new Set(['T', 't']);
/** It has ended, and whoever started it has not asked how: it holds nothing any more. */
const ENDED_STATES: ReadonlySet<string> = new Set(['Z', 'X', 'x']);
/** Fields of `stat` after the program's name, which may hold anything. */
const STATE_FIELD = 0;
const GROUP_FIELD = 2;
const SESSION_FIELD = 3;
const START_FIELD = 19;

/** The name of this process. */
export function ownProcess(): string {
  const start = tellProcess(process.pid)?.start;
  return start === undefined ? String(process.pid) : `${process.pid}.${start}`;
}

/** True for what `ownProcess` makes. */
export function isProcessName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/** False when the process is gone, even if another one has its id by now. */
export function isProcessAlive(name: string): boolean {
  const [, id, start] = NAME_PATTERN.exec(name) ?? [];
  if (id === undefined || !isIdInUse(Number(id))) return false;
  if (start === undefined) return true;
  const told = tellProcess(Number(id));
  return told === undefined || (told.start === start && !ENDED_STATES.has(told.state));
}

/** True when the process is there and does nothing until it is continued. */
export function isProcessStopped(name: string): boolean {
  const [, id, start] = NAME_PATTERN.exec(name) ?? [];
  if (id === undefined || process.platform === 'win32') return false;
  const told = tellProcess(Number(id));
  if (told !== undefined) return told.start === start && STOPPED_STATES.has(told.state);
  // A name with a start is from a system that tells it; when it does not now, nothing is known.
  return start === undefined && STOPPED_STATES.has(askForState(id));
}

/** Calls the listener whenever this process goes on after it was stopped. Returns the undo. */
export function onContinue(listener: () => void): () => void {
  if (process.platform === 'win32') return () => undefined;
  process.on('SIGCONT', listener);
  return () => {
    process.off('SIGCONT', listener);
  };
}

/**
 * Whether a shell may have taken the terminal when this process was stopped. A shell that does such
 * things gives each job a process group of its own: in the group that leads the session nobody does.
 * Where that cannot be known, one may have.
 */
export function isJobOfShell(): boolean {
  const told = tellProcess(process.pid);
  return told === undefined || told.group !== told.session;
}

/** What Linux says of a process; undefined elsewhere, and when it is gone. */
function tellProcess(id: number): Told | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (index: number) => fields[index] ?? '';
    if (fields.length <= START_FIELD) return undefined;
    return {
      state: field(STATE_FIELD),
      group: field(GROUP_FIELD),
      session: field(SESSION_FIELD),
      start: field(START_FIELD),
    };
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The first letter that `ps` has for it; nothing when there is no such process, or no `ps`. */
function askForState(id: string): string {
  const asked = spawnSync('ps', ['-o', 'state=', '-p', id], {
    encoding: 'utf8',
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
    timeout: 1000,
  });
  return (asked.stdout ?? '').trim().slice(0, 1);
}

function isIdInUse(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return errnoCode(error) !== 'ESRCH';
  }
}
