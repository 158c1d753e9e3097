/** Completion scripts from the registry. They start no program but for model names. */
import type { ArgumentSpec, CommandSpec, OptionSpec } from '../command.ts';
import { COMMANDS } from '../registry.ts';
import { GLOBAL_OPTIONS } from '../specs/options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** True for the shells there is a script for. */
export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name);
}

/** The whole script, to be sourced by the shell. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashScript();
    case 'zsh':
      return zshScript();
    case 'fish':
      return fishScript();
  }
}

const COMMAND_NAMES = COMMANDS.map((command) => command.name);

function allOptions(command: CommandSpec): readonly OptionSpec[] {
  return [...GLOBAL_OPTIONS, ...command.options];
}

/** Words that may stand as the value of an option or as an argument; undefined means files. */
function wordsFor(spec: OptionSpec | ArgumentSpec): readonly string[] | undefined {
  if (spec.choices !== undefined) return spec.choices;
  if (spec.completes === 'command') return COMMAND_NAMES;
  if (spec.completes === 'file' || spec.completes === 'directory') return undefined;
  return [];
}

function dashed(option: OptionSpec): readonly string[] {
  return [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
}

// ------------------------------------------------------------------------------------------ bash

function bashScript(): string {
  const takesValue = uniqueOptions((option) => option.value !== undefined);
  return `# bash completion for zeke. Load it with: source <(zeke completion bash)
_zeke() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command="" place=0 index current skip=0
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    current=\${COMP_WORDS[index]}
    if ((skip)); then skip=0; continue; fi
    case $current in
      ${takesValue.flatMap(dashed).join('|')}) skip=1 ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$current; else ((place++)); fi ;;
    esac
  done
  case $command:$previous in
${COMMANDS.flatMap((command) => bashValueCases(command)).join('\n')}
  esac
  if [[ $word == -* ]]; then
    case $command in
${COMMANDS.map((command) => `      ${command.name}) _zeke_words ${bashWords(allOptions(command).flatMap(dashed))} ;;`).join('\n')}
      *) _zeke_words ${bashWords([...GLOBAL_OPTIONS].flatMap(dashed))} ;;
    esac
    return
  fi
  case $command:$place in
    :*) _zeke_words ${bashWords(COMMAND_NAMES)} ;;
${COMMANDS.flatMap(bashArgumentCases).join('\n')}
  esac
}
_zeke_words() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(printf '%s\\n' "$@")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
_zeke_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
_zeke_models() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(zeke models --ids --offline 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _zeke zeke
`;
}

function bashValueCases(command: CommandSpec): readonly string[] {
  const isChat = command.name === 'chat';
  return allOptions(command)
    .filter((option) => option.value !== undefined)
    .map((option) => {
      const names = isChat ? [command.name, ''] : [command.name];
      const patterns = names.flatMap((name) => dashed(option).map((dash) => `${name}:${dash}`));
      return `    ${patterns.join('|')}) ${bashAction(option)}; return ;;`;
    });
}

function bashArgumentCases(command: CommandSpec): readonly string[] {
  return command.arguments.map((argument, index) => {
    const place = argument.isRepeated === true ? '*' : String(index);
    return `    ${command.name}:${place}) ${bashAction(argument)} ;;`;
  });
}

function bashAction(spec: OptionSpec | ArgumentSpec): string {
  if (spec.completes === 'model') return '_zeke_models';
  const words = wordsFor(spec);
  if (words === undefined) return '_zeke_files';
  return words.length === 0 ? ':' : `_zeke_words ${bashWords(words)}`;
}

function bashWords(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}

/** Options of every command that pass the test, each name once. */
function uniqueOptions(test: (option: OptionSpec) => boolean): readonly OptionSpec[] {
  const all = [...GLOBAL_OPTIONS, ...COMMANDS.flatMap((command) => command.options)].filter(test);
  return [...new Map(all.map((option) => [option.name, option])).values()];
}

