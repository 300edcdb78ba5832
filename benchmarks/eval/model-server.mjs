// `orsta eval bench` against a real model server: `transformers serve` on the CPU with orsta-nano. The evaluation is killed once and the server once.
// In the end every question must be answered once, with the text and the token counts that the model folder gives by itself.
// Usage: node benchmarks/eval/model-server.mjs [--python path] [--count 8]   (build the packages first; --count is per task, of eight tasks)
// Without --python a virtual environment with transformers and torch is made in node_modules/.cache and kept there (1.5 GB).
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonWith } from '../python-environment.mjs';

const PACKAGES = ['transformers[serving]==5.23.0', 'torch==2.15.0', 'torchvision==0.29.2'];
const { values } = parseArgs({ options: { python: { type: 'string' }, count: { type: 'string', default: '8' } } });
const python = pythonWith({ name: 'model-server', installs: [PACKAGES], given: values.python });
function at(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
const cli = at('../../apps/orsta/dist/cli.js');
const model = at('../../apps/orsta/models/orsta-nano-base');
const folder = mkdtempSync(join(tmpdir(), 'model-server-'));

/** One question of each sample, in the layout of CountBenchQA.tsv. */
function writeQuestions() {
  execFileSync(process.execPath, [cli, 'data', 'synth', '--count', values.count, '--split', 'test', '--out', 'data'], { cwd: folder });
  const samples = readFileSync(join(folder, 'data/samples.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  const rows = samples.map(({ images: [image], prompt, reward_model: { ground_truth } }, index) => {
    const picture = readFileSync(join(folder, 'data', image.path)).toString('base64');
    return [index, picture, prompt[0].content.replace('<image>', '').replaceAll(/\s+/g, ' '), ground_truth.replaceAll(/\s+/g, ' ')].join(
      '\t',
    );
  });
  writeFileSync(join(folder, 'questions.tsv'), ['index\timage\tquestion\tanswer', ...rows, ''].join('\n'));
  return rows.length;
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function startServer(port) {
  const script = 'import sys; from transformers.cli.transformers import main; sys.argv[0] = "transformers"; main()';
  const options = ['--device', 'cpu', '--dtype', 'float32', '--host', '127.0.0.1', '--port', String(port), '--log-level', 'warning'];
  const server = spawn(python, ['-c', script, 'serve', model, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  let said = '';
  server.stderr.on('data', (data) => (said = (said + data).slice(-4000)));
  for (;;) {
    if (server.exitCode !== null) throw new Error(`transformers serve ended with ${server.exitCode}: ${said}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer?.ok) return server;
    await setTimeout(250);
  }
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  child.kill('SIGKILL');
  return new Promise((resolve) => child.once('exit', resolve));
}

function evaluate(out, ...options) {
  const given = ['eval', 'bench', 'countbench', '--data', 'questions.tsv', '--max-new-tokens', '48', '--out', out, ...options];
  const child = spawn(process.execPath, [cli, ...given], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended };
}

function linesOf(out) {
  const file = join(folder, out, 'responses.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

async function untilAnswered(out, count) {
  while (linesOf(out).length < count) await setTimeout(5);
}

function sameAnswers(expected) {
  const own = linesOf('server').toSorted();
  if (own.length !== expected.length) throw new Error(`${own.length} answers are logged, ${expected.length} questions were asked.`);
  const different = expected.toSorted().filter((line, index) => line !== own[index]);
  if (different.length > 0) throw new Error(`${different.length} answers differ from those of the model folder, such as ${different[0]}`);
}

let server;
try {
  const questions = writeQuestions();
  if ((await evaluate('local', '--model', model, '--ranks', '1').ended) !== 0)
    throw new Error('The evaluation of the model folder failed.');
  const local = linesOf('local');
  const port = await freePort();
  server = await startServer(port);
  const remote = () => evaluate('server', '--url', `http://127.0.0.1:${port}/v1`, '--model', model, '--slots', '8', '--retries', '12');
  const killed = remote();
  await untilAnswered('server', Math.ceil(questions / 4));
  await stop(killed.child);
  const kept = linesOf('server').length;
  const resumed = remote();
  await untilAnswered('server', Math.ceil(questions / 2));
  await stop(server);
  server = await startServer(port);
  if ((await resumed.ended) !== 0) throw new Error('The resumed evaluation failed.');
  sameAnswers(local);
  const { usage, score } = JSON.parse(readFileSync(join(folder, 'server/result.json'), 'utf8'));
  const own = JSON.parse(readFileSync(join(folder, 'local/result.json'), 'utf8'));
  if (usage.retries === 0) throw new Error('No request was tried again, although the server was killed.');
  if (score !== own.score || usage.prompt_tokens !== own.usage.prompt_tokens || usage.completion_tokens !== own.usage.completion_tokens)
    throw new Error(`Score or tokens differ: ${JSON.stringify(usage)} and ${JSON.stringify(own.usage)}`);
  console.log(
    `${questions} questions, 8 at a time: killed after ${kept} answers, gone on; server killed, ${usage.retries} requests tried again`,
  );
  console.log(`all ${questions} answers equal those of the model folder: ${usage.prompt_tokens} tokens in, ${usage.completion_tokens} out`);
} finally {
  if (server !== undefined) await stop(server);
  rmSync(folder, { recursive: true, force: true });
}
