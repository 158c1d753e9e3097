/**
 * Asks the user before a tool does something. A key that was meant for something else must never
 * answer: what is typed into a draft stays there, and nothing counts until the question has been on
 * the screen for a moment.
 */
import type { ApprovalRequest } from '../../session/events.ts';
import type { ApprovalDecision } from '../../session/ops.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';

export interface ApprovalOptions {
  /** What waits for an answer right now. */
  readonly request: () => ApprovalRequest | undefined;
  /** Something is being written in the input, or chosen in a list of it. */
  readonly hasDraft: () => boolean;
  readonly onAnswer: (requestId: string, decision: ApprovalDecision) => void;
  /** The whole diff or command is wanted. */
  readonly onShowAll: (request: ApprovalRequest) => void;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}
/** What is drawn of it. */
export interface ApprovalView {
  readonly request: ApprovalRequest;
  /** It has the letters; otherwise the input has them, and Tab changes that. */
  readonly isActive: boolean;
}

/** Nobody reads and answers a question faster than this. */
const MIN_SHOWN_MS = 400;
const ANSWERS: Readonly<Record<string, ApprovalDecision>> = { y: 'allow', a: 'always', n: 'deny' };

export class ApprovalPanel implements KeyLayer {
  private readonly options: ApprovalOptions;
  private shownId: string | undefined;
  private shownAt = 0;
  private isChosen = false;
  private answeredId: string | undefined;

  constructor(options: ApprovalOptions) {
    this.options = options;
  }

  /** What is to be drawn; from the first call on the question counts as shown. */
  view(): ApprovalView | undefined {
    const request = this.current();
    return request === undefined ? undefined : { request, isActive: this.isActive() };
  }

  takeKey({ action }: KeyPress): boolean {
    const request = this.current();
    if (request === undefined) return false;
    if (action === 'complete' && this.options.hasDraft()) {
      this.isChosen = !this.isChosen;
      return true;
    }
    if (action !== 'stop' || !this.canAnswer()) return false;
    this.answer(request, 'deny');
    return true;
  }

  takeText(text: string): boolean {
    const request = this.current();
    if (request === undefined || !this.canAnswer()) return false;
    const letter = text.toLowerCase();
    const decision = ANSWERS[letter];
    if (decision !== undefined) this.answer(request, decision);
    else if (letter === 'd') this.options.onShowAll(request);
    // A letter that means nothing here goes into the input only when the panel was not chosen.
    else return this.isChosen;
    return true;
  }

  /** A paste is never an answer. */
  takePaste(): boolean {
    return false;
  }

  private current(): ApprovalRequest | undefined {
    const request = this.options.request();
    if (request === undefined || request.id === this.answeredId) return undefined;
    if (request.id !== this.shownId) {
      this.shownId = request.id;
      this.shownAt = this.options.now();
      this.isChosen = false;
    }
    return request;
  }

  private isActive(): boolean {
    return this.isChosen || !this.options.hasDraft();
  }

  private canAnswer(): boolean {
    return this.isActive() && this.options.now() - this.shownAt >= MIN_SHOWN_MS;
  }

  private answer(request: ApprovalRequest, decision: ApprovalDecision): void {
    this.answeredId = request.id;
    this.options.onAnswer(request.id, decision);
  }
}
