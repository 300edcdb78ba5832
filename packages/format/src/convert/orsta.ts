import type { Sample } from '../sample.ts';
import type { Converter } from './converter.ts';

/** Orsta-Data-47k, V-Triune's own format: the fields of a sample already. */
export const orsta: Converter = {
  name: 'orsta',
  rowFormat: '{ data_source, images, prompt, ability, reward_model, extra_info }',
  convert: (row) => [row as unknown as Sample],
};
