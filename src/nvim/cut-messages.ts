/**
 * Messages that leave the conversation to be written again, in a Neovim that was told them cut: what
 * it sends in their place is whole again, as far as it was left as it was.
 */
import type { Op, UserInput } from '../session/ops.ts';
import type { SessionState } from '../session/state.ts';
import { cutText } from './editor-state.ts';

type Attachment = NonNullable<UserInput['attachments']>[number];

/** Nobody has more of them in hand at once. */
const MAX_REMEMBERED = 50;

export class CutMessages {
  #attachments: readonly Attachment[] = [];

  /** To be called with each op before it is carried out. */
  remember(op: Op, { turns, queue }: Pick<SessionState, 'turns' | 'queue'>): void {
    let message: UserInput | undefined;
    if (op.type === 'fork') message = turns[op.turnCount]?.message;
    if (op.type === 'unqueue') {
      message = queue.find(({ turnId }) => turnId === op.turnId)?.message;
    }
    const cut = (message?.attachments ?? []).filter(({ text }) => cutText(text) !== text);
    this.#attachments = [...this.#attachments, ...cut].slice(-MAX_REMEMBERED);
  }

  whole(message: UserInput): UserInput {
    if (message.attachments === undefined || this.#attachments.length === 0) return message;
    return { ...message, attachments: message.attachments.map((one) => this.#whole(one)) };
  }

  #whole(attachment: Attachment): Attachment {
    const isSame = ({ label, text }: Attachment) =>
      label === attachment.label && cutText(text) === attachment.text;
    return this.#attachments.findLast(isSame) ?? attachment;
  }
}
