/** How much a Claude model thinks: newer models decide themselves, older ones take a budget. */
import type { ChatRequest, ReasoningEffort } from '../contract.ts';

/** The smallest budget the API takes. */
const MIN_BUDGET_TOKENS = 1024;
/** What is left for the answer itself, where the limit is small. */
const MIN_ANSWER_TOKENS = 1024;

const BUDGET_TOKENS: { readonly [effort in Exclude<ReasoningEffort, 'none'>]: number } = {
  minimal: 1024,
  low: 4096,
  medium: 10_000,
  high: 24_000,
};

/** Models up to these versions take `budget_tokens`; all later ones take `adaptive` and an effort. */
const TAKES_BUDGET = /claude-(?:3|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:-\d{8})?$|[a-z]+-4-[0-5]\b)/;

/**
 * The fields for the wanted effort; none where the user set nothing or said `none`. A forced tool
 * call and thinking exclude each other, and a budget must leave room under `maxTokens`.
 */
export function thinkingFields(request: ChatRequest, maxTokens: number): object {
  const effort = request.reasoningEffort;
  if (effort === undefined || effort === 'none' || request.toolChoice === 'required') return {};
  if (!TAKES_BUDGET.test(request.model)) {
    const level = effort === 'minimal' ? 'low' : effort;
    return {
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: level },
    };
  }
  const budget = Math.min(BUDGET_TOKENS[effort], maxTokens - MIN_ANSWER_TOKENS);
  if (budget < MIN_BUDGET_TOKENS || /claude-3-(?:opus|sonnet|haiku|5)/.test(request.model)) {
    return {};
  }
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}