// ------------------------------------------------------------------------------------------- zsh

function zshScript(): string {
  const commands = COMMANDS.map(
    (command) => `    ${shellQuote(`${zshEscape(command.name)}:${command.summary}`)}`,
  );
  return `#compdef zeke
# zsh completion for zeke. Load it with: source <(zeke completion zsh)
_zeke() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${commands.join('\n')}
  )
  _arguments -C \\
${GLOBAL_OPTIONS.map((option) => `    ${zshOption(option)} \\`).join('\n')}
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe -t commands 'command' commands ;;
    rest)
      case $words[1] in
${COMMANDS.map(zshCommandCase).join('\n')}
      esac ;;
  esac
}
_zeke_models() {
  local -a models
  models=(\${(f)"$(zeke models --ids --offline 2>/dev/null)"})
  compadd -a models
}
compdef _zeke zeke
`;
}

function zshCommandCase(command: CommandSpec): string {
  const specs = [
    ...allOptions(command).map(zshOption),
    ...command.arguments.map((argument, index) => {
      const place = argument.isRepeated === true ? '*' : String(index + 1);
      const optional = argument.isOptional === true && place !== '*' ? ':' : '';
      const action = zshAction(argument);
      return shellQuote(`${place}:${optional}${zshEscape(argument.name)}:${action}`);
    }),
  ];
  return `        ${command.name}) _arguments ${specs.join(' ')} ;;`;
}

function zshOption(option: OptionSpec): string {
  const value = option.value === undefined ? '' : `:${option.value}:${zshAction(option)}`;
  const text = `[${zshEscape(option.description)}]${value}`;
  const many = option.isRepeated === true ? '*' : '';
  const long = shellQuote(`${many}--${option.name}${text}`);
  return option.short === undefined
    ? long
    : `${long} ${shellQuote(`${many}-${option.short}${text}`)}`;
}

function zshAction(spec: OptionSpec | ArgumentSpec): string {
  if (spec.completes === 'model') return '_zeke_models';
  const words = wordsFor(spec);
  if (words === undefined) return '_files';
  return words.length === 0 ? ' ' : `(${words.join(' ')})`;
}

function zshEscape(text: string): string {
  return text.replace(/[\\:[\]]/g, '\\$&');
}

// ------------------------------------------------------------------------------------------ fish

function fishScript(): string {
  const lines = COMMANDS.flatMap((command) => {
    const seen = `-n "__fish_seen_subcommand_from ${command.name}"`;
    return [
      `complete -c zeke -n __fish_use_subcommand -a ${command.name} -d ${fishQuote(command.summary)}`,
      ...command.options.map((option) => `complete -c zeke ${seen} ${fishOption(option)}`),
      ...command.arguments.flatMap((argument) => {
        const words = wordsFor(argument);
        if (words === undefined) return [`complete -c zeke ${seen} -F`];
        if (words.length === 0) return [];
        return [`complete -c zeke ${seen} -a ${fishQuote(words.join(' '))}`];
      }),
    ];
  });
  return `# fish completion for zeke. Load it with: zeke completion fish | source
complete -c zeke -f
${GLOBAL_OPTIONS.map((option) => `complete -c zeke ${fishOption(option)}`).join('\n')}
${lines.join('\n')}
`;
}

function fishOption(option: OptionSpec): string {
  const short = option.short === undefined ? '' : ` -s ${option.short}`;
  return `-l ${option.name}${short}${fishValue(option)} -d ${fishQuote(option.description)}`;
}

function fishValue(option: OptionSpec): string {
  if (option.value === undefined) return '';
  if (option.completes === 'model') {
    return " -x -a '(zeke models --ids --offline 2>/dev/null)'";
  }
  const words = wordsFor(option);
  if (words === undefined) return ' -r -F';
  return words.length === 0 ? ' -x' : ` -x -a ${fishQuote(words.join(' '))}`;
}

function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
