/** Meets the others at the address of each round that its standard input names. */
import { createInterface } from 'node:readline';
import { connectOrListen, socketAddress } from '../../src/platform/socket.ts';

createInterface({ input: process.stdin }).on('line', async (folder) => {
  const meeting = await connectOrListen(socketAddress(folder, 'meet'), (socket) => {
    socket.on('error', () => socket.destroy()).resume();
  });
  process.stdout.write(`${meeting.role}\n`);
});
