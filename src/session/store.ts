/**
 * The sessions of a project as files: `<stateDir>/projects/<hash of its root>/sessions/<id>.jsonl`.
 *
 * Which session came last is never asked of the clock, which may go back: the file `recent` gets a
 * session's id as a line whenever that session begins to be written.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { errorMessage, ZekeError } from '../platform/errors.ts';
import { type Paths, shortHash } from '../platform/paths.ts';
import { AppendFile } from '../platform/storage/append-file.ts';
import { writeWholeFile } from '../platform/storage/new-file.ts';
import {
  isPresent,
  listFolder,
  makePrivateFolder,
  readSmallFile,
  removeFile,
} from '../platform/storage/private-folder.ts';
import type { SearchResult } from './archive/search.ts';
import { readSummary } from './archive/summary.ts';
import type { ForkOrigin, SessionEvent } from './events.ts';
import {
  appendBodies,
  createJournal,
  type Journal,
  journalText,
  missingSessionError,
  type OpenedJournal,
  openJournal,
  readEvents,
  readJournal,
} from './journal.ts';
import {
  type Claim,
  type ClaimTerms,
  claimSession,
  forgetDeadClaim,
  listClaims,
  type SessionClaim,
} from './share/claim.ts';
import type { SessionState } from './state.ts';
import { cleanTitle } from './title.ts';
import { isFields } from './validate.ts';

/** A line in a list of sessions. */
export interface SessionSummary {
  readonly id: string;
  readonly title: string;
  /** `provider/model` of the next turn. */
  readonly model: string;
  readonly turns: number;
  /** Milliseconds since the epoch, for people; the order of a list is not by this. */
  readonly updatedAt: number;
  readonly sizeBytes: number;
  readonly forkedFrom?: ForkOrigin;
  readonly hasReview?: true;
  /** Why the session cannot be opened; absent when it can. */
  readonly problem?: string;
}

/** A project with sessions, for lists over all of them. */
export interface ProjectSessions {
  /** Real path of the project's root; it may be gone by now. */
  readonly project: string;
  readonly sessions: readonly SessionSummary[];
}

/** Of these 30 characters none is taken for another one; eight of them name a session. */
const ID_CHARACTERS = '23456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 8;
const ID_PATTERN = /^[0-9a-z]{6,32}$/;
const JOURNAL_SUFFIX = '.jsonl';
const PROJECT_FILE = 'project.json';
const CONTENTS_FOLDER = 'contents';
/** `recent` is made short again from here on. */
const RECENT_MAX_BYTES = 64 * 1024;
/** Lists read this many sessions before they let other work run. */
const LIST_BATCH = 50;

/** A new id for a session or an op: random, so that no clock can make two the same. */
export function newId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[randomInt(30)]).join('');
}

/** True for what `newId` makes: ids become file names, and come from outside. */
export function isId(text: string): boolean {
  return ID_PATTERN.test(text);
}

/** Where what belongs to a project is kept; `project` is the real path of its root. */
export function projectFolder(stateDir: string, project: string): string {
  return join(stateDir, 'projects', shortHash(project));
}

/** The sessions of the project whose root has this real path. */
export function createSessionStore(options: {
  readonly paths: Pick<Paths, 'stateDir'>;
  readonly project: string;
  /** What is opened is claimed for this process, so that no other one opens it too. */
  readonly claim?: ClaimTerms;
}): SessionStore {
  const { paths, project, claim } = options;
  return new SessionStore(paths.stateDir, project, claim);
}

/** The sessions of one project. Touches the disk only when a method is called. */
export class SessionStore {
  readonly project: string;
  readonly #folder: string;
  readonly #sessionsFolder: string;
  readonly #claimTerms: ClaimTerms | undefined;

  /** `project` is the real path of the project's root. */
  constructor(stateDir: string, project: string, claimTerms?: ClaimTerms) {
    this.project = project;
    this.#claimTerms = claimTerms;
    this.#folder = projectFolder(stateDir, project);
    this.#sessionsFolder = join(this.#folder, 'sessions');
  }

