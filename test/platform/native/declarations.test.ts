/** Header, Zig exports and koffi declarations speak of the same functions. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ABI_VERSION,
  OPERATIONS,
  PHASES,
  PROGRESS_STRUCT,
  PROTOTYPES,
  STATUS,
} from '../../../src/platform/native/declarations.ts';

const native = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../native/${path}`, import.meta.url)), 'utf8');

const header = native('include/zeke_index.h').replace(/\/\*[\s\S]*?\*\//g, '');

/** `int32_t zeke_task_new(uint64_t index, uint64_t *task_out)` for every function of the header. */
const headerPrototypes = [...header.matchAll(/^\w+ zeke_\w+\([^)]*\);/gm)].map(([text]) =>
  text.replace(/\s+/g, ' ').replace(';', ''),
);

const constants = new Map(
  [...header.matchAll(/^#define (ZEKE_\w+) (-?\d+)/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]),
);

const screaming = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

describe('the declarations', () => {
  it('have the functions of the header, with their arguments', () => {
    expect(headerPrototypes.length).toBeGreaterThan(5);
    const declared = Object.values(PROTOTYPES).map((text) => text.replace('_Out_ ', ''));
    expect(declared).toEqual(headerPrototypes);
  });

  it('have the constants of the header', () => {
    const declared = new Map<string, number>([['ZEKE_ABI_VERSION', ABI_VERSION]]);
    for (const [name, value] of Object.entries(STATUS)) {
      declared.set(name === 'ok' ? 'ZEKE_OK' : `ZEKE_ERROR_${screaming(name)}`, value);
    }
    for (const [name, value] of Object.entries(OPERATIONS)) {
      declared.set(`ZEKE_OPERATION_${screaming(name)}`, value);
    }
    expect(declared).toEqual(constants);
  });

  it('have the struct and the phases of the header', () => {
    const [, body = ''] = /struct zeke_progress \{([^}]*)\}/.exec(header) ?? [];
    const members = [...body.matchAll(/(\w+) (\w+);/g)].map(([, type, name]) => [name, type]);
    expect(Object.entries(PROGRESS_STRUCT.members)).toEqual(members);
    const [, text = ''] =
      /uint32_t phase; \/\*([^*]*)\*\//.exec(native('include/zeke_index.h')) ?? [];
    const phases = [...text.matchAll(/(\d) (\w+)/g)].map(([, number, word]) => [number, word]);
    expect(phases).toEqual(Object.entries(PHASES).map(([number, word]) => [number, word]));
  });
});

/** Types of the C interface as Zig writes them in an exported function. */
const ZIG_TYPES: readonly (readonly [zig: RegExp, c: string])[] = [
  [/^\??\[\*c?\]const u8$/, 'const uint8_t *'],
  [/^\??\[\*c?\]u8$/, 'uint8_t *'],
  [/^\??\*usize$/, 'size_t *'],
  [/^\??\*u64$/, 'uint64_t *'],
  [/^\??\*(?:\w+\.)?Progress$/, 'zeke_progress *'],
  [/^usize$/, 'size_t'],
  [/^u64$/, 'uint64_t'],
  [/^u32$/, 'uint32_t'],
  [/^i32$/, 'int32_t'],
];

/** `Handle` is what the table of handles says it is. */
const [, handleType = ''] =
  /^pub const Handle = (\w+);$/m.exec(native('src/store/handles.zig')) ?? [];

function cType(zig: string): string {
  return ZIG_TYPES.find(([pattern]) => pattern.test(zig))?.[1] ?? `no C type for ${zig}`;
}

/** `index_out: ?*Handle` is a `?*u64`. */
function typeOf(parameter: string): string {
  const type = parameter.slice(parameter.indexOf(':') + 1).trim();
  return type.replace('Handle', handleType);
}

describe('the Zig exports', () => {
  it('are the functions of the header', () => {
    const source = native('src/c_api.zig');
    const exported = [
      ...source.matchAll(/export fn (\w+)\(([^)]*)\)(?: callconv\(\.c\))? (\w+) \{/g),
    ];
    const prototypes = exported.map(([, name, list = '', result = '']) => {
      const types = list
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '')
        .map((one) => cType(typeOf(one)));
      return `${cType(result)} ${name}(${types.length === 0 ? 'void' : types.join(', ')})`;
    });
    const expected = headerPrototypes.map((text) =>
      text.replace(/(\*| )\w+(?=[,)])/g, (_, mark) => (mark === '*' ? '*' : '')),
    );
    expect(prototypes.sort()).toEqual(expected.map((text) => text.replace('()', '(void)')).sort());
  });
});
