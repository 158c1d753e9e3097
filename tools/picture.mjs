// Draws docs/pictures/*.svg from real runs: the built program in real terminals, on the built-in
// engine, and on a host of this machine that plays a model where one has to act.
// Run it with `node tools/picture.mjs` after a build; names draw those pictures alone.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startModelServer, streamText, streamToolCall } from '../test/helpers/model-server.ts';
import { cleanArguments } from '../test/helpers/neovim.ts';
import { PtyProgram } from '../test/helpers/pty.ts';
import { readTestSetup } from '../test/helpers/test-setup.ts';
import { drawTerminals } from './picture-svg.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/pictures');
const QUESTION = 'where is the login token checked?';
/** What a terminal says of the colour behind its text. */
const DARK = '\x1b]11;rgb:1616/1818/1d1d\x1b\\';
const LIGHT = '\x1b]11;rgb:fafa/fafa/fafa\x1b\\';
const MODELS = ['gpt-5.5', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5-nano'];
/** What the host's model does: it changes a line of the project. */
const EDIT = {
  path: 'src/token.ts',
  old_text: 'token.expires > now;',
  new_text: 'token.expires.getTime() > now.getTime();',
};
/** What the host's model says in a conversation, and to an editor that asks for a change. */
const ANSWER = 'Once `token.expires` has passed, or where `verify` does not know the signature.';
const HUNK = `<<<<<<< SEARCH
  return verify(token.signature) && token.expires > now;
=======
  if (!verify(token.signature)) return false;
  return token.expires.getTime() > now.getTime();
>>>>>>> REPLACE`;
/** A project small enough for its answers to fit a picture. */
const PROJECT = {
  'AGENTS.md': 'Answer briefly. Tests live in test/.\n',
  'src/token.ts': [
    '/** True while the token is signed by us and has not expired. */',
    'export function checkToken(token: LoginToken, now: Date): boolean {',
    '  return verify(token.signature) && token.expires > now;',
    '}',
    '',
  ].join('\n'),
  'src/server.ts': [
    "import { checkToken } from './token.ts';",
    '',
    'export async function handle(request: Request): Promise<Response> {',
    "  const token = readToken(request.headers.get('authorization'));",
    "  if (!checkToken(token, new Date())) return new Response('log in', { status: 401 });",
    '  return route(request);',
    '}',
    '',
  ].join('\n'),
  'test/token.test.ts': "test('an expired login token is refused', () => {});\n",
};

/** Each brings terminals to where they are drawn. */
const SCENES = {
  conversation: {
    title: 'A conversation with Zeke in the terminal',
    play: async (stage) => {
      const program = await stage.openZeke({ background: DARK });
      await ask(program);
      program.type('explain @src/to');
      await program.waitForText('› src/token.ts');
      return [program];
    },
  },
  light: {
    title: 'The same on a light background',
    isLight: true,
    play: async (stage) => {
      const program = await stage.openZeke({ background: LIGHT });
      await ask(program);
      return [program];
    },
  },
  'two-terminals': {
    title: 'One conversation in two terminals',
    play: async (stage) => {
      const first = await stage.openZeke({ background: DARK, columns: 64 });
      await ask(first);
      const second = await stage.openZeke({ background: DARK, columns: 64 });
      await second.waitForText('server.ts');
      await second.waitForText('· main');
      second.type('and who calls it?');
      await second.waitForText('> and who calls it?');
      return [first, second];
    },
  },
  approval: {
    title: 'A change that waits for approval',
    play: async (stage) => {
      const program = await stage.openWithHost();
      program.type('a token that expires right now must not count\r');
      await program.waitForText('y allow');
      return [program];
    },
  },
  neovim: {
    title: 'One conversation in Neovim and in a terminal, and a proposed change',
    play: async (stage) => {
      const editor = await stage.openNeovim('src/token.ts');
      editor.type(':ZekeChat\r');
      await editor.waitForText('openai/');
      const terminal = await stage.openBeside();
      terminal.type('when is a login token refused?\r');
      await editor.waitForText('does not know');
      await terminal.waitForText('does not know');
      editor.type('\x1b\x17h:ZekeEdit compare the times as numbers\r');
      await editor.waitForText('now.getTime();');
      return [editor, terminal];
    },
  },
  models: {
    title: 'The list of models',
    play: async (stage) => {
      const program = await stage.openWithHost();
      program.type('\x0f');
      await program.waitForText(MODELS.at(-1));
      program.type('\x1b[B');
      await program.waitFor('the choice', (text) => /› \S+/.test(text));
      return [program];
    },
  },
};

const wanted = process.argv.slice(2);
for (const [name, scene] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const stage = openStage();
  try {
    const programs = await scene.play(stage);
    const svg = drawTerminals(
      programs.map(({ terminal }) => terminal),
      scene,
    );
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, `${name}.svg`), svg);
    console.log(`docs/pictures/${name}.svg`);
  } finally {
    await stage.close();
  }
}

