/** What a Neovim may ask about changes to a text: of a model, or by a code block that is there. */
import { describeChange } from '../../agent/generate/commit-message.ts';
import type { Material } from '../../agent/side-question.ts';
import type { SideAnswer } from '../../agent/side-request.ts';
import type { EditParams, NvimServices } from '../../nvim/services.ts';
import { ZekeError } from '../../platform/errors.ts';
import { isSecretPath } from '../../platform/walk/secret-files.ts';
import { readStagedMaterial, requireStagedFiles } from '../changes/staged-changes.ts';
import type { Runtime } from '../compose.ts';
import { resolveSideModel, sideDeps, spendingRecorder } from './side-model.ts';

/** Code around the change, from elsewhere in the project: enough for names, too little to cost much. */
const MATERIAL_TOKENS = 2000;
/** A large project's first index is not worth more of the user's time than this. */
const MATERIAL_PATIENCE_MS = 3000;

export function editService(runtime: Runtime): NvimServices['edit'] {
  return async (params, { signal, report, sessionModel }) => {
    const { proposeChange } = await import('../../agent/propose/propose-change.ts');
    const { model: wanted, source, ...asked } = params;
    refuseSecretFile(params.path);
    refuseSecretFile(source?.path);
    const model = await resolveSideModel(runtime, wanted ?? sessionModel());
    const deps = { ...(await sideDeps(runtime)), model };
    const record = await spendingRecorder(runtime, { model: model.ref, purpose: 'edit' });
    const about: readonly Material[] =
      source === undefined
        ? []
        : [{ title: `what this is about: ${source.path ?? 'a text'}`, text: source.text }];
    const material = [...(await codeAround(runtime, params, signal)), ...about];
    const proposal = await proposeChange(
      deps,
      { ...asked, material },
      { signal, onText: (text) => report({ text }), onAnswer: record },
    );
    const { text, explanation, answer } = proposal;
    return { text, explanation, model: model.ref, costUsd: answer.costUsd };
  };
}

/** Such a file is shown to no model, whoever asks; what is a secret in it no pattern knows. */
function refuseSecretFile(path: string | undefined): void {
  if (path === undefined || !isSecretPath(path)) return;
  throw new ZekeError('usage', `${path} holds secrets, so nothing was sent.`, {
    hint: 'Edit it by hand.',
  });
}

export function applyService(): NvimServices['apply'] {
  return async ({ code, text, path }) => {
    const { applyCode } = await import('../../agent/propose/apply-code.ts');
    const outcome = applyCode(text, code, path);
    if (outcome.ok) return { text: outcome.text };
    throw new ZekeError('usage', `The code was not applied. ${outcome.problem}`);
  };
}

export function commitMessageService(runtime: Runtime): NvimServices['commit-message'] {
  return async ({ model: wanted }, { signal, report, sessionModel }) => {
    const { root, env } = runtime;
    const place = { cwd: root, env, signal };
    const files = await requireStagedFiles(place);
    const modelRef = wanted ?? sessionModel();
    // Without a model a rule still says which files changed.
    if (modelRef.startsWith('builtin/')) return { text: describeChange(files), costUsd: 0 };
    const { askCommitMessage } = await import('../../agent/generate/ask-commit-message.ts');
    const model = await resolveSideModel(runtime, modelRef);
    const record = await spendingRecorder(runtime, { model: model.ref, purpose: 'commit' });
    let costUsd: number | null = null;
    const { material, note } = await readStagedMaterial(place);
    const text = await askCommitMessage({ ...(await sideDeps(runtime)), model }, material, {
      signal,
      onText: (some) => report({ text: some }),
      onAnswer: (answer: SideAnswer) => {
        ({ costUsd } = answer);
        record(answer);
      },
    });
    return { text, costUsd, ...(note === undefined ? {} : { note }) };
  };
}

/** Definitions of other files that the lines in question have to do with, best first. */
async function codeAround(
  runtime: Runtime,
  { path, instruction, range, firstLine = 1, source }: EditParams,
  signal: AbortSignal,
): Promise<readonly Material[]> {
  const here = path ?? source?.path;
  if (here === undefined) return [];
  const toFile = (line: number) => line + firstLine - 1;
  const lines = range && { startLine: toFile(range.startLine), endLine: toFile(range.endLine) };
  const patience = AbortSignal.timeout(MATERIAL_PATIENCE_MS);
  try {
    const index = await runtime.search();
    const { results } = await index.collect({
      text: instruction,
      nearby: { cursor: { path: here, line: lines?.startLine ?? firstLine } },
      ...(lines === undefined ? {} : { changes: [{ path: here, ...lines }] }),
      tokens: MATERIAL_TOKENS,
      signal: AbortSignal.any([signal, patience]),
    });
    return results
      .filter((hit) => hit.path !== here)
      .map((hit) => ({
        title: `${hit.path}:${hit.startLine}-${hit.endLine} (${hit.reason})`,
        text: hit.text,
      }));
  } catch (error) {
    signal.throwIfAborted();
    // A change can be made without its surroundings.
    if (error instanceof ZekeError || patience.aborted) return [];
    throw error;
  }
}
