/** What is sent when Enter is pressed: a message, a shell command, or an earlier message changed. */
import type { Attachment, ImageRef, UserInput } from '../../session/ops.ts';
import { mentionsIn } from '../input/completion.ts';

/** What was written, with what came along. */
export interface WrittenMessage {
  /** Absent: a message. */
  readonly kind?: 'command';
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  readonly images?: readonly ImageRef[];
}

/** The message as the session takes it. Files named in it with `@` go along. */
export function toUserInput(written: WrittenMessage): UserInput {
  const { kind, text, attachments = [], images = [] } = written;
  if (kind === 'command') return { kind, text };
  // An image goes along as what it is, not as a file to read.
  const shown = new Set(images.map(({ label }) => label));
  const mentions = mentionsIn(text).filter((path) => !shown.has(path));
  return {
    text,
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(images.length > 0 ? { images } : {}),
  };
}

/** The changed message with what came with the old one and is still named in it. */
export function withCompanions(message: WrittenMessage, old: UserInput): WrittenMessage {
  const isNamed = ({ label }: { readonly label: string }) => message.text.includes(label);
  const labels = new Set((message.attachments ?? []).map(({ label }) => label));
  const kept = (old.attachments ?? []).filter((one) => isNamed(one) && !labels.has(one.label));
  const images = (old.images ?? []).filter(isNamed);
  if (message.kind === 'command') return message;
  return {
    text: message.text,
    attachments: [...(message.attachments ?? []), ...kept],
    images: [...(message.images ?? []), ...images],
  };
}
