/** Images of messages: who is shown them, and what is said where nobody is. */
import type { ContentStore } from '../../platform/storage/content-store.ts';
import type { ImageContent, ModelInfo } from '../../providers/contract.ts';
import type { ImageRef } from '../../session/ops.ts';
import type { Turn } from '../../session/state.ts';

export interface ImageGate {
  /** The image as a turn shows it to the model; undefined where the model is not to see it. */
  readonly find: (turn: Turn, image: ImageRef) => ImageContent | undefined;
  /** What the user should know of the running turn's images. */
  readonly notice: () => string | undefined;
}
export interface ImageGateInput {
  readonly contents: ContentStore;
  readonly info: ModelInfo | undefined;
  readonly modelRef: string;
  readonly running: Turn;
}

/**
 * A model that is known to see is shown every image, one that is known not to see none. One that
 * nobody knows is shown those of the message it is asked, and those it has answered before: an old
 * image must not make every later message fail.
 */
export function createImageGate(input: ImageGateInput): ImageGate {
  const { contents, info, modelRef, running } = input;
  const sees = info?.capabilities?.images;
  const read = (image: ImageRef): ImageContent | undefined => {
    const bytes = contents.get(image.hash);
    if (bytes === undefined) return undefined;
    return { type: 'image', mediaType: image.mediaType, data: bytes.toString('base64') };
  };
  const isShown = (turn: Turn): boolean => {
    if (sees !== undefined) return sees;
    return turn.id === running.id || (turn.model === modelRef && turn.endReason !== 'error');
  };
  return {
    find: (turn, image) => (isShown(turn) ? read(image) : undefined),
    notice() {
      const images = running.message.images ?? [];
      if (images.length === 0) return undefined;
      const names = (some: readonly ImageRef[]): string =>
        some.map(({ label }) => label).join(', ');
      if (sees === false) {
        return `${modelRef} cannot see images; it is told the text and that there was ${names(images)}. Choose another model with /model.`;
      }
      const missing = images.filter((image) => contents.get(image.hash) === undefined);
      if (missing.length === 0) return undefined;
      return `Not sent, because it is not kept any more: ${names(missing)}. Add it again.`;
    },
  };
}
