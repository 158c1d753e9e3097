// Does the ranking hang on the exact numbers in weights.zig? Each is made smaller and larger, one at a
// time. And would the repositories have chosen others? Each time one repository is left out: the
// setting that is best on the rest is tried on it.
import { mean } from './metrics.mjs';

const AS_IS = 'as it is';

/** Settings of a tunable library: as it is, and each weight times `1 - share` and `1 + share`. */
export function variationOf(library, share) {
  const settings = new Map([[AS_IS, {}]]);
  for (const [name, value] of library.weights) {
    settings.set(`${name} −`, { [name]: value * (1 - share) });
    settings.set(`${name} +`, { [name]: value * (1 + share) });
  }
  return {
    /** What `rate` says under each setting: a reciprocal rank. */
    async ask(rate) {
      const rated = {};
      for (const [name, changed] of settings) {
        library.use(changed);
        rated[name] = await rate();
      }
      library.use({});
      return rated;
    },
  };
}

/** @param answers each with `repo` and `varied`, the MRR of each setting */
export function printVariation(name, answers) {
  if (answers.length === 0) return;
  const groups = Map.groupBy(answers, ({ repo }) => repo);
  const gains = new Map();
  for (const setting of Object.keys(answers[0].varied)) {
    if (setting === AS_IS) continue;
    const gainOf = ({ varied }) => 100 * (varied[setting] - varied[AS_IS]);
    const each = new Map([...groups].map(([repo, group]) => [repo, mean(group.map(gainOf))]));
    gains.set(setting, { each, changed: answers.filter((answer) => gainOf(answer) !== 0).length });
  }
  const asIs = mean(answers.map(({ varied }) => varied[AS_IS]));
  console.log(
    `\n${name}: MRR ${(100 * asIs).toFixed(1)} of ${answers.length}, and with a weight changed`,
  );
  console.log(`${'weight'.padEnd(28)}${'MRR'.padStart(7)}   better  worse  questions moved`);
  const ordered = [...gains].sort(([, left], [, right]) => over(right) - over(left));
  for (const [setting, gain] of ordered) {
    const values = [...gain.each.values()];
    const better = values.filter((value) => value > 0).length;
    const worse = values.filter((value) => value < 0).length;
    console.log(
      `${setting.padEnd(28)}${signed(over(gain)).padStart(7)}${String(better).padStart(9)}${String(worse).padStart(7)}${String(gain.changed).padStart(17)}`,
    );
  }
  printLeftOut(gains, [...groups.keys()]);
}

/** What tuning on all but one repository would have brought to that one. */
function printLeftOut(gains, repositories) {
  for (const left of repositories) {
    const best = [...gains].reduce(
      (known, [setting, gain]) => {
        const gained = over(gain, left);
        return gained > known.gained ? { setting, gained } : known;
      },
      { setting: AS_IS, gained: 0 },
    );
    const brought = gains.get(best.setting)?.each.get(left) ?? 0;
    console.log(
      `left out ${left}: the others choose ${best.setting} (${signed(best.gained)}), here ${signed(brought)}`,
    );
  }
}

/** The mean over repositories, each counting the same. */
function over({ each }, without) {
  return mean([...each].filter(([repo]) => repo !== without).map(([, value]) => value));
}

function signed(value) {
  if (Number.isNaN(value)) return '-';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
