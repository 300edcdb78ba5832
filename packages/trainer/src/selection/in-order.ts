import { Type } from 'typebox';
import { defineSelection } from './selection.ts';

/** The samples as they come: uniform over the data. */
export const inOrder = defineSelection({
  name: 'in-order',
  settings: Type.Object({}, { additionalProperties: false }),
  poolFactor: () => 1,
  choose: (candidates, count) => candidates.slice(0, count).map((_, index) => index),
  observe: () => undefined,
});
