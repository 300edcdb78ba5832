// A disk that is full: the run says so and ends, leaves no file that is cut under its own name, and goes on once there is room. A limit on the
// size of a file stands in for the disk: the system writes as much as fits, and refuses the rest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-full-'));
const PATIENCE = 600_000;

const recipe = `
name: run
model: { path: ${model} }
data: { kind: suite, tasks: [grounding, counting], seed: 7 }
evaluation: { samplesPerTask: 4 }
trainer: { steps: 2, promptsPerStep: 4, groupSize: 4, maxNewTokens: 12, seed: 3 }
engine: { ranks: 1 }
checkpoint: { everySteps: 1, keep: 1 }
`;

/** Runs `orsta train` with files of at most so many KiB; none where it is absent. */
function train(kibibytes: number | undefined, ...given: readonly string[]): Promise<{ code: number | null; output: string }> {
  const limit = kibibytes === undefined ? '' : `ulimit -f ${String(kibibytes)};`;
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, process.execPath, cli, 'train', 'recipe.yaml', ...given], {
      cwd: folder,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

writeFileSync(join(folder, 'recipe.yaml'), recipe);

describe.skipIf(process.platform === 'win32')('a run whose disk is full', () => {
  it.each([8, 64, 1024])(
    'is named, leaves whole files, and goes on once there is room: files up to %i KiB',
    async (kibibytes) => {
      const name = `limit-${String(kibibytes)}`;
      const ended = await train(kibibytes, '--run-name', name);
      expect(ended.output).toMatch(new RegExp(`error \\(unwritable\\): A file of \\S*/runs/${name} cannot be written: EFBIG`));
      expect(ended.output).not.toContain('    at ');
      expect(ended.code).toBe(1);

      const root = join(folder, 'runs', name);
      for (const file of readdirSync(root).filter((entry) => entry.endsWith('.json'))) JSON.parse(readFileSync(join(root, file), 'utf8'));
      const images = readdirSync(join(root, 'images'));
      for (const image of images.filter((entry) => entry.endsWith('.png')))
        await sharp(join(root, 'images', image))
          .raw()
          .toBuffer();

      const resumed = await train(undefined, '--run-name', name, '--resume');
      expect(resumed.output).toContain('run folder');
      expect(resumed.code).toBe(0);
    },
    PATIENCE,
  );
});
