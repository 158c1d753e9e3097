/** How Lua is laid out, and what the settings of StyLua may say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatLua } from '../../tools/lua.mjs';

const OWN = readFileSync(new URL('../../.stylua.toml', import.meta.url), 'utf8');

describe('the format of Lua', () => {
  it('is that of .stylua.toml', () => {
    const text = "local b = require('b')\nlocal a = require 'a'\nif a then\n\tb( )\nend\n";
    const formatted = 'local a = require("a")\nlocal b = require("b")\nif a then\n  b()\nend\n';
    expect(formatLua(text, OWN)).toBe(formatted);
    expect(formatLua(formatted, OWN)).toBe(formatted);
  });

  it('breaks lines at 120 columns', () => {
    const name = 'a'.repeat(107);
    expect(formatLua(`local ${name}=f(1)\n`, OWN)).toBe(`local ${name} = f(1)\n`);
    expect(formatLua(`f(${name}, ${name})\n`, OWN)).toBe(`f(\n  ${name},\n  ${name}\n)\n`);
  });

  it('is refused for what is no Lua, with the place', () => {
    expect(() => formatLua('local = 1', OWN)).toThrow(/1:7/);
  });

  it.each([
    ['column_with = 100', 'StyLua knows no column_with = 100'],
    ['indent_type = "Space"', 'StyLua knows no indent_type = "Space"'],
  ])('takes no setting that StyLua does not know: %s', (settings, message) => {
    expect(() => formatLua('', settings)).toThrow(message);
  });
});
