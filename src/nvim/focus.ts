/** Where the user of a Neovim works, and which of its buffers are not on the disk. */
import { isAbsolute } from 'node:path';
import type { EditorPlace } from '../session/ops.ts';
import { isFields } from '../session/validate.ts';

/** Shows `text` in place of the file at `path`; undefined ends it. */
export type SetOverlay = (path: string, text: string | undefined) => void;

const MAX_PATH_CHARACTERS = 4096;
const MAX_OPEN_FILES = 100;
/** Larger buffers are not searched: the index does not hold such files either. */
const MAX_OVERLAY_CHARACTERS = 1024 * 1024;
const MAX_OVERLAYS = 100;

export class Focus {
  readonly #setOverlay: SetOverlay;
  readonly #overlays = new Set<string>();
  #place: EditorPlace | undefined;

  constructor(setOverlay: SetOverlay) {
    this.#setOverlay = setOverlay;
  }

  /** Undefined as long as the user was in no file of the project. */
  get place(): EditorPlace | undefined {
    return this.#place;
  }

  /** `{path?, line?, openFiles}`: what does not fit is left out. */
  move(place: unknown): void {
    if (!isFields(place)) return;
    const { path, line, openFiles } = place;
    const files = Array.isArray(openFiles) ? openFiles.filter(isProjectPath) : [];
    this.#place = {
      ...(isProjectPath(path) ? { path } : {}),
      ...(isProjectPath(path) && isLine(line) ? { line } : {}),
      openFiles: files.slice(0, MAX_OPEN_FILES),
    };
  }

  /** A buffer that is not on the disk; without a text it is again. */
  overlay(path: unknown, text: unknown): void {
    if (!isProjectPath(path)) return;
    const isShown = typeof text === 'string' && text.length <= MAX_OVERLAY_CHARACTERS;
    if (isShown && (this.#overlays.has(path) || this.#overlays.size < MAX_OVERLAYS)) {
      this.#overlays.add(path);
      this.#setOverlay(path, text);
    } else if (this.#overlays.delete(path)) this.#setOverlay(path, undefined);
  }

  /** Its buffers are gone with it. */
  close(): void {
    for (const path of this.#overlays) this.#setOverlay(path, undefined);
    this.#overlays.clear();
  }
}

/** Relative to the project's root, with `/`, and not leading out of it. */
function isProjectPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_PATH_CHARACTERS &&
    !isAbsolute(value) &&
    !value.includes('\0') &&
    !value.split('/').includes('..')
  );
}

function isLine(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
