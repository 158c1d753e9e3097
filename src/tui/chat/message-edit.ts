/** An earlier message that stands in the input to be changed and sent again. */
import { ZekeError } from '../../platform/errors.ts';
import type { Op, UserInput } from '../../session/ops.ts';
import type { SessionState } from '../../session/state.ts';
import { toUserInput, type WrittenMessage, withCompanions } from './outbox.ts';

interface Edited {
  readonly sessionId: string;
  readonly turnIndex: number;
  readonly message: UserInput;
}

export class MessageEdit {
  private edited: Edited | undefined;

  /** Begins to change the message of a turn; returns its text. Throws a ZekeError without one. */
  begin({ sessionId, turns }: SessionState, turnIndex: number): string {
    const message = turns[turnIndex]?.message;
    if (message === undefined) throw new ZekeError('usage', 'There is no such message.');
    this.edited = { sessionId, turnIndex, message };
    return message.kind === 'command' ? `!${message.text}` : message.text;
  }

  end(): void {
    this.edited = undefined;
  }

  /** A line that says what sending would do. */
  note(): string | undefined {
    if (this.edited === undefined) return undefined;
    const number = this.edited.turnIndex + 1;
    return `Changing message ${number}: Enter goes on from there in a fork, Ctrl+C leaves it.`;
  }

  /** What is sent for what was written: the fork first where an earlier message was changed. */
  take(written: WrittenMessage): readonly Op[] {
    const { edited } = this;
    this.edited = undefined;
    if (edited === undefined) return [{ type: 'send', message: toUserInput(written) }];
    const message = toUserInput(withCompanions(written, edited.message));
    return [
      { type: 'fork', turnCount: edited.turnIndex },
      { type: 'send', message },
    ];
  }
}
