/**
 * A private key that the window around the cursor cuts: without its first line it is known for none,
 * and most of it would be sent.
 */
import type { CursorPlace } from './clean-completion.ts';

/** The rest of a key up to its last line, or as much of it as fills several lines. */
const CUT_AT_START =
  /^(?:(?:[ \t]*[\w+/=]*\r?\n)*[ \t]*-----END [A-Z0-9 ]*PRIVATE KEY-----|(?:[ \t]*[A-Za-z0-9+/]{40,}={0,2}\r?\n){2,}(?:[ \t]*[A-Za-z0-9+/]+={0,2}\r?\n)?)/;
const KEY_LINES_ONLY =
  /^(?:[ \t]*[A-Za-z0-9+/]{40,}={0,2}\r?\n)(?:[ \t]*[A-Za-z0-9+/=]*\r?\n)*[ \t]*[A-Za-z0-9+/=]*$/;
const GOES_ON = /^[A-Za-z0-9+/=]*\r?\n?[ \t]*(?:[A-Za-z0-9+/]{40,}={0,2}\s|-----END )/;

/** The place without the rest of a key that its text begins with; undefined where the cursor is within one. */
export function withoutCutKey<Place extends CursorPlace>(place: Place): Place | undefined {
  const { prefix, suffix } = place;
  if (KEY_LINES_ONLY.test(prefix) && GOES_ON.test(suffix)) return undefined;
  return { ...place, prefix: prefix.replace(CUT_AT_START, '') };
}
