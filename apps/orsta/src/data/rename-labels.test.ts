import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@vtriune/format';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convertCommand } from '../commands/data-convert.ts';
import { convertLabels } from './convert-labels.ts';
import { convertVoc, type VocQuestions } from './convert-voc.ts';
import { checkRenames, readRenames, renamedImages } from './rename-labels.ts';

const CELLS = [
  { label: 'WBC', box: [10, 10, 30, 30] },
  { label: 'RBC', box: [40, 10, 50, 20] },
  { label: 'RBC', box: [40, 40, 50, 50] },
] as const;

async function imageFolder(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `orsta-rename-${name}-`));
  mkdirSync(join(folder, 'JPEGImages'));
  const blank = sharp({ create: { width: 60, height: 60, channels: 3, background: 'white' } });
  await blank.jpeg().toFile(join(folder, 'JPEGImages', 'a.jpg'));
  return folder;
}

/** The samples of one image with three cells. */
async function converted(questions: VocQuestions): Promise<Sample[]> {
  const from = await imageFolder('voc');
  mkdirSync(join(from, 'Annotations'));
  const corners = (box: readonly number[]): string =>
    ['xmin', 'ymin', 'xmax', 'ymax'].map((name, side) => `<${name}>${String(box[side])}</${name}>`).join('');
  const objects = CELLS.map(({ label, box }) => `<object><name>${label}</name><bndbox>${corners(box)}</bndbox></object>`);
  const size = '<size><width>60</width><height>60</height></size>';
  const xml = `<annotation><filename>a.jpg</filename>${size}${objects.join('')}</annotation>`;
  writeFileSync(join(from, 'Annotations', 'a.xml'), xml);
  await convertVoc({ from, out: from, warn: () => undefined }, questions);
  return samplesIn(from);
}

function samplesIn(folder: string): Sample[] {
  const lines = readFileSync(join(folder, 'train.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Sample);
}

function asked(samples: readonly Sample[]): Record<string, unknown> {
  return Object.fromEntries(
    samples.map(({ data_source, prompt }) => [data_source, String(prompt[0]?.content).split('\n')[1]?.split('. ')[0]]),
  );
}

describe('new names for classes', () => {
  it('are what questions and ground truth say', async () => {
    const samples = await converted({ renames: readRenames(['RBC=ball', 'WBC=flower']) });
    expect(asked(samples)).toEqual({
      voc_detection: 'Find every ball, every flower',
      voc_counting_ball: 'How many ball are there? Answer in \\boxed{}.',
      voc_counting_flower: 'How many flower are there? Answer in \\boxed{}.',
      voc_grounding_flower: 'Locate the flower',
    });
    expect(JSON.parse(String(samples[0]?.reward_model.ground_truth))).toEqual([
      { bbox_2d: [10, 10, 30, 30], label: 'flower' },
      { bbox_2d: [40, 10, 50, 20], label: 'ball' },
      { bbox_2d: [40, 40, 50, 50], label: 'ball' },
    ]);
  });

  it('ask for one class at a time where that is wanted, each with its own boxes and id', async () => {
    const samples = (await converted({ renames: readRenames(['RBC=ball']), oneClass: true })).filter(
      ({ ability }) => ability === 'detection',
    );
    expect(asked(samples)).toEqual({ voc_detection_wbc: 'Detect every WBC', voc_detection_ball: 'Detect every ball' });
    expect(samples.map(({ reward_model }) => (JSON.parse(String(reward_model.ground_truth)) as unknown[]).length)).toEqual([1, 2]);
    expect(samples.map(({ extra_info }) => extra_info.id)).toEqual(['a.jpg-detection-wbc', 'a.jpg-detection-ball']);
  });

  it('are taken for tables of boxes too', async () => {
    const from = await imageFolder('csv');
    const rows = CELLS.map(({ label, box }) => `a.jpg,${label},${box.join(',')}`);
    writeFileSync(join(from, 'labels.csv'), `${['image,label,x1,y1,x2,y2', ...rows].join('\n')}\n`);
    const out = join(from, 'out');
    await convertLabels({ format: 'csv', from, out, renames: readRenames(['RBC=ball']) });
    const said = samplesIn(out).map(({ prompt }) => String(prompt[0]?.content));
    expect(said.join('\n')).toMatch(/ball/);
    expect(said.join('\n')).not.toMatch(/RBC/);
  });

  it('are taken for the labels of a folder, and a class that it does not have is refused', () => {
    const images = [{ image: 'a.jpg', boxes: CELLS.map(({ label, box }) => ({ label, box })) }] as never;
    const names = renamedImages(images, readRenames(['RBC=red cell'])).flatMap(({ boxes }) => boxes.map(({ label }) => label));
    expect(names).toEqual(['WBC', 'red cell', 'red cell']);
    expect(() => renamedImages(images, readRenames(['cell=ball']))).toThrow('there is no class "cell"; the classes are RBC, WBC.');
  });

  it('that are no pair, come twice or name no class are refused', async () => {
    expect(() => readRenames(['RBC'])).toThrow('--rename "RBC" is not OLD=NEW');
    expect(() => readRenames(['RBC='])).toThrow('is not OLD=NEW');
    expect(() => readRenames(['a=b=c'])).toThrow('is not OLD=NEW');
    expect(() => readRenames(['RBC=ball', 'RBC=cup'])).toThrow('names the class "RBC" twice');
    expect(() => checkRenames(readRenames(['RCB=ball']), ['WBC', 'RBC', 'RBC'])).toThrow(
      '--rename: there is no class "RCB"; the classes are RBC, WBC.',
    );
    await expect(converted({ renames: readRenames(['rbc=ball']) })).rejects.toThrow('there is no class "rbc"');
  });

  it('and questions for one class are refused for kinds that have questions of their own', async () => {
    const context = { cwd: tmpdir(), output: () => undefined, notice: () => undefined } as never;
    const options = { from: ['rows.jsonl'], out: 'out' };
    await expect(convertCommand('chartqa', { ...options, rename: ['a=b'] }, context)).rejects.toThrow(
      '--rename is for csv, voc, yolo; chartqa',
    );
    await expect(convertCommand('yolo', { ...options, oneClass: true }, context)).rejects.toThrow(
      '--one-class is for voc and not for yolo',
    );
  });
});
