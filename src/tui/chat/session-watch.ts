/**
 * Follows the conversation for the screen: what happens goes into the transcript, other sessions
 * are announced, and the user is told when the model's context gets full.
 */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { SessionEvent } from '../../session/events.ts';
import type { Op } from '../../session/ops.ts';
import type { Client, SessionPort } from '../../session/port.ts';
import type { SessionState } from '../../session/state.ts';
import { contextShare } from '../frame/status.ts';
import type { TuiServices } from '../services.ts';
import { type Line, plainLine } from '../styled-text.ts';
import type { Theme } from '../theme/theme.ts';
import type { Transcript } from '../transcript/transcript.ts';

export interface SessionWatchOptions {
  readonly port: SessionPort;
  readonly services: TuiServices;
  readonly transcript: Transcript;
  readonly theme: () => Theme;
  /** What is wrong with the settings; said once, below the banner. */
  readonly warnings: readonly string[];
  /** Something that is drawn has changed. */
  readonly onChange: () => void;
  /** Another session is open from now on. */
  readonly onSession: () => void;
  readonly onHint: (hint: string) => void;
}

/** From this share of the context on, /compact is offered. */
const NEARLY_FULL_SHARE = 0.95;

export class SessionWatch {
  private readonly options: SessionWatchOptions;
  private readonly unsubscribes: readonly (() => void)[];
  private branchName: string | undefined;
  private sessionId = '';
  /** This front end has asked for another session. */
  private isOwnSwitch = false;
  private isStopped = false;

  constructor(options: SessionWatchOptions) {
    this.options = options;
    const { port, onChange } = options;
    this.unsubscribes = [
      port.subscribe((events, state) => {
        this.take(events, state);
        onChange();
      }),
      port.subscribeClients(onChange),
    ];
    if (port.getState().sessionId !== '') this.open(port.getState());
  }

  /** The branch that is checked out, as it was when a turn last ended. */
  branch(): string | undefined {
    return this.branchName;
  }

  clients(): readonly Client[] {
    return this.options.port.getClients();
  }

  /** Sends an op, and remembers what will come of it for this front end alone. */
  send(op: Op): void {
    if (op.type === 'open-session' || op.type === 'fork') this.isOwnSwitch = true;
    if (op.type === 'approve') this.options.transcript.markAnswered(op.requestId, op.decision);
    const id = crypto.randomUUID().replaceAll('-', '');
    if (op.type === 'share-review') this.options.transcript.markShared(id);
    this.options.port.send(op, id);
  }

  /** Asks for the branch; commands of a turn may have switched it. */
  async refreshBranch(): Promise<void> {
    try {
      this.branchName = await this.options.services.gitBranch?.();
    } catch {
      // The status line goes without it, as outside of a repository.
      this.branchName = undefined;
    }
    if (!this.isStopped) this.options.onChange();
  }

  stop(): void {
    this.isStopped = true;
    for (const unsubscribe of this.unsubscribes) unsubscribe();
  }

  private take(events: readonly SessionEvent[], state: SessionState): void {
    if (events.length === 0) {
      if (state.sessionId === this.sessionId) this.options.transcript.catchUp(state);
      else this.open(state);
      return;
    }
    this.options.transcript.apply(events);
    if (!events.some(({ type }) => type === 'turn-end')) return;
    void this.refreshBranch();
    this.warnWhenFull(state);
  }

  private open(state: SessionState): void {
    const { transcript, onSession } = this.options;
    const theme = this.options.theme();
    const before = this.sessionId;
    const isFirst = before === '';
    this.sessionId = state.sessionId;
    // What was found on this machine stands above the conversation, not below what was said.
    const heading = isFirst
      ? this.banner()
      : [plainLine(this.heading(state, before), theme.heading)];
    this.isOwnSwitch = false;
    transcript.open(state, heading);
    onSession();
  }

  private banner(): readonly Line[] {
    const { services, warnings } = this.options;
    const theme = this.options.theme();
    return [...services.bannerLines, ...warnings].map((line) =>
      plainLine(sanitizeLine(line), theme.muted),
    );
  }

  /** What the session is called, and what another terminal has done to open it. */
  private heading(state: SessionState, before: string): string {
    const title = sanitizeLine(state.title);
    if (this.isOwnSwitch) return title === '' ? 'A new session.' : title;
    const { forkedFrom, turns } = state;
    if (forkedFrom?.sessionId === before && forkedFrom.turnCount === turns.length) {
      return `Another terminal went on in a fork: ${title || 'no title'}`;
    }
    return title === ''
      ? 'Another terminal started a new session.'
      : `Another terminal opened: ${title}`;
  }

  private warnWhenFull(state: SessionState): void {
    const share = contextShare(state, this.options.services.contextTokens(state.model));
    if (share === undefined || share < NEARLY_FULL_SHARE) return;
    this.options.onHint('The context of the model is nearly full: /compact makes room.');
  }
}
