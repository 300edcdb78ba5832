import { expect, it } from 'vitest';
import { wires } from './wires.ts';

it('lists each protocol once, on a path of its own', () => {
  expect(wires.map(({ name, method, path }) => `${name} ${method} ${path}`)).toEqual([
    'v-triune POST /judge',
    'openrlhf POST /get_reward',
    'slime POST /slime',
    'nemo-gym POST /verify',
  ]);
});
