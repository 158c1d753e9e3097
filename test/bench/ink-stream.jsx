// The floor for a streamed answer: plain Ink with a memoised <Static>. Paragraphs that are finished
// are written once, the open one is drawn with each frame as plain text, and what is typed stands
// below. No Markdown, no wrapping of its own, no journal, no status: what Ink alone costs.
import { request } from 'node:http';
import { Box, render, Static, Text, useInput } from 'ink';
import { memo, useEffect, useState } from 'react';

const MAX_FPS = 30;
const FRAME_MS = 1000 / MAX_FPS;
const PROMPT = '> ';

/** What has come: finished paragraphs, and the open one. */
const answer = { done: [], open: '' };
let isDrawing = false;
let draw = () => undefined;

const Done = memo(function Done({ items }) {
  return <Static items={items}>{(text, index) => <Text key={index}>{`${text}\n`}</Text>}</Static>;
});

function App() {
  const [typed, setTyped] = useState('');
  const [, setFrame] = useState(0);
  useEffect(() => {
    draw = () => setFrame((count) => count + 1);
  }, []);
  useInput((input, key) => {
    if (!key.return) return setTyped(typed + input);
    setTyped('');
    ask();
  });
  return (
    <>
      <Done items={answer.done} />
      <Box flexDirection="column">
        {answer.open === '' ? null : <Text>{answer.open}</Text>}
        <Text>{PROMPT + typed}</Text>
      </Box>
    </>
  );
}

function ask() {
  const [baseUrl] = process.argv.slice(2);
  const call = request(`${baseUrl}/chat/completions`, { method: 'POST' }, (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      take(lines.map(textOf).join(''));
    });
  });
  call.end('{"model":"bench","stream":true,"messages":[]}');
}

function textOf(line) {
  if (!line.startsWith('data: {')) return '';
  return JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '';
}

/** Tokens are gathered into frames, as any program should. */
function take(text) {
  const parts = (answer.open + text).split('\n\n');
  answer.open = parts.pop();
  if (parts.length > 0) answer.done = [...answer.done, ...parts];
  if (isDrawing) return;
  isDrawing = true;
  setTimeout(() => {
    isDrawing = false;
    draw();
  }, FRAME_MS);
}

render(<App />, { maxFps: MAX_FPS, incrementalRendering: true, patchConsole: false });
process.on('SIGTERM', () => process.exit());
