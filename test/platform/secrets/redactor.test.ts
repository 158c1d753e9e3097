import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/platform/secrets/redactor.ts';
import { sampleOf, seededRandom } from '../../helpers/regex-sample.ts';

const random = seededRandom(11);
const token = () => sampleOf('ghp_[0-9A-Za-z]{36}', random);

describe('createRedactor', () => {
  it('replaces secrets and leaves the rest as it is', () => {
    const [first, second] = [token(), token()];
    const { text, found } = createRedactor().redact(`a ${first} b ${second} c`);
    expect(text).toBe('a [secret:github-token:1] b [secret:github-token:2] c');
    expect(found.map((match) => match.rule)).toEqual(['github-token', 'github-token']);
  });

  it('gives the same secret the same placeholder in every text', () => {
    const secret = token();
    const redactor = createRedactor();
    expect(redactor.redact(`x ${token()} ${secret}`).text).toContain('[secret:github-token:2]');
    expect(redactor.redact(secret).text).toBe('[secret:github-token:2]');
  });

  it('finds nothing in what it wrote', () => {
    const redactor = createRedactor();
    const once = redactor.redact(`password = "${token()}"`).text;
    expect(redactor.redact(once)).toEqual({ text: once, found: [] });
  });

  it('returns text without secrets unchanged', () => {
    expect(createRedactor().redact('nothing here')).toEqual({ text: 'nothing here', found: [] });
  });
});
