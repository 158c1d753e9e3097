import { expect, test } from 'vitest';
import { systemPrompt } from '../../../src/agent/prompts/system.ts';

const FACTS = { projectName: 'demo', platform: 'linux', hasTools: true };

test('speaks only of tools that are offered', () => {
  const plain = systemPrompt(FACTS);
  expect(plain).toContain('"demo" on linux');
  expect(plain).not.toMatch(/edit_file|run_command|decline/);
  const editing = systemPrompt({ ...FACTS, canEdit: true });
  expect(editing).toMatch(/edit_file[\s\S]*decline/);
  expect(editing).not.toContain('run_command');
  expect(systemPrompt({ ...FACTS, canRun: true })).toMatch(/run_command[\s\S]*decline/);
  const none = systemPrompt({ ...FACTS, hasTools: false, canEdit: true, canRun: true });
  expect(none).not.toMatch(/edit_file|run_command|decline|Use the tools/);
});

test('is short: every request carries it', () => {
  const longest = systemPrompt({ ...FACTS, canEdit: true, canRun: true });
  expect(longest.length).toBeLessThan(1_700);
});
