/** The door for Neovims: what makes a guest of a connection that said `hello` as one. */
import type { Door } from '../session/share/door.ts';
import { describeMismatch, readGreeting } from './greeting.ts';
import { type GuestDeps, NeovimGuest } from './guest.ts';

/** Serves every Neovim that joins the host of this process. */
export function createNeovimDoor(deps: GuestDeps): Door {
  return ({ greeting, connection, process, enter }) => {
    const guest = new NeovimGuest(connection, deps);
    const hello = readGreeting(greeting);
    const mismatch = describeMismatch(hello.protocol, deps.version);
    if (mismatch === undefined) guest.serve(enter(), hello, process);
    else guest.refuse(mismatch);
    return guest;
  };
}
