/** Images that a text names. Pure: whether there are such files is asked elsewhere. */
import { mentionsIn } from './completion.ts';

const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp)$/i;
/** A path that says where it begins; other words with such an end are just words. */
const PATH = /^(?:\/|~\/|\.{1,2}\/|file:\/\/\/|[A-Za-z]:[\\/])/;

/** The path of an image that was pasted or dragged in, as terminals write it; else undefined. */
export function pastedImagePath(pasted: string): string | undefined {
  const text = pasted.trim();
  if (text.length > 4096 || /[\r\n]/.test(text)) return undefined;
  const quoted = /^'([^']+)'$|^"([^"]+)"$/.exec(text);
  const path = quoted?.[1] ?? quoted?.[2] ?? unescaped(text);
  return PATH.test(path) && IMAGE_NAME.test(path) ? path : undefined;
}

/** Spaces of a dragged path have a backslash in front, as for a shell. Windows paths have others. */
function unescaped(text: string): string {
  return /^[A-Za-z]:\\/.test(text) ? text : text.replace(/\\([^A-Za-z0-9])/g, '$1');
}

/** Paths of images that stand in a message, with `@` or as they are, in order, each once. */
export function imagePathsIn(text: string): readonly string[] {
  const mentioned = mentionsIn(text).filter((path) => IMAGE_NAME.test(path));
  const bare = [...text.matchAll(/(?:^|\s)(\S{1,1024})(?=\s|$)/g)]
    .map(([, word = '']) => word.replace(/[.,;:!?)\]}]+$/, ''))
    .filter((word) => PATH.test(word) && IMAGE_NAME.test(word));
  return [...new Set([...mentioned, ...bare])];
}
