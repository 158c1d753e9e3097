/** Puts images into the message being written: pasted paths, the clipboard, paths in the text. */
import { errorMessage, ZekeError } from '../../platform/errors.ts';
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { ImageRef } from '../../session/ops.ts';
import type { TuiServices } from '../services.ts';
import { imagePathsIn, pastedImagePath } from './draft-images.ts';
import { type EditorState, insertImage, moveTo, remove } from './editor.ts';

export interface ImageOptions {
  readonly services: TuiServices;
  /** Changes the text as it is by then. */
  readonly onEdit: (change: (editor: EditorState) => EditorState) => void;
  readonly onHint: (hint: string) => void;
}

export class ImageLayer {
  private readonly options: ImageOptions;
  private isPasting = false;

  constructor(options: ImageOptions) {
    this.options = options;
  }

  /** A pasted path that is an image's becomes the image, where it was pasted. */
  takePasted(pasted: string, start: number): void {
    const path = pastedImagePath(pasted);
    const { services, onEdit } = this.options;
    if (path === undefined || services.readImage === undefined) return;
    const written = pasted.trim();
    services.readImage(path).then(
      (image) => {
        if (image === undefined) return;
        onEdit((editor) => replaceWithImage(editor, { written, start, path }, image));
      },
      (error) => this.fail(error),
    );
  }

  /** The image in the clipboard, at the cursor. */
  pasteClipboard(): void {
    const { services, onEdit, onHint } = this.options;
    if (services.pasteImage === undefined) onHint('Images cannot be pasted here.');
    if (services.pasteImage === undefined || this.isPasting) return;
    this.isPasting = true;
    services
      .pasteImage()
      .then(
        (image) => onEdit((editor) => insertImage(editor, image, '')),
        (error) => this.fail(error),
      )
      .finally(() => {
        this.isPasting = false;
      });
  }

  /** Whether the text names images, which have to be read before it is sent. */
  hasImages(text: string): boolean {
    return this.options.services.readImage !== undefined && imagePathsIn(text).length > 0;
  }

  /** The images that the text names. Rejects with the first that is there and cannot be sent. */
  async read(text: string): Promise<readonly ImageRef[]> {
    const images = await Promise.all(
      imagePathsIn(text).map(async (path): Promise<readonly ImageRef[]> => {
        const image = await this.options.services.readImage?.(path);
        return image === undefined ? [] : [{ label: path, ...image }];
      }),
    );
    return images.flat();
  }

  /** Says what is wrong with an image, on one line. */
  fail(error: unknown): void {
    const hint = error instanceof ZekeError ? error.hint : undefined;
    const parts = [errorMessage(error), ...(hint === undefined ? [] : [hint])];
    this.options.onHint(sanitizeLine(parts.join(' ')));
  }
}

/** Where the path still stands, the image stands then; the cursor stays where it is in the text. */
function replaceWithImage(
  editor: EditorState,
  pasted: { readonly written: string; readonly start: number; readonly path: string },
  image: Omit<ImageRef, 'label'>,
): EditorState {
  const { written, start, path } = pasted;
  const isThere = editor.text.startsWith(written, start);
  const at = isThere ? start : editor.text.indexOf(written);
  if (at < 0) return editor;
  const end = at + written.length;
  const without = remove(editor, { start: at, end });
  const next = insertImage(moveTo(without, at), image, path);
  const grown = next.text.length - editor.text.length;
  const cursor = editor.cursor >= end ? editor.cursor + grown : Math.min(editor.cursor, at);
  return { ...next, cursor };
}
