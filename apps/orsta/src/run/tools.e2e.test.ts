// Training with a tool, from the lesson that teaches the call to a run that is stopped and goes on.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectBackend } from '@vtriune/trainer';
import { startRolloutServer } from '@vtriune/trainer/testing';
import { parseMetricRecord, parseRolloutRecord, type MetricRecord, type RolloutRecord } from '@vtriune/monitor';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';

const app = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-tools-'));
const PATIENCE = 1_200_000;

const settings = [
  'model.path=runs/nano-zoom-base/model',
  'trainer.steps=4',
  'trainer.promptsPerStep=3',
  'trainer.groupSize=4',
  'evaluation.samplesPerTask=6',
  'engine.ranks=1',
  'checkpoint.everySteps=2',
  'trainer.selection={name: dies}',
  'trainer.tools.use=[{name: image_zoom_in_tool, pixels: 6400}, {name: clock}]',
  'plugins=[./dies.mjs]',
];

/** A tool, and a selector that takes prompts as they come; where there is a file `die`, it kills its process at the fourth step. */
const plugin = `
import { existsSync } from 'node:fs';
let step = 0;
const choose = (candidates, count) => {
  if (++step === 4 && existsSync('die')) process.kill(process.pid, 'SIGKILL');
  return candidates.slice(0, count).map((_, index) => index);
};
const dies = { name: 'dies', settings: { type: 'object', properties: {} }, poolFactor: () => 1, choose, observe: () => undefined };
const none = { type: 'object', properties: {} };
const clock = { name: 'clock', description: 'The time.', settings: none, parameters: none, run: () => ({ error: 'It stands.' }) };
export default { meta: { name: 'dies', version: '1.0.0' }, selectors: [dies], tools: [clock] };
`;

interface Evaluation {
  readonly macro: unknown;
  readonly tool_calls: number;
}

interface Result {
  readonly tools: unknown;
  readonly usage: { readonly tool_calls: number };
  readonly items: readonly Pick<RolloutRecord, 'response' | 'turns'>[];
}

interface Ended {
  code: number | null;
  output: string;
}

function orsta(given: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(app, 'dist/cli.js'), ...given], { cwd: folder });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function train(name: string, more: readonly string[] = []): Promise<Ended> {
  return orsta(['train', join(app, 'recipes/nano-zoom.yaml'), ...settings, '--run-name', name, ...more]);
}

function linesOf<T>(run: string, file: string, parse: (value: unknown) => T): T[] {
  const text = readFileSync(join(folder, 'runs', run, file), 'utf8').trim();
  return text.split('\n').map((line) => parse(JSON.parse(line)));
}

function rolloutsOf(run: string): RolloutRecord[] {
  return linesOf(run, 'rollouts.jsonl', parseRolloutRecord);
}

function metricsOf(run: string): MetricRecord[] {
  return linesOf(run, 'metrics.jsonl', parseMetricRecord);
}

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
  writeFileSync(join(folder, 'dies.mjs'), plugin);
  const lesson = join(app, 'recipes/nano-zoom-base.yaml');
  const taught = await orsta(['pretrain', lesson, 'steps=70', 'scenesPerStep=6', 'validateEvery=70', '--runs-dir', 'runs']);
  expect(taught, taught.output).toMatchObject({ code: 0 });
  const whole = await train('whole');
  expect(whole, whole.output).toMatchObject({ code: 0 });
}, PATIENCE);

