/** Events that are pieces of one text, and the text they make together. */
import type { EventBody } from '../events.ts';

export type Piece = Extract<EventBody, { type: 'text-delta' | 'reasoning-delta' | 'tool-output' }>;

/** True for a piece of the answer, of the reasoning, or of what a tool prints. */
export function isPiece(body: EventBody): body is Piece {
  const { type } = body;
  return type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-output';
}

/** Both as one, where `right` goes on with the text of `left`. */
export function joinPieces<Body extends EventBody>(left: EventBody, right: Body): Body | undefined {
  if (!isPiece(left) || !isPiece(right)) return undefined;
  if (left.type !== right.type || left.turnId !== right.turnId) return undefined;
  if ('id' in left && 'id' in right && left.id !== right.id) return undefined;
  return { ...right, text: left.text + right.text };
}
