// What is printed: each set by repository and by overlap, beside the two rankers compared with.
import { bootstrap, METRICS, mean } from './metrics.mjs';

const RANKERS = ['native', 'bm25', 'keywords'];

export function printSet(name, answers) {
  if (answers.length === 0) return;
  console.log(`\n${name}`);
  const columns = [...METRICS, 'tokens'].map((metric) => metric.padStart(9)).join('');
  console.log(`${''.padEnd(34)}${'n'.padStart(5)}  ${''.padEnd(9)}${columns}`);
  for (const [label, group] of groupsOf(answers)) {
    for (const ranker of RANKERS) printRow(ranker === 'native' ? label : '', group, ranker);
  }
}

function groupsOf(answers) {
  const by = (keyOf) => [...Map.groupBy(answers, keyOf).entries()].sort();
  const repositories = by(({ repo }) => repo);
  const buckets = by(({ bucket }) => bucket);
  return [
    ['all', answers],
    ...(repositories.length > 1 ? repositories : []),
    ...(buckets.length > 1 ? buckets : []),
  ];
}

function printRow(label, group, ranker) {
  const figures = METRICS.map((metric) => {
    const value = mean(group.map((answer) => answer[ranker][metric]));
    return percent(value).padStart(9);
  });
  const tokens = median(group.map((answer) => answer[ranker].tokens ?? Number.NaN));
  const shown = Number.isNaN(tokens) ? '-' : String(Math.round(tokens));
  const count = label === '' ? '' : String(group.length);
  const [low, high] = bootstrap(group.map((answer) => answer[ranker].MRR));
  const interval = `MRR ${percent(low)}–${percent(high)}`;
  console.log(
    `${label.padEnd(34)}${count.padStart(5)}  ${ranker.padEnd(9)}${figures.join('')}${shown.padStart(9)}  ${interval}`,
  );
}

function percent(value) {
  return (100 * value).toFixed(1);
}

function median(values) {
  const ordered = [...values].sort((left, right) => left - right);
  return ordered[Math.floor(ordered.length / 2)] ?? Number.NaN;
}

/** Repositories where a ranker that does nothing clever is better. */
export function printBelowBaseline(name, answers) {
  for (const [repo, group] of Map.groupBy(answers, (answer) => answer.repo)) {
    const [own, plain] = ['native', 'bm25'].map((ranker) =>
      mean(group.map((answer) => answer[ranker].MRR)),
    );
    if (own < plain)
      console.log(`below plain BM25: ${name} ${repo} ${percent(own)} < ${percent(plain)}`);
  }
}
