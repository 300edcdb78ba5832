// Pre-training that is interrupted or fails ends its process: a rank that is left alone would keep it alive for ever.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-pretrain-'));
const PATIENCE = 120_000;

writeFileSync(
  join(folder, 'recipe.yaml'),
  `name: short\nmodel: ${model}\nseed: 1\nsteps: 10000\nwarmUpSteps: 0\nweightDecay: 0.01\ndenseWeight: 0.3\nboxNoise: 2\nworkedShare: 0.1\narithmetic: 0\nscenesPerStep: 1\nlearningRate: 1.0e-4\nranks: 2\nvalidateEvery: 5000\n`,
);

function pretrain(name: string, onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void) {
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = spawn(process.execPath, [cli, 'pretrain', 'recipe.yaml', `name=${name}`], { cwd: folder });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        onOutput(output, (signal) => child.kill(signal));
      });
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe('orsta pretrain', () => {
  it(
    'ends after the step at hand when it is told to',
    async () => {
      let told = false;
      const { code } = await pretrain('stopped', (output, kill) => {
        if (told || !output.includes('step 10/')) return;
        told = true;
        kill('SIGTERM');
      });
      expect(told).toBe(true);
      expect(code).toBe(130);
    },
    PATIENCE,
  );

  it(
    'ends with an error that comes after its ranks have started',
    async () => {
      mkdirSync(join(folder, 'runs/failing'), { recursive: true });
      writeFileSync(join(folder, 'runs/failing/checkpoints'), 'a file in the place of a folder');
      const { code, output } = await pretrain('failing', () => undefined);
      expect(output).toContain('checkpoints');
      expect(code).toBe(1);
    },
    PATIENCE,
  );
});
