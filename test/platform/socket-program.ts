/**
 * Meets the others at the address of each round that its standard input names; says who it is for
 * an empty line, and gives back what it has at the end.
 */
import { createInterface } from 'node:readline';
import { ownProcess } from '../../src/platform/process-state.ts';
import { connectOrListen, socketAddress } from '../../src/platform/socket.ts';

const closers: (() => Promise<void>)[] = [];
const lines = createInterface({ input: process.stdin });
lines.on('close', async () => {
  for (const close of closers) await close();
  process.exit();
});
lines.on('line', async (folder) => {
  if (folder === '') {
    process.stdout.write(`${ownProcess()}\n`);
    return;
  }
  const meeting = await connectOrListen(socketAddress(folder, 'meet'), (socket) => {
    socket.on('error', () => socket.destroy()).resume();
  });
  if (meeting.role === 'listening') closers.push(meeting.listener.close);
  process.stdout.write(`${meeting.role}\n`);
});
