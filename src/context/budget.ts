const ASCII_CHARACTERS_PER_TOKEN = 3.4;
const CJK_CHARACTERS_PER_TOKEN = 1.1;
const OTHER_CHARACTERS_PER_TOKEN = 2;

/** About how many tokens a model will count for this text. */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let cjk = 0;
  let other = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) ascii++;
    else if (code >= 0x2e80 && code <= 0xd7ff) cjk++;
    else other++;
  }
  return Math.ceil(
    ascii / ASCII_CHARACTERS_PER_TOKEN +
      cjk / CJK_CHARACTERS_PER_TOKEN +
      other / OTHER_CHARACTERS_PER_TOKEN,
  );
}
