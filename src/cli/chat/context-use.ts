/** What the next request would tell the model, part by part, in estimated tokens. */
import { systemPrompt } from '../../agent/prompts/system.ts';
import { toldConversation } from '../../agent/request/told-turns.ts';
import { AGENT_TOOLS } from '../../agent/tools/registry.ts';
import { estimateTokens } from '../../context/budget.ts';
import type { SessionState, Turn } from '../../session/state.ts';
import type { ContextUse } from '../../tui/services.ts';
import type { Runtime } from '../compose.ts';

/** Sources of context blocks as people call them. */
const SOURCES: Readonly<Record<string, string>> = {
  instructions: 'instructions (AGENTS.md)',
  mention: 'files you named',
  'code-search': 'code found by search',
};

export function contextUse(
  state: SessionState,
  { projectName }: Pick<Runtime, 'projectName'>,
): ContextUse {
  const facts = {
    projectName,
    platform: process.platform,
    hasTools: true,
    canEdit: true,
    canRun: true,
  };
  const tools = AGENT_TOOLS.map(({ definition }) => definition);
  const sums = new Map<string, number>([
    ['system prompt', estimateTokens(systemPrompt(facts))],
    ['tools', estimateTokens(JSON.stringify(tools))],
  ]);
  const add = (name: string, text: string) => {
    sums.set(name, (sums.get(name) ?? 0) + estimateTokens(text));
  };
  const told = toldConversation(state);
  const turns = state.running === undefined ? told.turns : [...told.turns, state.running];
  for (const turn of turns) {
    for (const { source, text } of turn.context) add(SOURCES[source] ?? source, text);
  }
  if (told.summary !== undefined) add('summary', told.summary);
  for (const turn of turns) addTurn(turn, add);
  return { parts: [...sums].map(([name, tokens]) => ({ name, tokens })) };
}

function addTurn(turn: Turn, add: (name: string, text: string) => void): void {
  const { message, parts } = turn;
  add('your messages', message.text);
  for (const { text } of message.attachments ?? []) add('attachments', text);
  const isCommand = message.kind === 'command';
  for (const part of parts) {
    if (part.type === 'text') add(isCommand ? 'command output' : 'answers', part.text);
    else if (part.type === 'reasoning') add('reasoning', part.text);
    else {
      add('tool calls', JSON.stringify(part.input));
      add('tool results', part.result?.output ?? '');
    }
  }
}
