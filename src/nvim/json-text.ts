/** JSON as Lua's reader takes it. */

/** Half a character, which JavaScript lets stand alone and Lua's reader refuses. */
const LONE_HALF = /\\ud[89a-f]/i;

/** The JSON of a value; what can be no UTF-8 is replaced. */
export function toJsonText(value: unknown): string {
  const json = JSON.stringify(value);
  // Whole characters are never escaped. A text that shows such an escape is found too, harmlessly.
  if (!LONE_HALF.test(json)) return json;
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'string' ? item.toWellFormed() : item,
  );
}
