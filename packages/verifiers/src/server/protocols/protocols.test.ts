import { expect, it } from 'vitest';
import { protocols } from './protocols.ts';

it('lists each protocol once, on a path of its own', () => {
  expect(protocols.map(({ name, method, path }) => `${name} ${method} ${path}`)).toEqual([
    'v-triune POST /judge',
    'openrlhf POST /get_reward',
    'slime POST /slime',
    'nemo-gym POST /verify',
  ]);
});
