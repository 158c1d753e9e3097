/**
 * A front end without a screen: joins the project, prints what it is shown as one JSON object a
 * line, and does what its standard input says, one JSON object a line.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ownProcess } from '../../../src/platform/process-state.ts';
import { joinProject } from '../../../src/session/share/join.ts';
import { scriptedRunner } from './scripted-runner.ts';

const options = JSON.parse(process.argv[2] ?? '{}');
// Straight to the kernel: what was printed is what the user saw, whatever kills us next.
const say = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const blocked = new Int32Array(new SharedArrayBuffer(4));
const leaving = new AbortController();
const onWait = (host: string): void => {
  say({ what: 'waiting', host });
  if (options.isImpatient === true) leaving.abort();
};

if (options.uid !== undefined) process.setuid?.(options.uid);
try {
  const joined = await joinProject({
    model: 'test/model',
    clientName: 'test',
    createRunner: async () => scriptedRunner,
    signal: leaving.signal,
    onWait,
    ...options,
  });
  const { sessionId, seq, notices } = joined.getState();
  const own = { role: joined.role(), process: ownProcess() };
  say({ what: 'joined', ...own, sessionId, seq, notices });
  const showClients = (): void =>
    say({ what: 'clients', role: joined.role(), clients: joined.getClients() });
  showClients();
  joined.subscribeClients(showClients);
  joined.subscribe((events, state) => {
    say({ what: 'shown', role: joined.role(), events, seq: state.seq, id: state.sessionId });
  });
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const command = JSON.parse(line);
    if (command.op !== undefined) joined.send(command.op);
    if (command.what === 'state') say({ what: 'state', state: joined.getState() });
    if (command.what === 'block') {
      say({ what: 'blocked' });
      Atomics.wait(blocked, 0, 0, command.ms);
    }
    if (command.what === 'suspend') {
      await joined.suspend();
      say({ what: 'suspended' });
      process.kill(process.pid, 'SIGSTOP');
      joined.resume();
    }
    if (command.what === 'leave') {
      await joined.close();
      say({ what: 'left' });
      process.stdin.destroy();
    }
  });
} catch (error) {
  const { name, kind, message, hint } = error as Error & { kind?: string; hint?: string };
  say({ what: 'refused', name, kind, message, hint });
}
