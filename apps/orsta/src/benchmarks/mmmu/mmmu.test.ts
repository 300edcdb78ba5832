import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPredictions } from '../predictions.ts';
import { pythonRandom } from '../python/random.ts';
import { scoreResponses } from '../score-responses.ts';
import { mmmu } from './mmmu.ts';
import { openIsRight, parseChoice, parseOpen } from './parse-response.ts';

const shared = new URL('../../../../../../shared/real-data/mmmu-scoring/', import.meta.url);
const present = existsSync(shared);
function path(name: string): string {
  return new URL(name, shared).pathname;
}
const golden = JSON.parse(readFileSync(new URL('../../../test/fixtures/benchmarks/mmmu.json', import.meta.url), 'utf8'));

/** The numbers that the official program printed: a Python dict of `{'Overall': {'num': 900, 'acc': 0.361}, ...}`. */
function printed(file: string): Record<string, { num: number; acc: number }> {
  return JSON.parse(readFileSync(path(file), 'utf8').trim().replaceAll("'", '"'));
}

describe.skipIf(!present)(`MMMU on the published outputs${present ? '' : ' (skipped: ../shared/real-data/mmmu-scoring is absent)'}`, () => {
  it.each(['qwen_vl', 'llava1.5_13b'])('gives the official accuracies of %s', async (model) => {
    const responses = await readPredictions(path(`${model}/total_val_output.json`), mmmu);
    const scored = await scoreResponses({ benchmark: mmmu, data: path('answer_dict_val.json'), responses, rules: 'official', seed: 42 });
    const expected = printed(`${model}/expected.txt`);
    expect(Number(scored.summary.score?.toFixed(3))).toBe(expected['Overall']?.acc);
    const { domain = {}, subject = {} } = scored.summary.groups;
    for (const [name, { num, acc }] of Object.entries(expected).filter(([name]) => name !== 'Overall')) {
      const group = name.startsWith('Overall-') ? domain[name.slice('Overall-'.length)] : subject[name];
      expect(group?.count, name).toBe(num);
      expect(Number(group?.score.toFixed(3)), name).toBe(acc);
    }
  });

  it('reads the letters that the official parser read, where none was drawn at random', async () => {
    const parsed = JSON.parse(readFileSync(path('qwen_vl/total_val_output.json'), 'utf8')) as Record<string, string>;
    let compared = 0;
    for (const subject of ['Art', 'Electronics', 'Finance', 'Math', 'Physics']) {
      const rows = JSON.parse(readFileSync(path(`qwen_vl/${subject}/output.json`), 'utf8'));
      for (const row of rows.filter((own: { question_type: string }) => own.question_type === 'multiple-choice')) {
        const { letter, random } = parseChoice(row.response, Object.values<string>(row.index2ans), pythonRandom(42));
        if (random) continue;
        expect(letter, row.id).toBe(parsed[row.id]);
        compared += 1;
      }
    }
    expect(compared).toBe(117);
  });
});

describe('the official parser on responses of our own', () => {
  it('draws and parses choices as it does', () => {
    const random = pythonRandom(42);
    for (const { response, options, letter } of golden.choices)
      expect(parseChoice(response, options, random).letter, response).toBe(letter);
  });

  it('reads and judges open responses as it does', () => {
    for (const { response, answers, readings, right } of golden.open) {
      const own = parseOpen(response);
      expect(new Set(own.map(String)), response).toEqual(
        new Set(readings.map((own: unknown) => String(own).toLowerCase().replace('inf', 'Infinity').replace('nan', 'NaN'))),
      );
      expect(openIsRight(own, answers), response).toBe(right);
    }
  });
});
