/** How a request beside the conversation is written: material in blocks of its own, secrets hidden. */
import { randomBytes } from 'node:crypto';
import { ZekeError } from '../platform/errors.ts';
import type { Placeholders } from './propose/placeholders.ts';
import type { SideModel } from './side-request.ts';

/** What a model should see, and what it is called. */
export interface Material {
  readonly title: string;
  readonly text: string;
}

/** Writes material as data that cannot be taken for instructions. */
export function createBlockWriter(placeholders: Placeholders): (material: Material) => string {
  // Random, so that nothing in the material can close its own block.
  const border = randomBytes(6).toString('hex');
  return ({ title, text }) =>
    `<data ${border} source=${JSON.stringify(title)}>\n${placeholders.hide(text)}\n</data ${border}>`;
}

/** Throws where the user wants nothing sent that holds a secret. */
export function refuseSecrets(
  { model, onSecret }: { readonly model: SideModel; readonly onSecret: 'redact' | 'refuse' },
  placeholders: Placeholders,
): void {
  const hidden = placeholders.hidden();
  if (hidden.length === 0 || onSecret === 'redact' || model.provider.isLocal) return;
  throw new ZekeError(
    'usage',
    `Nothing was sent: the text holds a secret (${hidden.join(', ')}).`,
    {
      hint: 'Take it out, or set secrets.on_secret to "redact".',
    },
  );
}
