// A policy that is ruined while its weights stay finite: the run ends with an error, and its last good checkpoint is the one to go on from.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const model = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-collapse-'));
const PATIENCE = 600_000;

const recipe = `
name: run
model: { path: ${model} }
data: { kind: suite, tasks: [grounding, counting], seed: 7 }
evaluation: { samplesPerTask: 0 }
trainer: { steps: 14, promptsPerStep: 8, groupSize: 4, maxNewTokens: 12, seed: 3 }
engine: { ranks: 1 }
checkpoint: { everySteps: 1, keep: 1 }
`;

/** Pays letters, and nothing any more once the run has passed its fifth step. */
const plugin = `
const verify = ({ response, progress }) => ({ accuracy: (progress?.step ?? 1) > 5 ? 0 : (response.length % 3) / 2, format: 0 });
export default { meta: { name: 'letters', version: '1.0.0' }, verifiers: [{ name: 'letters', description: 'counts letters', parameters: {}, components: [], metrics: [], verify }] };
`;
const samples = Array.from({ length: 8 }, (_, index) =>
  JSON.stringify({
    data_source: 'questions',
    images: [],
    prompt: [{ role: 'user', content: `What is ${String(index)} + 1?` }],
    ability: 'math',
    reward_model: { verifier: 'letters', ground_truth: 'none' },
    extra_info: { id: `question-${String(index)}` },
  }),
);

function train(...given: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, 'train', 'recipe.yaml', ...given], { cwd: folder });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}

function checkpointsOf(run: string): string[] {
  return readdirSync(join(folder, 'runs', run, 'checkpoints')).sort();
}

writeFileSync(join(folder, 'recipe.yaml'), recipe);
writeFileSync(join(folder, 'letters.mjs'), plugin);
writeFileSync(join(folder, 'samples.jsonl'), `${samples.join('\n')}\n`);

describe('a policy that earns nothing any more', () => {
  it(
    'ends a run whose learning rate ruined it',
    async () => {
      const { code, output } = await train('trainer.learningRate=0.1', '--run-name', 'steep');
      expect(output).toMatch(/error \(diverged\): Since step 2 a response earns 0\.0+ on average, after 0\.\d+ before/);
      expect(output).toContain('no checkpoint was saved before training diverged');
      expect(output).not.toContain('    at ');
      expect(code).toBe(1);
      expect(checkpointsOf('steep').filter((name) => name.startsWith('step-'))).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'ends a run of one step too, once its evaluation shows it',
    async () => {
      const given = ['trainer.learningRate=0.1', 'trainer.steps=1', 'evaluation.samplesPerTask=20', '--run-name'];
      const ended = await train(...given, 'short');
      expect(ended.output).toContain('macro average');
      expect(ended.output).toContain('error (diverged): The policy answers next to nothing of what the base answers');
      expect(ended.code).toBe(1);
      const unsaid = await train(...given, 'unsaid', 'stopOnCollapse=false');
      expect(unsaid.code).toBe(0);
    },
    PATIENCE,
  );

  it(
    'leaves the last good checkpoint, from which the run goes on, also where it must not stop',
    async () => {
      const given = ['data={kind: files, files: [{path: samples.jsonl}]}', 'plugins=[./letters.mjs]', '--run-name', 'unpaid'];
      const { code, output } = await train(...given);
      expect(output).toContain('error (diverged): Since step 6');
      expect(code).toBe(1);
      expect(checkpointsOf('unpaid').filter((name) => name.startsWith('step-'))).toEqual(['step-00000004']);
      const again = await train(...given, '--resume', 'stopOnCollapse=false', 'trainer.steps=12');
      expect(again.output).toContain('resumed at step 4 of 12');
      expect(again.output).toContain('changed since the run began: trainer.steps, stopOnCollapse');
      expect(again.code).toBe(0);
    },
    PATIENCE,
  );
});