  /**
   * The project's sessions, the one used last first. Those in which nothing was said are left out.
   * Throws a ZekeError when the folder cannot be read.
   */
  async list(): Promise<readonly SessionSummary[]> {
    const summaries: SessionSummary[] = [];
    for (const [index, id] of this.#ids().entries()) {
      if (index % LIST_BATCH === LIST_BATCH - 1) await yieldToOthers();
      const summary = this.#summary(id);
      if (summary !== undefined) summaries.push(summary);
    }
    const ranks = new Map(this.#recentIds().map((id, index) => [id, index]));
    const rankOf = ({ id }: SessionSummary): number => ranks.get(id) ?? -1;
    const order = (left: SessionSummary, right: SessionSummary): number =>
      rankOf(right) - rankOf(left) ||
      right.updatedAt - left.updatedAt ||
      left.id.localeCompare(right.id);
    return summaries.sort(order);
  }

  /** The session used last, or undefined. Throws as `list` does. */
  async latest(): Promise<SessionSummary | undefined> {
    for (const id of this.#recentIds().toReversed()) {
      const summary = this.#summary(id);
      if (summary !== undefined && summary.problem === undefined) return summary;
    }
    return (await this.list()).find((summary) => summary.problem === undefined);
  }

  /** True when the session has a journal. */
  has(id: string): boolean {
    return isId(id) && isPresent(this.#path(id));
  }

  /** Throws a ZekeError when there is no such session. */
  check(id: string): void {
    if (!isPresent(this.#path(checkedId(id)))) throw missingSessionError(id);
  }

  /** A session's state, read without changing anything. Throws a ZekeError as `open` does. */
  read(id: string): SessionState {
    return readJournal(this.#path(checkedId(id)), this.#seed(id)).state;
  }

  /** Opens a session to go on with it. Throws a ZekeError when that cannot be. */
  open(id: string): OpenedJournal {
    const claim = this.#claim(checkedId(id));
    try {
      const opened = openJournal(this.#path(id), this.#seed(id), claim);
      this.#prepare();
      return opened;
    } catch (error) {
      claim?.release();
      throw error;
    }
  }

  /** All events of a session. Throws a ZekeError as `open` does. */
  readEvents(id: string): readonly SessionEvent[] {
    return readEvents(this.#path(checkedId(id)), id);
  }

  /** Makes a session of these events, all of it or nothing. Throws a ZekeError when it cannot be. */
  write(id: string, events: readonly SessionEvent[]): void {
    this.#prepare();
    writeWholeFile(this.#path(checkedId(id)), journalText(events));
    this.markUsed(id);
  }

  /**
   * The sessions in which every word of `text` was said, the one used last first, with an excerpt
   * around the first hit. Aborted it ends early with what it has. Throws as `list` does.
   */
  async search(text: string, signal?: AbortSignal): Promise<SearchResult> {
    const { searchSessions } = await import('./archive/search.ts');
    const sessions = await this.list();
    return searchSessions({ sessions, text, signal, pathOf: (id) => this.#path(id) });
  }

  /**
   * Gives a session another title; '' is the beginning of its first message. Throws a SessionInUse
   * when another process has it open: that one has to be asked.
   */
  rename(id: string, title: string): void {
    const claim = this.#claimAlone(checkedId(id));
    try {
      const { journal, state, repairs } = openJournal(this.#path(id), this.#seed(id));
      try {
        const failure = appendBodies(journal, state, [
          ...repairs,
          { type: 'session-rename', title: cleanTitle(title) },
        ]);
        if (failure !== undefined) throw failure;
      } finally {
        journal.close({ discard: false });
      }
    } finally {
      claim?.release();
    }
  }

  /**
   * Makes a session that begins with the first turns of another one, all of them without a count,
   * and returns its id. Rejects with a ZekeError when the one cannot be read or the other written.
   */
  async fork(id: string, turnCount = Number.POSITIVE_INFINITY): Promise<string> {
    const { forkSession } = await import('./archive/fork.ts');
    const forkId = newId();
    forkSession(this, id, { turnCount, newId: forkId });
    return forkId;
  }

  /** A session as JSON that `importJson` takes. Rejects with a ZekeError as `open` throws. */
  async exportJson(id: string): Promise<string> {
    const { exportSession } = await import('./archive/transfer.ts');
    return exportSession(this.readEvents(id));
  }

  /**
   * Makes a session of what `exportJson` gave, here or on another machine, and returns its id: the
   * old one where it is free. Rejects with a ZekeError, and leaves nothing, when the text is
   * anything else or a newer Zeke wrote it.
   */
  async importJson(text: string): Promise<string> {
    const { importedEvents } = await import('./archive/transfer.ts');
    const { events, sessionId } = importedEvents(text, {
      project: this.project,
      idFor: (wanted) => (isId(wanted) && !this.has(wanted) ? wanted : newId()),
    });
    this.write(sessionId, events);
    return sessionId;
  }

  /** The journal of a new session. Throws a ZekeError when the folder cannot be written. */
  create(id: string): Journal {
    this.#prepare();
    return createJournal(this.#path(checkedId(id)), this.#claim(id));
  }

  /** The session is the one in use from now on; lists show it first. */
  markUsed(id: string): void {
    appendOnce(this.#recentPath(), id);
  }

  /** Deletes a session for good; false when there was none. Throws a ZekeError when refused. */
  remove(id: string): boolean {
    if (!isId(id)) return false;
    forgetDeadClaim(this.#path(id));
    return removeFile(this.#path(id));
  }

  /**
   * Deletes a session for good with the stored contents that only it names (images, files before
   * and after an edit); false when there was none. Rejects with a ZekeError when refused.
   */
  async delete(id: string): Promise<boolean> {
    if (!this.has(id)) return false;
    const { namedContents, unnamedContents } = await import('./archive/contents.ts');
    const hashes = await namedContents(this.#path(id)).catch(() => new Set<string>());
    if (!this.remove(id)) return false;
    const others = this.#ids().map((other) => this.#path(other));
    // A journal that cannot be read may name any of them: they all stay then.
    const unnamed = await unnamedContents(hashes, others).catch(() => new Set<string>());
    for (const hash of unnamed) removeFile(join(this.#folder, CONTENTS_FOLDER, hash));
    return true;
  }

  /** The sessions that some process has open. Throws a ZekeError when they cannot be read. */
  claims(): readonly SessionClaim[] {
    return listClaims(this.#sessionsFolder);
  }

  /** For a moment's work on a session that nobody has open. */
  #claimAlone(id: string): Claim | undefined {
    return this.has(id) ? claimSession(this.#path(id), { id, address: '' }) : undefined;
  }

  #seed(id: string): { readonly sessionId: string; readonly project: string } {
    return { sessionId: id, project: this.project };
  }

  #claim(id: string): Claim | undefined {
    const terms = this.#claimTerms;
    return terms && claimSession(this.#path(id), { id, ...terms });
  }

  #path(id: string): string {
    return join(this.#sessionsFolder, id + JOURNAL_SUFFIX);
  }

  #recentPath(): string {
    return join(this.#folder, 'recent');
  }

  #ids(): readonly string[] {
    return listFolder(this.#sessionsFolder)
      .filter((name) => name.endsWith(JOURNAL_SUFFIX))
      .map((name) => name.slice(0, -JOURNAL_SUFFIX.length))
      .filter(isId);
  }

  /** Every id once, the one used last at the end. */
  #recentIds(): readonly string[] {
    const ids = (readSmallFile(this.#recentPath()) ?? '').split('\n').filter(isId);
    return [...new Set(ids.toReversed())].reverse();
  }

  #summary(id: string): SessionSummary | undefined {
    try {
      const summary = readSummary(this.#path(id), this.#seed(id));
      const isSaid = summary.turns > 0 || summary.hasReview === true;
      return isSaid || summary.problem !== undefined ? summary : undefined;
    } catch (error) {
      if (!isPresent(this.#path(id))) return undefined;
      const problem = errorMessage(error);
      return { id, title: '', model: '', turns: 0, updatedAt: 0, sizeBytes: 0, problem };
    }
  }

  #prepare(): void {
    makePrivateFolder(this.#folder);
    makePrivateFolder(this.#sessionsFolder);
    const projectFile = join(this.#folder, PROJECT_FILE);
    if (readProjectRoot(projectFile) !== this.project) {
      removeFile(projectFile);
      appendOnce(projectFile, JSON.stringify({ version: 1, root: this.project }));
    }
    const recent = readSmallFile(this.#recentPath()) ?? '';
    if (recent.length > RECENT_MAX_BYTES) {
      const ids = this.#recentIds();
      removeFile(this.#recentPath());
      appendOnce(this.#recentPath(), ids.join('\n'));
    }
  }
}

/** The sessions of every project that has some. Throws a ZekeError when they cannot be read. */
export async function listAllSessions(
  paths: Pick<Paths, 'stateDir'>,
): Promise<readonly ProjectSessions[]> {
  const { stateDir } = paths;
  const found: ProjectSessions[] = [];
  for (const name of listFolder(join(stateDir, 'projects'))) {
    const project = readProjectRoot(join(stateDir, 'projects', name, PROJECT_FILE));
    if (project === undefined || shortHash(project) !== name) continue;
    const sessions = await new SessionStore(stateDir, project).list();
    if (sessions.length > 0) found.push({ project, sessions });
  }
  return found.sort((left, right) => left.project.localeCompare(right.project));
}

function readProjectRoot(path: string): string | undefined {
  const text = readSmallFile(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && typeof value.root === 'string' ? value.root : undefined;
  } catch {
    return undefined;
  }
}

function checkedId(id: string): string {
  if (isId(id)) return id;
  throw new ZekeError('usage', `"${id}" is not the id of a session.`, {
    hint: 'Run `zeke sessions` to see the ones there are.',
  });
}

/** These files help lists; without them everything still works, so a full disk is no error. */
function appendOnce(path: string, line: string): void {
  const file = new AppendFile(path);
  file.append(`${line}\n`);
  file.close();
}

function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
