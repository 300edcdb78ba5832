// The table "Which verifier for which task" of the README, row by row.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { score } from './score.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const section = readme.slice(readme.indexOf('### Which verifier for which task'), readme.indexOf('### In evaluation tools'));
const rows = section
  .split('\n')
  .filter((line) => /^\| .*`/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')));

it('has a row for most verifiers', () => {
  expect(new Set(rows.map(([, , verifier]) => verifier)).size).toBe(10);
});

it.each(rows)('%s%s: %s', async (_, _task, verifier = '', parameters = '', truth = '', response = '', expected = '') => {
  const request = { id: 'row', data_source: 'readme', verifier, response, ground_truth: truth };
  const [result] = await score([parameters === '' ? request : { ...request, verifier_parm: JSON.parse(parameters) as unknown }]);
  expect(result).toMatchObject({ status: 'scored', components: { accuracy: Number(expected) } });
});
