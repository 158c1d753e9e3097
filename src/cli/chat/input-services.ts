/** What the input of the conversation needs from the machine: images and the user's editor. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveHome } from '../../platform/paths.ts';
import { projectFolder } from '../../session/store.ts';
import type { StoredImage, TuiServices } from '../../tui/services.ts';
import type { Runtime } from '../compose.ts';

type InputServices = Required<Pick<TuiServices, 'readImage' | 'pasteImage' | 'editText'>>;

/** Everything is loaded when it is first asked for. */
export function inputServices(runtime: Pick<Runtime, 'paths' | 'root' | 'env'>): InputServices {
  const { paths, root, env } = runtime;
  const store = async (image: {
    readonly bytes: Buffer;
    readonly mediaType: StoredImage['mediaType'];
  }): Promise<StoredImage> => {
    const { createContentStore } = await import('../../platform/storage/content-store.ts');
    const contents = createContentStore(`${projectFolder(paths.stateDir, root)}/contents`);
    const hash = contents.put(image.bytes);
    return { mediaType: image.mediaType, hash, sizeBytes: image.bytes.length };
  };
  return {
    async readImage(path) {
      const { readImageFile } = await import('../../platform/desktop/images.ts');
      const file = path.startsWith('file://') ? fileURLToPath(path) : resolveHome(path, env);
      const image = readImageFile(resolve(root, file));
      return image === undefined ? undefined : await store(image);
    },
    async pasteImage() {
      const { readClipboardImage } = await import('../../platform/desktop/clipboard.ts');
      return await store(await readClipboardImage({ env, platform: process.platform }));
    },
    async editText(text) {
      const { editInEditor } = await import('../../platform/desktop/external-editor.ts');
      return await editInEditor(text, { env, cwd: root });
    },
  };
}
