import { makeWorkplace, median, zeke } from './processes.mjs';
import { openTerminal } from './terminals.mjs';

const p = makeWorkplace();
const r = [];
for (let i = 0; i < 9; i++) {
  const t = openTerminal([zeke, '--model', 'builtin'], { cwd: p.cwd, env: p.env });
  const at = await t.waitFor((x) => /^\W{0,4}[>❯›]/m.test(x));
  r.push(at - t.startedAt);
  t.close();
}
console.log(median(r), Math.min(...r));
p.remove();
