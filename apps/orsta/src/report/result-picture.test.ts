import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { runningMean } from './curve.ts';
import { writeResultPicture } from './result-picture.ts';
import { readRunRecords } from './run-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-result-'));
function row(step: number, split: 'train' | 'test', reward: number | null, sample = 's') {
  return JSON.stringify({
    step,
    split,
    source: 'cats',
    sample,
    response: `<b>${String(step)}</b>`,
    ...(split === 'test' ? { boxes: [{ bbox_2d: [20, 20, 60, 60], kind: 'ground_truth' }] } : {}),
    result: reward === null ? { status: 'failed', error: { code: 'timeout', message: '' } } : { status: 'scored', reward },
  });
}

async function records() {
  const path = join(folder, 'rollouts.jsonl');
  const rows = [
    row(0, 'test', 0),
    row(1, 'train', 0),
    row(1, 'train', 1),
    row(1, 'train', null),
    row(2, 'train', 1),
    row(2, 'test', 1),
    row(1, 'test', 0.5),
  ];
  writeFileSync(path, `${rows.join('\n')}\n`);
  return readRunRecords(path, { taskOf: () => 'grounding', lastStep: 2 });
}

describe('readRunRecords', () => {
  it('averages the rewards of each step, leaves failures out, and finds the answers before and after', async () => {
    const { curves, answers } = await records();
    expect([...curves]).toEqual([
      [
        'grounding',
        [
          [1, 0.5],
          [2, 1],
        ],
      ],
    ]);
    expect(answers.get('s')).toMatchObject({ before: { response: '<b>0</b>' }, after: { response: '<b>2</b>', reward: 1 } });
  });
});

describe('writeResultPicture', () => {
  it('draws true boxes on the image at the size that the model saw', async () => {
    const path = join(folder, 'result.png');
    const accuracy = { samples: 1, verified: 0.5, lenient: 0.5 };
    const after = { macro: accuracy, tasks: { grounding: { ...accuracy, sources: {} } } };
    const image = { width: 50, height: 50, data: new Uint8Array(50 * 50 * 3).fill(255) };
    const sample = {
      prompt: [{ role: 'user', content: 'Where?' }],
      ability: 'grounding',
      reward_model: { ground_truth: '' },
      extra_info: { id: 's' },
    };
    const examples = [{ item: { sample, images: [image] } as never, storedWidth: 100 }];
    await writeResultPicture(path, { title: 'a & b', after, before: after, records: await records(), examples });
    const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const green = [...Array(info.width * info.height).keys()].filter((pixel) => {
      const [red = 0, greenish = 0, blue = 0] = data.subarray(3 * pixel, 3 * pixel + 3);
      return greenish > 120 && red < 60 && blue < 120;
    });
    // The box is from a fifth to three fifths of the example, whose left edge is at 24 and which is 214 wide.
    const aboveCaptions = green.filter((pixel) => pixel / info.width < info.height - 90);
    const columns = aboveCaptions.map((pixel) => pixel % info.width);
    expect(Math.min(...columns)).toBeGreaterThan(24 + 0.2 * 214 - 4);
    expect(Math.max(...columns)).toBeLessThan(24 + 0.6 * 214 + 4);
  });
});

it('smooths without moving a constant', () => {
  const points = Array.from({ length: 30 }, (_, step): [number, number] => [step, 0.25]);
  expect(runningMean(points)).toEqual(points);
});
