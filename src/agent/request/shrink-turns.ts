/** Makes turns smaller for a request that must fit: long material first, then the oldest turns. */
import { keepEnds } from '../../platform/shell/limited-output.ts';
import type { Turn, TurnPart } from '../../session/state.ts';

/** Characters of one piece of material, tried from the first on. */
const PIECE_CHARACTERS: readonly number[] = [Infinity, 4_000, 1_000, 300];

/** Smaller and smaller forms of the turns, the whole first. The last is the newest turn alone. */
export function* shrinkTurns(turns: readonly Turn[]): Generator<readonly Turn[]> {
  let smaller = turns;
  for (const characters of PIECE_CHARACTERS) {
    smaller = turns.map((turn) => shrinkTurn(turn, characters));
    yield smaller;
  }
  while (smaller.length > 1) {
    smaller = smaller.slice(Math.ceil(smaller.length / 2));
    yield smaller;
  }
}

function shrinkTurn(turn: Turn, characters: number): Turn {
  if (characters === Infinity) return turn;
  const cut = <T extends { readonly text: string }>(one: T): T => {
    return { ...one, text: keepEnds(one.text, characters) };
  };
  const { message } = turn;
  const attachments = message.attachments?.map(cut);
  return {
    ...turn,
    context: turn.context.map(cut),
    message: { ...message, ...(attachments === undefined ? {} : { attachments }) },
    parts: turn.parts.map((part) => shrinkPart(part, turn, characters)),
  };
}

/** What a model said is kept; what tools and commands printed is cut. */
function shrinkPart(part: TurnPart, turn: Turn, characters: number): TurnPart {
  if (part.type === 'tool-call' && part.result !== undefined) {
    const output = keepEnds(part.result.output, characters);
    return { ...part, result: { ...part.result, output } };
  }
  const isPrinted = part.type === 'text' && turn.message.kind === 'command';
  return isPrinted ? { ...part, text: keepEnds(part.text, characters) } : part;
}
