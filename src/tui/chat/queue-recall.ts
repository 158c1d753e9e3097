/**
 * Takes a message that waits back into the input: Up where nothing is written. The message is only
 * ours once the session says that our asking took it; somebody else may have been faster.
 */
import type { ImageRef, UserInput } from '../../session/ops.ts';
import type { SessionPort } from '../../session/port.ts';
import type { QueuedMessage, SessionState } from '../../session/state.ts';
import type { Chip } from '../input/editor.ts';
import type { KeyLayer, KeyPress } from '../key-layer.ts';

export interface QueueRecallOptions {
  readonly port: SessionPort;
  readonly isInputEmpty: () => boolean;
  /** The key that does it, as people say it. */
  readonly key: () => string;
  /** The message is ours again. */
  readonly onTaken: (text: string, chips: readonly Chip[]) => void;
  readonly onHint: (hint: string) => void;
}

interface Asked {
  readonly opId: string;
  readonly sessionId: string;
  readonly queued: QueuedMessage;
}

export class QueueRecall implements KeyLayer {
  private readonly options: QueueRecallOptions;
  private asked: Asked | undefined;

  constructor(options: QueueRecallOptions) {
    this.options = options;
  }

  /** What could be done right now. */
  hint(): string | undefined {
    const { port, isInputEmpty, key } = this.options;
    const { queue } = port.getState();
    if (queue.length === 0 || !isInputEmpty()) return undefined;
    return `${key()} takes the ${queue.length === 1 ? '' : 'last '}queued message back.`;
  }

  takeKey({ action }: KeyPress): boolean {
    const { port, isInputEmpty } = this.options;
    if (action !== 'previous' || !isInputEmpty()) return false;
    if (this.asked !== undefined) return true;
    const { sessionId, queue } = port.getState();
    const queued = queue.at(-1);
    if (queued === undefined) return false;
    const opId = crypto.randomUUID().replaceAll('-', '');
    this.asked = { opId, sessionId, queued };
    port.send({ type: 'unqueue', turnId: queued.turnId }, opId);
    return true;
  }

  takeText(): boolean {
    return false;
  }

  takePaste(): boolean {
    return false;
  }

  /** Looks what came of it; to be called after every change of the state. */
  look(state: SessionState): void {
    const { asked, options } = this;
    if (asked === undefined) return;
    const { turnId, message } = asked.queued;
    const isSame = state.sessionId === asked.sessionId;
    const isTaken = state.undoOps.includes(asked.opId);
    if (isSame && !isTaken && state.queue.some((queued) => queued.turnId === turnId)) return;
    this.asked = undefined;
    if (isTaken) {
      const { text, chips } = writtenAgain(message);
      options.onTaken(text, chips);
    } else if (isSame) {
      const isTurn = ({ id }: { readonly id: string }) => id === turnId;
      const hasBegun = [state.running, ...state.turns].some((turn) => turn && isTurn(turn));
      options.onHint(
        hasBegun ? 'That message is being answered.' : 'Another terminal has taken it back.',
      );
    }
  }
}

/** The message as it is typed, with what came along as chips. */
function writtenAgain(message: UserInput): {
  readonly text: string;
  readonly chips: readonly Chip[];
} {
  const { attachments = [], images = [] } = message;
  const chips: readonly Chip[] = [...attachments, ...images.map(imageChip)];
  const missing = chips.filter(({ label }) => !message.text.includes(label));
  return { text: [typedText(message), ...missing.map(({ label }) => label)].join('\n'), chips };
}

function imageChip(image: ImageRef): Chip {
  return { label: image.label, text: image.label, image };
}

function typedText({ kind, text }: UserInput): string {
  if (kind === 'command') return `!${text}`;
  if (kind !== undefined) return `/${kind} ${text}`.trimEnd();
  // A message that begins like a command is told apart by a space.
  return text.startsWith('!') ? ` ${text}` : text;
}