describe('a run with the zoom tool', () => {
  it('calls it, and keeps every turn with its images', () => {
    const rollouts = rolloutsOf('whole').filter(({ split }) => split === 'train');
    const calling = rollouts.filter(({ tool_calls: calls = 0 }) => calls > 0);
    expect(rollouts).toHaveLength(4 * 3 * 4);
    expect(calling.length).toBeGreaterThan(0);
    for (const { turns = [], response } of rollouts) expect(turns.at(-1)).toMatchObject({ role: 'assistant', text: response });
    const shown = calling.find(({ tool_errors: errors }) => errors === 0);
    expect(shown?.turns?.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant']);
    const [image = 'none'] = shown?.turns?.[1]?.images ?? [];
    expect(existsSync(join(folder, 'runs/whole', image))).toBe(true);
  });

  it('counts calls, errors and turns for each source', () => {
    const metrics = metricsOf('whole');
    const valueOf = (name: string): number =>
      metrics.find((metric) => metric.step === 1 && metric.source === 'nano_sign' && metric.name === name)?.value ?? NaN;
    const first = rolloutsOf('whole').filter(({ step }) => step === 1);
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(valueOf('tool/calls')).toBeCloseTo(mean(first.map(({ tool_calls: calls = NaN }) => calls)), 9);
    expect(valueOf('tool/errors')).toBeCloseTo(mean(first.map(({ tool_errors: errors = NaN }) => errors)), 9);
    const own = first.map(({ turns = [] }) => turns.filter(({ role }) => role === 'assistant').length);
    expect(valueOf('length/turns')).toBeCloseTo(mean(own), 9);
  });

  it(
    'goes on with equal weights and records after it was killed',
    async () => {
      writeFileSync(join(folder, 'die'), '');
      const killed = await train('killed');
      expect(killed.code, killed.output).toBeNull();
      rmSync(join(folder, 'die'));
      const resumed = await train('killed', ['--resume']);
      expect(resumed, resumed.output).toMatchObject({ code: 0 });
      expect(resumed.output).toContain('resumed at step 2');
      const weights = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'checkpoints/step-00000004/model.safetensors'));
      expect(weights('killed').equals(weights('whole'))).toBe(true);
      const turnsOf = (run: string): unknown[] => rolloutsOf(run).map(({ step, sample, turns }) => ({ step, sample, turns }));
      expect(turnsOf('killed')).toEqual(turnsOf('whole'));
    },
    PATIENCE,
  );

  it('is evaluated with its tools afterwards, and gets the score that it got in training', { timeout: PATIENCE }, async () => {
    const given = ['eval', '--model', 'runs/whole', '--task', 'sign', '--samples', '6', '--ranks', '1', '--out', 'responses.jsonl'];
    const evaluated = await orsta([...given, '--json', '--plugins', './dies.mjs']);
    expect(evaluated, evaluated.output).toMatchObject({ code: 0 });
    expect(evaluated.output).toContain(
      'step-00000004 was trained with tools: it is asked with image_zoom_in_tool, clock (maxTurns 2, maxTokens 128)',
    );
    const summary = JSON.parse(
      evaluated.output.slice(evaluated.output.indexOf('{\n'), evaluated.output.lastIndexOf('}') + 1),
    ) as Evaluation;
    const trained = JSON.parse(readFileSync(join(folder, 'runs/whole/evaluation.json'), 'utf8')) as { after: { summary: Evaluation } };
    expect(summary).toMatchObject(trained.after.summary);
    const lines = readFileSync(join(folder, 'responses.jsonl'), 'utf8').trim().split('\n');
    const responses = lines.map((line) => JSON.parse(line) as { id: string } & Pick<RolloutRecord, 'response' | 'turns' | 'tool_calls'>);
    const held = rolloutsOf('whole').filter(({ step, split }) => step === 4 && split === 'test');
    const textsOf = (turns: RolloutRecord['turns']): string[] | undefined => turns?.map(({ text }) => text);
    expect(responses.map(({ id, turns }) => [id, textsOf(turns)])).toEqual(held.map(({ sample, turns }) => [sample, textsOf(turns)]));
    for (const { turns = [], response } of responses) expect(turns.at(-1)?.text).toBe(response);
    expect(summary.tool_calls).toBe(responses.reduce((sum, { tool_calls: calls = NaN }) => sum + calls, 0));
    const shown = responses.flatMap(({ turns = [] }) => turns.flatMap(({ images = [] }) => images));
    expect(shown.length).toBeGreaterThan(0);
    for (const image of shown) expect(existsSync(join(folder, image))).toBe(true);
    const without = await orsta([...given, '--tools', 'none']);
    expect(without, without.output).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'responses.jsonl'), 'utf8')).not.toContain('"turns"');
  });

  it('looks again in predict and in benchmarks, which show what it saw', { timeout: PATIENCE }, async () => {
    const synthesized = await orsta(['data', 'synth', '--task', 'sign', '--count', '2', '--out', 'signs']);
    expect(synthesized, synthesized.output).toMatchObject({ code: 0 });
    const [sample] = readFileSync(join(folder, 'signs/samples.jsonl'), 'utf8').split('\n');
    const { images, prompt } = JSON.parse(String(sample)) as { images: { path: string }[]; prompt: { content: string }[] };
    const [path, question] = [join('signs', String(images[0]?.path)), String(prompt[0]?.content)];
    const asked = await orsta(['predict', '--model', 'runs/whole', '--image', path, '--prompt', question, '--out', 'answer.png']);
    expect(asked, asked.output).toMatchObject({ code: 0 });
    expect(asked.output).toMatch(/<tool_call> .*\n {2}-> (an image of \d+x\d+|Error: )/);
    const pictures = asked.output.match(/-> an image/g)?.length ?? 0;
    expect((await sharp(join(folder, 'answer.png')).metadata()).width).toBe((1 + pictures) * 656);

    const png = readFileSync(join(folder, path)).toString('base64');
    writeFileSync(
      join(folder, 'count.tsv'),
      `index\timage\tquestion\tanswer\n0\t${png}\t${question.replace('<image>', '').trim()}\t1234\n`,
    );
    const bench = ['eval', 'bench', 'countbench', '--data', 'count.tsv', '--ranks', '1', '--out', 'counted'];
    const counted = await orsta([...bench, '--model', 'runs/whole']);
    expect(counted, counted.output).toMatchObject({ code: 0 });
    const result = JSON.parse(readFileSync(join(folder, 'counted/result.json'), 'utf8')) as Result;
    expect(result.tools).toMatchObject({ maxTurns: 2, use: [{ name: 'image_zoom_in_tool', pixels: 6400 }, { name: 'clock' }] });
    expect(result.items[0]?.turns?.at(-1)?.text).toBe(result.items[0]?.response);
    expect(result.usage.tool_calls).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'counted/report.html'), 'utf8')).toContain('<div class="turn"><pre>');
    const other = await orsta([...bench, '--model', 'runs/whole', '--tools', 'maxTurns=1']);
    expect(other).toMatchObject({ code: 1, output: expect.stringContaining('has responses for tools') as string });
    const served = await orsta([...bench, '--url', 'http://127.0.0.1:1', '--model', 'm', '--tools', 'image_zoom_in_tool']);
    expect(served).toMatchObject({ code: 2, output: expect.stringContaining('--tools goes with a model folder alone') as string });
  });

  it.each(['vllm', 'sglang'] as const)('samples its turns on %s as well', { timeout: PATIENCE }, async (protocol) => {
    // What a failed try has left.
    rmSync(join(folder, 'runs', protocol), { recursive: true, force: true });
    const server = await startRolloutServer({ protocol, modelFolder: join(folder, 'runs/nano-zoom-base/model') });
    try {
      writeFileSync(join(folder, `${protocol}.yaml`), `rollout: { kind: ${protocol}, url: ${server.url} }\n`);
      // Every response loses by its length, so that there is something to learn at each step.
      const short = [`${protocol}.yaml`, ...settings, 'trainer.steps=2', 'trainer.overlongBuffer=48', 'evaluation.samplesPerTask=0'];
      const served = await orsta(['train', join(app, 'recipes/nano-zoom.yaml'), ...short, '--run-name', protocol]);
      expect(served, served.output).toMatchObject({ code: 0 });
      const rollouts = rolloutsOf(protocol);
      expect(rollouts).toHaveLength(2 * 3 * 4);
      expect(rollouts.some(({ turns = [] }) => turns.length === 3)).toBe(true);
      const gaps = metricsOf(protocol).filter(({ name }) => name === 'policy/sampler_gap');
      expect(gaps).toHaveLength(2);
      for (const { value } of gaps) expect(value).toBeLessThan(1e-3);
      const [first, later] = [
        protocol === 'vllm' ? '/v1/chat/completions' : '/generate',
        protocol === 'vllm' ? '/inference/v1/generate' : '/generate',
      ];
      expect(server.calls).toEqual(expect.arrayContaining([`POST ${first}`, `POST ${later}`]));
    } finally {
      await server.close();
    }
  });
});
