// Figures of a ranking, and how sure they are.

/** How well one ranked list of keys finds all of `gold`. */
export function score(ranked, gold) {
  const wanted = new Set(gold);
  const places = ranked.flatMap((key, index) => (wanted.has(key) ? [index + 1] : []));
  const accuracy = (top) => (places.filter((place) => place <= top).length === wanted.size ? 1 : 0);
  const gain = (place) => 1 / Math.log2(place + 1);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const ideal = sum(Array.from({ length: Math.min(10, wanted.size) }, (_, at) => gain(at + 1)));
  return {
    'Acc@1': accuracy(1),
    'Acc@3': accuracy(3),
    'Acc@5': accuracy(5),
    'Acc@10': accuracy(10),
    'R@10': places.filter((place) => place <= 10).length / wanted.size,
    MRR: places.length === 0 ? 0 : 1 / places[0],
    'NDCG@10': sum(places.filter((place) => place <= 10).map(gain)) / ideal,
  };
}

export const METRICS = ['Acc@1', 'Acc@3', 'Acc@5', 'Acc@10', 'R@10', 'MRR', 'NDCG@10'];

export function mean(values) {
  return values.length === 0
    ? Number.NaN
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle 95 % of the means of samples drawn with replacement; the same ones in every run. */
export function bootstrap(values, samples = 1000) {
  let state = 12_345;
  const draw = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const means = Array.from({ length: samples }, () =>
    mean(values.map(() => values[Math.floor(draw() * values.length)])),
  ).sort((left, right) => left - right);
  return [means[Math.floor(samples * 0.025)], means[Math.floor(samples * 0.975)]];
}
