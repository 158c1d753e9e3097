/** The lists there are: what stands in each, and how it is said. */
import { sanitizeLine } from '../../platform/terminal-text.ts';
import type { SessionState, Turn } from '../../session/state.ts';
import { formatAge, formatTokens } from '../frame/format.ts';
import type { ModelChoice, ProviderChoice, SessionChoice, TuiServices } from '../services.ts';
import type { PickerItem } from './picker.ts';
import type { ListRequest } from './picker-control.ts';

type Choose = ListRequest['onChoose'];

/** Models that can be used, of one provider or of all. */
export function modelList(
  services: TuiServices,
  { current, provider }: { readonly current: string; readonly provider?: string },
  onChoose: Choose,
): ListRequest {
  const isWanted = ({ ref }: ModelChoice) =>
    provider === undefined || ref.startsWith(`${provider}/`);
  const itemsOf = (models: readonly ModelChoice[]) =>
    models.filter(isWanted).map((model) => modelItem(model, current));
  return {
    kind: 'model',
    title: `Model of the next turn (now ${sanitizeLine(current)})`,
    load: async ({ signal, add }) =>
      itemsOf(await services.listModels(signal, (models) => add(itemsOf(models)))),
    onChoose,
  };
}

function modelItem(model: ModelChoice, current: string): PickerItem {
  const { ref, label, contextTokens, price, capabilities = [] } = model;
  const details = [
    contextTokens === undefined ? '' : `${formatTokens(contextTokens)} context`,
    price === undefined ? '' : sanitizeLine(price),
    capabilities.map(sanitizeLine).join(', '),
    label === ref || ref.endsWith(`/${label}`) ? '' : sanitizeLine(label),
  ];
  return {
    id: ref,
    label: sanitizeLine(ref),
    detail: details.filter(Boolean).join(' · '),
    isCurrent: ref === current,
  };
}

/** Providers, and whether each could be used right now. */
export function providerList(
  services: TuiServices,
  current: string,
  onChoose: Choose,
): ListRequest {
  return {
    kind: 'provider',
    title: 'Whose models? Those that can be used come first',
    load: async () => {
      const providers = (await services.listProviders?.()) ?? [];
      const rank = ({ isUsable }: ProviderChoice) => (isUsable ? 0 : 1);
      return [...providers]
        .sort((left, right) => rank(left) - rank(right))
        .map(({ id, isUsable, detail }) => ({
          id,
          label: sanitizeLine(id),
          detail: `${isUsable ? '' : 'not set up · '}${sanitizeLine(detail)}`,
          isCurrent: current.startsWith(`${id}/`),
        }));
    },
    onChoose,
  };
}

/** The project's other sessions; typing searches their titles, then all that was said. */
export function sessionList(
  services: TuiServices,
  { title, currentId }: { readonly title: string; readonly currentId: string },
  onChoose: Choose,
): ListRequest {
  let sessions: readonly SessionChoice[] = [];
  return {
    kind: 'session',
    title,
    load: async () => {
      sessions = (await services.listSessions()).filter(({ id }) => id !== currentId);
      return sessions.map((session) => sessionItem(session));
    },
    search: async (query, signal) => {
      const hits = (await services.searchSessions?.(query, signal)) ?? [];
      return hits.flatMap(({ id, excerpt }) => {
        const session = sessions.find((one) => one.id === id);
        return session === undefined ? [] : [sessionItem(session, excerpt)];
      });
    },
    onChoose,
  };
}

function sessionItem(session: SessionChoice, excerpt?: string): PickerItem {
  const { id, title, updatedAt, turnCount, model, isOpen, forkOf, problem } = session;
  const details = [
    problem === undefined ? '' : sanitizeLine(problem),
    excerpt === undefined ? '' : `“${sanitizeLine(excerpt)}”`,
    isOpen === true ? 'open elsewhere' : '',
    forkOf === undefined ? '' : `fork of ${sanitizeLine(forkOf)}`,
    formatAge(updatedAt, Date.now()),
    `${turnCount} ${turnCount === 1 ? 'turn' : 'turns'}`,
    model === undefined ? '' : sanitizeLine(model),
  ];
  return {
    id,
    label: sanitizeLine(title) || '(no title)',
    detail: details.filter(Boolean).join(' · '),
  };
}

/** The turns of the conversation, the last one first; an item's id is the turn's index. */
export function turnList(
  { turns }: SessionState,
  { title, isWanted }: { readonly title: string; readonly isWanted: (turn: Turn) => boolean },
  onChoose: Choose,
): ListRequest {
  return {
    kind: 'turn',
    title,
    load: async () =>
      turns.flatMap((turn, index) => (isWanted(turn) ? [turnItem(turn, index)] : [])).toReversed(),
    onChoose,
  };
}

function turnItem({ message, startedAt }: Turn, index: number): PickerItem {
  const text = sanitizeLine(message.text.slice(0, 400)).trim();
  const mark = message.kind === undefined ? '' : message.kind === 'command' ? '! ' : '/';
  const said = mark === '/' ? `/${message.kind} ${text}`.trim() : mark + text;
  return {
    id: String(index),
    label: `${index + 1}. ${said}`,
    detail: formatAge(startedAt, Date.now()),
  };
}

/** A question with one way back, which comes first, and one that cannot be taken back. */
export function confirmList(
  question: { readonly title: string; readonly keep: string; readonly go: string },
  onConfirm: () => void,
): ListRequest {
  return {
    kind: 'confirm',
    title: question.title,
    load: async () => [
      { id: 'keep', label: question.keep },
      { id: 'go', label: question.go },
    ],
    onChoose: ({ id }) => {
      if (id === 'go') onConfirm();
    },
  };
}
