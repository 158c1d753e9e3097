/** The doors of a host: for front ends that join without the attach protocol. */
import { errorMessage } from '../../platform/errors.ts';
import type { Doors } from '../../session/share/door.ts';
import type { Runtime } from '../compose.ts';
import { once } from '../once.ts';

/** Given to whoever may host. Nothing behind a door is loaded before somebody comes through it. */
export function hostDoors(runtime: Runtime): Doors {
  return new Map([['neovim', once(() => openNeovimDoor(runtime))]]);
}

async function openNeovimDoor(runtime: Runtime) {
  const [{ createNeovimDoor }, { createServices }, { createLog }, redactor, { ZEKE_VERSION }] =
    await Promise.all([
      import('../../nvim/door.ts'),
      import('./services.ts'),
      import('../../platform/log.ts'),
      import('../../platform/secrets/redactor.ts'),
      import('../../platform/version.ts'),
    ]);
  const { redact } = redactor.createRedactor();
  const log = createLog({
    stateDir: runtime.paths.stateDir,
    redact: (text) => redact(text).text,
  });
  const write = (text: string): void => void log.write('warning', text);
  return createNeovimDoor({
    root: runtime.root,
    version: ZEKE_VERSION,
    services: createServices(runtime),
    setOverlay: (path, text) => {
      runtime
        .search()
        .then((index) => index.setOverlay(path, text))
        .catch((error) => write(`The index did not take a buffer: ${errorMessage(error)}`));
    },
    log: write,
  });
}
