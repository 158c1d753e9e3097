import { expect, test } from 'vitest';
import { BlockWriter } from '../../src/providers/blocks.ts';

test('one block is open at a time, and empty text opens none', () => {
  const writer = new BlockWriter();
  const parts = [
    ...writer.reasoning('a'),
    ...writer.reasoning(''),
    ...writer.reasoning('b'),
    ...writer.text(''),
    ...writer.text('c'),
    ...writer.reasoning('d'),
    ...writer.close(),
    ...writer.close(),
  ];
  expect(parts).toEqual([
    { type: 'reasoning-start', id: 'reasoning-1' },
    { type: 'reasoning-delta', id: 'reasoning-1', text: 'a' },
    { type: 'reasoning-delta', id: 'reasoning-1', text: 'b' },
    { type: 'reasoning-end', id: 'reasoning-1' },
    { type: 'text-start', id: 'text-2' },
    { type: 'text-delta', id: 'text-2', text: 'c' },
    { type: 'text-end', id: 'text-2' },
    { type: 'reasoning-start', id: 'reasoning-3' },
    { type: 'reasoning-delta', id: 'reasoning-3', text: 'd' },
    { type: 'reasoning-end', id: 'reasoning-3' },
  ]);
});

test('a signature goes with the block that ends, and what is left with an empty one', () => {
  const signatures = ['first', 'second'];
  const writer = new BlockWriter(() => signatures.shift());
  expect([...writer.reasoning('a'), ...writer.close()].at(-1)).toEqual({
    type: 'reasoning-end',
    id: 'reasoning-1',
    signature: 'first',
  });
  expect([...writer.carry()]).toEqual([
    { type: 'reasoning-start', id: 'reasoning-2' },
    { type: 'reasoning-end', id: 'reasoning-2', signature: 'second' },
  ]);
  expect([...writer.carry()]).toEqual([]);
});
