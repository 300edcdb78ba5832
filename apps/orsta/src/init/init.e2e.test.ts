// The way in, as a stranger walks it: 30 photographs with a CSV file become a trained model whose answers one can look at.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCirclePhotos } from '../../test/circle-photos.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-init-'));
const PATIENCE = 600_000;
const STEPS = 30;

function orsta(...given: string[]): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...given], { cwd: folder, encoding: 'utf8', timeout: PATIENCE });
  return { output: `${stdout}${stderr}`, status };
}

/** Mean rewards of the training steps from `first` to `last`. */
function rewardOf(first: number, last: number): number {
  const rollouts = readFileSync(join(folder, 'runs/photos/rollouts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rewards = rollouts
    .filter(({ step, split }) => split !== 'test' && step >= first && step <= last)
    .map(({ result }) => result.reward as number);
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

beforeAll(() => writeCirclePhotos(join(folder, 'photos'), 30, 1), PATIENCE);

describe('own photographs', () => {
  it(
    'become a training set with one command, which says the next one',
    async () => {
      const made = orsta('init', 'photos');
      expect(made.output).toContain('30 images with csv labels: 24 samples to train on, 6 held out');
      expect(made.output).toContain('orsta train photos-training/photos.yaml');
      expect(made.status).toBe(0);
      expect(await sharp(join(folder, 'photos-training/samples.png')).metadata()).toMatchObject({ format: 'png', width: 6 * 216 });
      expect(orsta('data', 'validate', 'photos-training/train.jsonl')).toMatchObject({ status: 0 });
      expect(orsta('init', 'photos')).toMatchObject({ status: 2, output: expect.stringContaining('--force') });
    },
    PATIENCE,
  );

  it(
    'teach the model where the circle is',
    () => {
      const trained = orsta('train', 'photos-training/photos.yaml', `trainer.steps=${String(STEPS)}`, 'trainer.promptsPerStep=8');
      expect(trained.output).toContain('macro average');
      expect(trained.status).toBe(0);
      expect(rewardOf(STEPS - 9, STEPS)).toBeGreaterThan(rewardOf(1, 5));
    },
    PATIENCE,
  );

  it(
    'can be asked about and looked at',
    async () => {
      const model = `runs/photos/checkpoints/step-${String(STEPS).padStart(8, '0')}`;
      const asked = orsta(
        'predict',
        '--model',
        model,
        '--image',
        'photos/photo-05.jpg',
        '--prompt',
        'Where is the circle? Answer with boxes in JSON.',
      );
      expect(asked.output).toContain('bbox_2d');
      expect(asked.status).toBe(0);
      expect(await sharp(join(folder, 'photo-05-answer.png')).metadata()).toMatchObject({ format: 'png' });
      const shown = orsta('preview', 'photos-training/test.jsonl', '--predictions', 'runs/photos/rollouts.jsonl', '--out', 'answers.png');
      expect(shown.output).toContain('6 samples drawn');
      expect(existsSync(join(folder, 'answers.png'))).toBe(true);
    },
    PATIENCE,
  );
});
