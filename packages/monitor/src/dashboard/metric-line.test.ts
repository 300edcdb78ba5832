import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetricLines, type SeriesName } from './metric-line.ts';

type Read = [source: string, split: string, name: string, step: number, value: number];

function read(lines: readonly string[]): { records: Read[]; bad: number } {
  const records: Read[] = [];
  const counts = { bad: 0 };
  const reader = createMetricLines<SeriesName>({
    open: (name) => name,
    add: ({ source, split, name }, step, value) => void records.push([source, split, name, step, value]),
    bad: () => (counts.bad += 1),
  });
  reader.take(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  return { records, bad: counts.bad };
}

const text = fc.oneof(fc.string(), fc.constantFrom('é', '"step":7,', 'x","value":3', '\\', 'all', '日本'));

describe('createMetricLines', () => {
  it('reads what JSON.parse reads, whatever is in the names', () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    const record = fc.record({ run: text, source: text, split: text, name: text, step: fc.nat(), value: number });
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 8 }),
        fc.array(fc.tuple(fc.nat(7), fc.nat(), number), { maxLength: 20 }),
        (given, again) => {
          // The same series several times with other numbers, which is what the fast way is for.
          const all = [...given, ...again.flatMap(([i, step, value]) => (given[i] === undefined ? [] : [{ ...given[i], step, value }]))];
          const expected = all.map(({ source, split, name, step, value }) => [source, split, name, step, value === 0 ? 0 : value]);
          const { records, bad } = read(all.map((one) => JSON.stringify(one)));
          expect([records.map((one) => one.map((part) => (part === 0 ? 0 : part))), bad]).toEqual([expected, 0]);
        },
      ),
    );
  });

  it('reads the step of the record and not one that is nested before it', () => {
    const line = (inner: number, step: number): string =>
      `{"extra":{"step":${String(inner)}},"run":"r","source":"s","split":"t","name":"n","step":${String(step)},"value":1}`;
    expect(read([line(5, 5), line(6, 7), line(8, 9)]).records.map(([, , , step]) => step)).toEqual([5, 7, 9]);
  });

  it.each([
    ['half a line', '{"run":"r","source":"s","split":"t","name":"n","step":1,"val'],
    [
      'two lines that ran together',
      '{"run":"r","source":"s","split":"t","na{"run":"r","source":"s","split":"t","name":"n","step":1,"value":1}',
    ],
    ['no object', '[1]'],
    ['null', 'null'],
    ['no source', '{"run":"r","split":"t","name":"n","step":1,"value":1}'],
    ['a value that is none', '{"run":"r","source":"s","split":"t","name":"n","step":1,"value":"1"}'],
    ['a step between steps', '{"run":"r","source":"s","split":"t","name":"n","step":1.5,"value":1}'],
    ['a number too large', '{"run":"r","source":"s","split":"t","name":"n","step":1,"value":1e999}'],
    ['a zero before a number', '{"run":"r","source":"s","split":"t","name":"n","step":01,"value":1}'],
    ['NaN', '{"run":"r","source":"s","split":"t","name":"n","step":1,"value":NaN}'],
  ])('counts %s and goes on', (_, broken) => {
    const good = '{"run":"r","source":"s","split":"t","name":"n","step":1,"value":2}';
    expect(read([good, broken, good])).toEqual({
      records: [
        ['s', 't', 'n', 1, 2],
        ['s', 't', 'n', 1, 2],
      ],
      bad: 1,
    });
  });
});
