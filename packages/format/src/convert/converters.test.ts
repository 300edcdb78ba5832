import { describe, expect, it } from 'vitest';
import { envelopeOf, writeEnvelope } from '../envelope.ts';
import type { Sample } from '../sample.ts';
import { trainerRow, TRAINERS } from '../trainer-rows.ts';
import rows from '../../test/converter-rows.json' with { type: 'json' };
import type { DataRow } from './converter.ts';
import { converterNamed, converters, convertRow } from './converters.ts';

/** Made-up rows in the shape of each data set. */
const exampleRows: Readonly<Record<string, readonly DataRow[]>> = rows;

function convert(kind: string, row: DataRow, more: { verifier?: string } = {}): Sample[] {
  return convertRow(converterNamed(kind), row, { location: `${kind}.jsonl:1`, index: 0, ...more });
}

function rowsOf(kind: string): readonly DataRow[] {
  const rows = exampleRows[kind];
  if (rows === undefined) throw new Error(`test/converter-rows.ts has no rows of ${kind}`);
  return rows;
}

describe('converters', () => {
  it.each(converters.map(({ name }) => name))('%s makes samples of its rows, and leaves the rows as they are', (kind) => {
    const before = structuredClone(rowsOf(kind));
    const samples = rowsOf(kind).flatMap((row) => convert(kind, row));
    expect(rowsOf(kind)).toEqual(before);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples).toMatchSnapshot();
  });

  it('declare the space of their boxes', () => {
    const samples = converters.flatMap(({ name }) => rowsOf(name).flatMap((row) => convert(name, row)));
    const boxes = samples.filter(({ reward_model }) => ['grounding', 'detection'].includes(String(reward_model.verifier)));
    expect(boxes.length).toBeGreaterThan(8);
    for (const { reward_model } of boxes) expect(reward_model).toMatchObject({ coordinate_space: expect.any(String) });
  });

  it.each(converters.filter(({ name }) => name !== 'orsta').map(({ name }) => name))('%s says where a row is broken', (kind) => {
    expect(() => convert(kind, { nothing: 1 })).toThrow(new RegExp(`${kind}\\.jsonl:1: /\\w+`));
  });

  it.each(TRAINERS)('%s: what trainerRow wrote comes back with verifier, weights and parameters', (trainer) => {
    const [sample] = convert('coco', rowsOf('coco')[0]!);
    const path = { path: 'images/a.jpg' };
    const given = { ...sample!, images: [path] };
    const [back] = convert(trainer, trainerRow(given, trainer, 0));
    expect(back?.reward_model).toEqual(given.reward_model);
    expect(back).toMatchObject({ data_source: 'coco', images: [path], extra_info: { id: given.extra_info.id } });
    expect(back?.prompt).toEqual(given.prompt);
  });

  it('takes the verifier of the caller where a row names none, and the envelope before that', () => {
    const row = { problem: 'How many?', images: [], answer: '3' };
    expect(convert('easyr1', row, { verifier: 'counting' })[0]?.reward_model.verifier).toBe('counting');
    const [sample] = convert('scienceqa', rowsOf('scienceqa')[0]!);
    const label = writeEnvelope(envelopeOf(sample!));
    expect(convert('easyr1', { ...row, answer: label }, { verifier: 'counting' })[0]?.reward_model.verifier).toBe('choice');
  });
});

describe('coco', () => {
  it('asks once a category, and not for one with a crowd region', () => {
    const document = {
      images: [
        { id: 1, file_name: 'a.jpg' },
        { id: 2, file_name: 'b.jpg' },
      ],
      categories: [
        { id: 5, name: 'cat' },
        { id: 6, name: 'person' },
      ],
      annotations: [
        { image_id: 1, category_id: 5, bbox: [1, 2, 3, 4], iscrowd: 0 },
        { image_id: 1, category_id: 5, bbox: [5, 5, 1.5, 2.25], iscrowd: 0 },
        { image_id: 1, category_id: 6, bbox: [0, 0, 9, 9], iscrowd: 1 },
      ],
    };
    const rows = [...converterNamed('coco').rows!(document, 'instances.json')];
    expect(rows).toHaveLength(2);
    const [first, ...more] = rows.flatMap((row) => convert('coco', row));
    expect(more).toEqual([]);
    expect(JSON.parse(String(first?.reward_model.ground_truth))).toEqual([
      { bbox_2d: [1, 2, 4, 6], label: 'cat' },
      { bbox_2d: [5, 5, 6.5, 7.25], label: 'cat' },
    ]);
    expect(() => converterNamed('coco').rows!({ ...document, categories: [] }, 'instances.json')).toThrow(
      /annotations\/0\/category_id is 5/,
    );
  });
});

describe('lvis', () => {
  it('leaves out categories that are not labeled completely', () => {
    const row = { coco_url: 'http://images.cocodataset.org/train2017/7.jpg', not_exhaustive_category_ids: [2] };
    const object = (category_id: number, label: string) => ({ category_id, label, bbox: [0, 0, 2, 2] });
    const samples = convert('lvis', { ...row, objects: [object(1, 'tea_cup'), object(2, 'spoon')] });
    expect(samples.map(({ prompt }) => prompt[0]?.content)).toEqual(['<image>\nDetect every tea cup. Answer with boxes in JSON.']);
    expect(samples[0]?.images).toEqual([{ path: 'train2017/7.jpg' }]);
  });
});
