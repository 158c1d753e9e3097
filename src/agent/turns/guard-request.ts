/** The last look at a request before it leaves: no secret in it, and the money for it is there. */
import type { ChatRequest } from '../../providers/contract.ts';
import type { ResolvedModel } from '../engine.ts';
import { outputAllowance } from '../spending.ts';
import type { Problem, TurnWork } from './turn-work.ts';

export type Prepared =
  | { readonly request: ChatRequest; readonly problem?: undefined }
  | { readonly problem: Problem };

/** The request as it may be sent, or why it may not. */
export function guardRequest(
  work: TurnWork,
  resolved: ResolvedModel,
  draft: ChatRequest,
): Prepared {
  const { deps, memory, turnRun } = work;
  const { request, found } = memory.secrets.redactRequest(draft, turnRun.turn.message);
  const names = [...new Set(found)].join(', ');
  if (found.length > 0 && deps.options.onSecret === 'refuse' && !resolved.provider.isLocal) {
    const message = `Nothing was sent: the request holds a secret (${names}). Remove it, or set secrets.on_secret to "redact".`;
    return { problem: { reason: 'error', kind: 'secret', message } };
  }
  if (found.length > 0) reportSecrets(work, found);
  return limitCost(work, resolved, request);
}

/** Said once for each kind of secret, not with every step. */
function reportSecrets({ memory, record }: TurnWork, found: readonly string[]): void {
  const fresh = memory.secrets.takeUnreported(found);
  if (fresh.length === 0) return;
  const text = `Held back before sending: ${fresh.join(', ')} (replaced by placeholders).`;
  record.emit({ type: 'notice', level: 'warning', text });
}

function limitCost(work: TurnWork, resolved: ResolvedModel, request: ChatRequest): Prepared {
  const allowance = outputAllowance({
    request,
    info: resolved.info,
    isFree: resolved.provider.isFree === true,
    maxCostUsd: work.deps.options.maxCostUsd,
    spentUsd: work.memory.spending.costUsd,
  });
  if (allowance.kind === 'refused') {
    return { problem: { reason: 'max_cost', kind: 'max-cost', message: allowance.message } };
  }
  if (allowance.maxOutputTokens === undefined) return { request };
  return { request: { ...request, maxOutputTokens: allowance.maxOutputTokens } };
}