async function ask(program) {
  program.type(`${QUESTION}\r`);
  await program.waitFor('the answer', (text) => text.includes('server.ts'));
  await program.waitForText('> Ask anything');
  await program.waitForText('· main');
}

/** A home with the project in it, and what opens programs there. */
function makeHome() {
  const home = mkdtempSync(join(tmpdir(), 'zeke-picture-'));
  const project = join(home, 'shop');
  for (const [path, text] of Object.entries(PROJECT)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  execFileSync('git', ['init', '-q', '-b', 'main', project]);
  const programs = [];
  const open = async (options) => {
    const { args, command, background = DARK, columns = 100, rows = 40, ready, env } = options;
    const program = new PtyProgram({
      command: command ?? process.execPath,
      args,
      cwd: project,
      env: {
        HOME: home,
        ZEKE_CONFIG_DIR: join(home, 'config'),
        ZEKE_STATE_DIR: join(home, 'state'),
        PATH: process.env.PATH ?? '',
        ...env,
      },
      columns,
      rows,
    });
    programs.push(program);
    await program.waitFor('the query', () => program.raw.includes('\x1b]11;?'));
    program.type(background);
    await program.waitForText(ready);
    return program;
  };
  const remove = async () => {
    await Promise.all(programs.map((program) => program.dispose()));
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  };
  return { open, remove };
}

/** What one scene can open. */
function openStage() {
  const { open, remove } = makeHome();
  let host;
  const hostEnv = () => ({ OPENAI_BASE_URL: host.baseUrl, OPENAI_API_KEY: 'key-of-no-worth' });
  return {
    openZeke: (options) =>
      open({
        ...options,
        args: [join(root, 'bin/zeke'), '--model', 'builtin/zeke'],
        ready: 'builtin/zeke',
      }),
    openWithHost: async () => {
      host = await startModelServer(
        (response) => streamToolCall(response, 'edit_file', EDIT),
        MODELS,
      );
      return open({
        args: [join(root, 'bin/zeke'), '--model', `openai/${MODELS[0]}`],
        rows: 24,
        ready: `openai/${MODELS[0]} · main`,
        env: hostEnv(),
      });
    },
    openNeovim: async (file) => {
      host = await startModelServer(
        (response, { body }) =>
          streamText(response, [body.includes('compare the times') ? HUNK : ANSWER]),
        MODELS,
      );
      const newest = readTestSetup().neovims.at(-1);
      if (newest === undefined) throw new Error('there is no Neovim: node tools/test-setup.mjs');
      return open({
        command: newest.path,
        args: [...cleanArguments(), '--cmd', 'set noswapfile noruler shortmess+=I', file],
        columns: 120,
        rows: 18,
        ready: 'checkToken',
        env: { ...hostEnv(), ZEKE_MODEL: `openai/${MODELS[0]}` },
      });
    },
    openBeside: () =>
      open({
        args: [join(root, 'bin/zeke')],
        columns: 56,
        rows: 18,
        ready: `openai/${MODELS[0]}`,
        env: hostEnv(),
      }),
    close: async () => {
      await remove();
      await host?.close();
    },
  };
}
