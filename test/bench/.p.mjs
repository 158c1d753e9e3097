import { makeWorkplace, zeke } from './processes.mjs';
import { openTerminal } from './terminals.mjs';

const p = makeWorkplace();
for (const prof of [false, true]) {
  const t = openTerminal(
    [
      ...(prof ? ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir=/tmp/vt/prof'] : []),
      zeke,
      '--model',
      'builtin',
    ],
    { cwd: p.cwd, env: p.env },
  );
  const at = await t.waitFor((x) => /^\W{0,4}[>❯›]/m.test(x));
  console.log(at - t.startedAt);
  await new Promise((r) => setTimeout(r, 200));
  t.write('\x03');
  await new Promise((r) => setTimeout(r, 100));
  t.write('\x03');
  await new Promise((r) => setTimeout(r, 1000));
  t.close();
}
p.remove();
