/** What a Neovim says first, and what it is told when it and Zeke are not of one version. */
import { isFields } from '../session/validate.ts';
import { NVIM_PROTOCOL_VERSION } from './protocol.ts';

export interface Greeting {
  readonly protocol: number | undefined;
  /** What it knows already of a conversation it was in before. */
  readonly seen: { readonly sessionId: string; readonly seq: number } | undefined;
  /** It asks for turns that it was not told (`earlier-turns`): at the beginning the last ones are enough. */
  readonly loadsEarlier: boolean;
}

/** The greeting in the parameters of `hello`. */
export function readGreeting(fields: Readonly<Record<string, unknown>>): Greeting {
  const { protocol, seen, loadsEarlier } = fields;
  const isSeen =
    isFields(seen) && typeof seen.sessionId === 'string' && Number.isSafeInteger(seen.seq);
  return {
    protocol: typeof protocol === 'number' ? protocol : undefined,
    seen: isSeen ? { sessionId: String(seen.sessionId), seq: Number(seen.seq) } : undefined,
    loadsEarlier: loadsEarlier === true,
  };
}

/** Why plugin and Zeke cannot work together, and what to do; undefined when they can. */
export function describeMismatch(
  protocol: number | undefined,
  zekeVersion: string,
): string | undefined {
  if (protocol === NVIM_PROTOCOL_VERSION) return undefined;
  const host = `Zeke ${zekeVersion}, which holds this conversation (protocol ${NVIM_PROTOCOL_VERSION})`;
  if (protocol !== undefined && protocol > NVIM_PROTOCOL_VERSION) {
    return (
      `${host}, is older than the plugin in this Neovim (protocol ${protocol}). ` +
      'Update the zeke program, close every Zeke of this project and open it again.'
    );
  }
  const own = protocol === undefined ? 'no protocol number' : `protocol ${protocol}`;
  return (
    `The plugin in this Neovim (${own}) is older than ${host}. ` +
    'Update the zeke plugin and restart Neovim.'
  );
}
