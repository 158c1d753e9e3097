/** Turns what the local engine calls back with into neutral parts. */
import { randomUUID } from 'node:crypto';
import type { EndReason, StreamPart, Usage } from '../contract.ts';
import type { GenerateResult, ResponseChunk } from './wire.ts';

/** Remembers which block is open; made anew for each answer. */
export interface LocalStreamReader {
  /** The parts for one piece of text. The engine itself holds back half a character. */
  chunk(chunk: ResponseChunk): readonly StreamPart[];
  /** Closes what is open, then tool calls, usage and the end. */
  end(result: GenerateResult, usage: Usage): readonly StreamPart[];
}

type BlockKind = 'text' | 'reasoning';
type Block = { readonly kind: BlockKind; readonly id: string };

export function createLocalStreamReader(): LocalStreamReader {
  let open: Block | undefined;
  let count = 0;

  const close = (): readonly StreamPart[] => {
    const parts: readonly StreamPart[] =
      open === undefined ? [] : [{ type: `${open.kind}-end`, id: open.id }];
    open = undefined;
    return parts;
  };
  const openBlock = (kind: BlockKind): readonly StreamPart[] => {
    if (open?.kind === kind) return [];
    const closed = close();
    open = { kind, id: `${kind}-${count}` };
    count += 1;
    return [...closed, { type: `${kind}-start`, id: open.id }];
  };

  return {
    chunk: ({ text, type }) => {
      if (text === '') return [];
      const kind = type === 'segment' ? 'reasoning' : 'text';
      const opened = openBlock(kind);
      const id = open?.id ?? kind;
      return [...opened, { type: `${kind}-delta`, id, text }];
    },
    end: (result, usage) => [
      ...close(),
      ...toolCallParts(result),
      { type: 'usage', usage },
      { type: 'end', ...endReason(result) },
    ],
  };
}

/** The engine gives whole calls only, so each comes as start, one delta and end. */
function toolCallParts({ functionCalls = [] }: GenerateResult): readonly StreamPart[] {
  return functionCalls.flatMap(({ functionName: name, params = {} }): readonly StreamPart[] => {
    const id = `call_${randomUUID()}`;
    const inputText = JSON.stringify(params);
    return [
      { type: 'tool-call-start', id, name },
      { type: 'tool-call-delta', id, inputText },
      { type: 'tool-call-end', id, name, inputText, input: params },
    ];
  });
}

function endReason({ metadata }: GenerateResult): { reason: EndReason; rawReason: string } {
  const rawReason = metadata.stopReason;
  switch (rawReason) {
    case 'eogToken':
    case 'stopGenerationTrigger':
    case 'customStopTrigger':
      return { reason: 'stop', rawReason };
    case 'maxTokens':
      return { reason: 'length', rawReason };
    case 'functionCalls':
      return { reason: 'tool_calls', rawReason };
    default:
      return { reason: 'other', rawReason };
  }
}
