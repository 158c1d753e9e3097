// An answer as models give them, in tokens of about four characters: prose, headings, lists, a table
// and code. It has no capitals and none of a few signs, so that typed keys and the first and last
// token can be told from it in what a program writes.

export const FIRST = '{';
export const LAST = '}';

const PARTS = [
  '## how the retry works\n\n',
  'the client asks the server and waits for an answer. when the connection is lost in the middle of ' +
    'a request, **the retry limit** decides how often it is tried again, and `retry_delay` how long ' +
    'it waits in between. each attempt doubles the delay, so that a busy server is left alone.\n\n',
  '1. the first attempt starts at once, without any delay\n' +
    '2. the second one waits for *half a second*, and a little more by chance\n' +
    '3. all others wait until `max_delay` is reached, then the error is shown\n\n',
  '```python\ndef fetch(url, limit):\n    for attempt in range(limit):\n' +
    '        try:\n            return open_url(url, timeout=30)\n' +
    '        except timeout:\n            sleep(delay(attempt))\n\n    raise error(url)\n```\n\n',
  'some things are worth knowing before the numbers are changed:\n\n',
  '- a limit of zero means that nothing is tried again, and the error is shown at once\n' +
    '- the delay is kept below one minute, see [the notes](https://example.org/notes)\n' +
    '- requests that write something are never repeated, because nobody knows whether they came\n\n',
  '| setting | default | what it does |\n| --- | --- | --- |\n' +
    '| retry_limit | 3 | how many attempts there are |\n| retry_delay | 500 | before the second one |\n' +
    '| max_delay | 60000 | no attempt waits longer |\n\n',
  '> the defaults are fine for most servers. change them only when the log says that requests are ' +
    'given up too early, and measure again after it.\n\n',
];

/**
 * That many tokens; the first holds FIRST and the last holds LAST, and nothing else does.
 * @param {number} count
 * @returns {readonly string[]}
 */
export function markdownTokens(count) {
  const tokens = [`${FIRST} `];
  for (let at = 0; tokens.length < count - 1; at += 1) {
    const part = PARTS[at % PARTS.length] ?? '';
    tokens.push(...(part.match(/[\s\S]{1,4}/g) ?? []));
  }
  tokens.length = Math.max(1, count - 1);
  return [...tokens, `\n\nthe end ${LAST}`];
}
