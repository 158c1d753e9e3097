// The pages that are made from the registry and the table of settings.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { argumentRow, optionRow, usageOf } from '../src/cli/help/help.ts';
import { COMMANDS } from '../src/cli/registry.ts';
import { GLOBAL_OPTIONS } from '../src/cli/specs/options.ts';
import { ENVIRONMENT_VARIABLES, EXIT_CODES, FILES } from '../src/cli/specs/reference.ts';
import { CONFIG_KEYS } from '../src/platform/config/schema.ts';
import { ZEKE_VERSION } from '../src/platform/version.ts';
import { COMMANDS as SLASH_COMMANDS } from '../src/tui/commands/commands.ts';
import { languageNames } from '../src/tui/highlight/language-names.ts';
import { KEYMAP } from '../src/tui/keymap.ts';
import { contrast, parseHex } from '../src/tui/theme/colour.ts';
import { CONTRAST_PALETTES, THEMES } from '../src/tui/theme/palettes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every generated file by its path from the root, as it should be now. */
export function generatePages() {
  return new Map([
    ['man/zeke.1', manualPage()],
    ['docs/cli.md', fillPage('docs/cli.md', cliParts())],
    ['docs/tui.md', fillPage('docs/tui.md', tuiParts())],
    ['docs/themes.md', fillPage('docs/themes.md', themeParts())],
    ['docs/config.md', fillPage('docs/config.md', { settings: settingsPart() })],
    ['docs/generated/config.schema.json', `${JSON.stringify(configSchema(), null, 2)}\n`],
  ]);
}

/** Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`. */
function fillPage(path, parts) {
  let page = readFileSync(root + path, 'utf8');
  for (const [name, text] of Object.entries(parts)) {
    const begin = `<!-- begin ${name} -->`;
    const end = `<!-- end ${name} -->`;
    const from = page.indexOf(begin) + begin.length;
    const to = page.indexOf(end);
    if (from < begin.length || to < from) throw new Error(`${path} has no place for ${name}.`);
    page = `${page.slice(0, from)}\n${text.trim()}\n${page.slice(to)}`;
  }
  return page;
}

// ----------------------------------------------------------------------------------- docs/tui.md

function tuiParts() {
  const keys = KEYMAP.map(({ keys, description }) => [keys.map(code).join(' '), description]);
  const commands = SLASH_COMMANDS.map(({ name, argument, summary }) => [
    code(`/${name}${argument === undefined ? '' : ` ${argument}`}`),
    summary,
  ]);
  return { keys: table(['key', ''], keys), commands: table(['command', ''], commands) };
}

// -------------------------------------------------------------------------------- docs/themes.md

function themeParts() {
  const themes = THEMES.map(({ name, description }) => [code(name), description]);
  const faces = Object.entries(CONTRAST_PALETTES).map(([kind, palette]) => ({
    name: `contrast on ${kind}`,
    palette,
  }));
  const rows = [...THEMES, ...faces].flatMap(({ name, palette }) => {
    if (palette === undefined) return [];
    const { muted, comment, ...others } = palette.colours;
    const least = (colours) => leastContrast(colours, palette.background);
    return [[name, code(palette.background), least(others), least([muted, comment])]];
  });
  const languages = languageNames().map(([language, ...aliases]) =>
    aliases.length === 0 ? code(language) : `${code(language)} (${aliases.join(', ')})`,
  );
  return {
    themes: table(['theme', ''], themes),
    contrast: table(['theme', 'background', 'text', 'muted'], rows),
    languages: `${languages.join(', ')}.`,
  };
}

function leastContrast(colours, background) {
  const ratios = Object.values(colours).map((hex) => contrast(parseHex(hex), parseHex(background)));
  // Rounded down: a table must not promise more than there is.
  return (Math.floor(Math.min(...ratios) * 10) / 10).toFixed(1);
}

// ----------------------------------------------------------------------------------- docs/cli.md

function cliParts() {
  return {
    commands: COMMANDS.map(commandPart).join('\n\n'),
    options: table(['option', ''], GLOBAL_OPTIONS.map(optionCells)),
    'exit codes': table(['code', 'meaning'], EXIT_CODES.map(referenceCells)),
    variables: table(['variable', ''], ENVIRONMENT_VARIABLES.map(referenceCells)),
  };
}

function commandPart(command) {
  const parts = [`### zeke ${command.name}`, `${command.summary}.`];
  if (command.description) parts.push(command.description);
  parts.push(`\`\`\`\n${usageOf(command)}\n\`\`\``);
  if (command.arguments.length > 0) {
    const rows = command.arguments.map((argument) => {
      const [name, text] = argumentRow(argument);
      return [code(name), text];
    });
    parts.push(table(['argument', ''], rows));
  }
  if (command.options.length > 0) {
    parts.push(table(['option', ''], command.options.map(optionCells)));
  }
  const width = Math.max(...command.examples.map((example) => example.command.length));
  const examples = command.examples.map(
    (example) => `${example.command.padEnd(width)}  # ${example.description}`,
  );
  if (examples.length > 0) parts.push(`\`\`\`sh\n${examples.join('\n')}\n\`\`\``);
  return parts.join('\n\n');
}

function optionCells(option) {
  const [name, text] = optionRow(option);
  return [code(name.trim()), text];
}

function referenceCells({ name, description }) {
  return [code(name), description];
}

function code(text) {
  return `\`${text}\``;
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return lines.join('\n');
}

// -------------------------------------------------------------------------------- docs/config.md

function settingsPart() {
  return CONFIG_KEYS.map((entry) => {
    const facts = [typeText(entry)];
    if (entry.defaultValue !== undefined) {
      facts.push(`default ${code(JSON.stringify(entry.defaultValue))}`);
    }
    if (entry.variable) facts.push(`variable ${code(entry.variable)}`);
    if (entry.flag) facts.push(`option ${code(entry.flag)}`);
    facts.push(projectText(entry.project));
    return `### ${entry.key}\n\n${entry.reason}\n\n${facts.join(' · ')}`;
  }).join('\n\n');
}

function typeText({ type, choices, min, max }) {
  if (choices) return choices.map((choice) => code(JSON.stringify(choice))).join(', ');
  const names = { string: 'text', boolean: 'true or false', 'string-list': 'list of texts' };
  const name = names[type] ?? (type === 'integer' ? 'whole number' : 'number');
  if (min === undefined) return name;
  return max === undefined ? `${name}, at least ${min}` : `${name}, ${min} to ${max}`;
}

function projectText(project) {
  if (project === 'any') return 'a project may set it';
  if (project === 'never') return 'only your own file';
  return `a project may only set it to ${code(JSON.stringify(project.only[0]))}`;
}

// ------------------------------------------------------------------------ docs/generated/config.schema.json

function configSchema() {
  const top = emptyTable('Settings of Zeke (config.toml)');
  top.$schema = 'https://json-schema.org/draft/2020-12/schema';
  for (const entry of CONFIG_KEYS) {
    const parts = entry.key.split('.');
    const last = parts.pop();
    let at = top;
    for (const part of parts) at = childTable(at, part);
    if (last.startsWith('<')) at.additionalProperties = valueSchema(entry);
    else at.properties[last] = valueSchema(entry);
  }
  return top;
}

function childTable(at, part) {
  if (part.startsWith('<')) {
    if (at.additionalProperties === false) at.additionalProperties = emptyTable();
    return at.additionalProperties;
  }
  at.properties[part] ??= emptyTable();
  return at.properties[part];
}

function emptyTable(title) {
  return {
    ...(title ? { title } : {}),
    type: 'object',
    properties: {},
    additionalProperties: false,
  };
}

function valueSchema({ type, reason, defaultValue, choices, min, max }) {
  const value =
    type === 'string-list' ? { type: 'array', items: { type: 'string', minLength: 1 } } : { type };
  return {
    ...value,
    description: reason,
    ...(choices ? { enum: choices } : {}),
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

// ------------------------------------------------------------------------------------- man/zeke.1

function manualPage() {
  return [
    '.\\" Made from the registry of commands by tools/generate-docs.mjs.',
    `.TH ZEKE 1 "" "zeke ${ZEKE_VERSION}" "User commands"`,
    '.SH NAME',
    'zeke \\- an AI copilot for the terminal and for Neovim',
    '.SH SYNOPSIS',
    '.B zeke',
    roff('[prompt...] [options]'),
    '.br',
    '.B zeke',
    roff('<command> [arguments] [options]'),
    '.SH DESCRIPTION',
    roff(
      'Without a command, zeke opens a conversation about the code in the current folder. ' +
        'Answers go to standard output, everything else to standard error.',
    ),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(manualCommand),
    '.SH OPTIONS OF EVERY COMMAND',
    ...GLOBAL_OPTIONS.flatMap((option) => tagged(optionRow(option))),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(({ name, description }) => tagged([name, description])),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT_VARIABLES.flatMap(({ name, description }) => tagged([name, description])),
    '.SH FILES',
    ...FILES.flatMap(({ name, description }) => tagged([name, description])),
    '',
  ].join('\n');
}

function manualCommand(command) {
  return [
    `.SS ${roff(usageOf(command))}`,
    roff(`${command.summary}.`),
    ...(command.description ? ['.PP', roff(command.description)] : []),
    ...command.arguments.flatMap((argument) => tagged(argumentRow(argument))),
    ...command.options.flatMap((option) => tagged(optionRow(option))),
    ...command.examples.flatMap((example) => [
      '.PP',
      roff(`${example.description}:`),
      '.PP',
      '.nf',
      roff(`    ${example.command}`),
      '.fi',
    ]),
  ];
}

function tagged([name, text]) {
  return ['.TP', `.B ${roff(name.trim())}`, roff(`${text}.`)];
}

/** Text for roff: backslashes, hyphens that can be copied, no line that looks like a request. */
function roff(text) {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
