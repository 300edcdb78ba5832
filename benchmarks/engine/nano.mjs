// The step of orsta-nano in workload.mjs on each backend, and in PyTorch by hand: rollout, encoding of images, and update in seconds by the clock
// and, after them, of the processor.
//
//   node benchmarks/engine/nano.mjs [--rounds 5] [--python PATH] [--backends wasm,tfjs-node]     tfjs-node after `orsta backend install cpu`
//
// Each measurement is a process of its own, and they take turns. Medians. PyTorch's images count as encoded.
import { execFileSync, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLocalEngine, createParallelEngine, nativeEnvironment, selectBackend } from '@vtriune/trainer';
import { makeWorkload, median, RESPONSES, timed, updateOf } from './workload.mjs';

const STEPS = 6;
const PARTS = ['encoding', 'rollout', 'update'];

async function measure({ backend, ranks }) {
  Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks, cores: availableParallelism() }));
  const { model, prompts, rowsOf } = await makeWorkload();
  if (ranks === 1) await selectBackend({ prefer: [backend] });
  const options = { ...model, frozen: ['vit', 'connector'], paddingTokenId: 0, tokensPerMicroBatch: 1024 };
  const engine = ranks === 1 ? createLocalEngine(options) : await createParallelEngine({ ...options, ranks, backend: [backend] });
  const sampling = { groupSize: RESPONSES, maxNewTokens: 26, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [] };
  const steps = [];
  for (let step = 0; step < STEPS; step++) {
    const encoding = await timed(() => engine.encodeImages(prompts.flatMap(({ images }) => images)));
    const given = prompts.map((prompt, i) => ({ ...prompt, images: [encoding.result[i]] }));
    const rollout = await timed(() => engine.generate(given, sampling));
    const update = await timed(() => engine.update(updateOf(rowsOf(given))));
    if (step > 0) steps.push({ encoding, rollout, update, loss: update.result.loss });
  }
  await engine.close();
  const parts = PARTS.map((part) => {
    const [seconds, processor] = ['seconds', 'processor'].map((clock) => median(steps.map((one) => one[part][clock])));
    return [part, { seconds, processor }];
  });
  return { ...Object.fromEntries(parts), loss: steps[0].loss };
}

function inChild(variant) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(variant)], { env: { ...process.env, ...variant.environment } });
    child.on('message', resolve);
    child.on('exit', (code) => code !== 0 && reject(new Error(`${variant.name} ended with code ${code}`)));
  });
}

function inPython(python) {
  const script = fileURLToPath(new URL('nano_peer.py', import.meta.url));
  const said = JSON.parse(execFileSync(python, [script, String(STEPS)], { encoding: 'utf8' }));
  const part = (name) => ({ seconds: said[name], processor: said.processor[name] });
  return { rollout: part('rollout'), update: part('update') };
}

if (process.send !== undefined) {
  process.send(await measure(JSON.parse(process.argv[2])));
  process.exit(0);
}
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    python: { type: 'string' },
    backends: { type: 'string', default: 'wasm,tfjs-node' },
  },
});
const cores = availableParallelism();
const oneDnn = { TF_ENABLE_ONEDNN_OPTS: '1' };
const all = [
  { name: `wasm, ${cores} ranks`, backend: 'wasm', ranks: cores },
  { name: 'tfjs-node, 1 rank', backend: 'tfjs-node', ranks: 1 },
  { name: 'tfjs-node, 1 rank, oneDNN', backend: 'tfjs-node', ranks: 1, environment: oneDnn },
  { name: `tfjs-node, ${cores} ranks`, backend: 'tfjs-node', ranks: cores },
  { name: `tfjs-node, ${cores} ranks, oneDNN`, backend: 'tfjs-node', ranks: cores, environment: oneDnn },
];
const variants = all.filter(({ backend }) => values.backends.split(',').includes(backend));
if (values.python !== undefined) variants.push({ name: 'PyTorch, by hand' });
const rounds = variants.map(() => []);
for (let round = 0; round < Number(values.rounds); round++)
  for (const [v, variant] of variants.entries())
    rounds[v].push(variant.backend === undefined ? inPython(values.python) : await inChild(variant));

console.log(`| engine | ${PARTS.map((part) => `${part}, s (processor)`).join(' | ')} | loss |`);
for (const [v, { name }] of variants.entries()) {
  const cells = PARTS.map((part) => {
    const own = rounds[v].map((one) => one[part]).filter((one) => one !== undefined);
    if (own.length === 0) return '';
    const [seconds, processor] = ['seconds', 'processor'].map((clock) => median(own.map((one) => one[clock])).toFixed(3));
    return `${seconds} (${processor})`;
  });
  console.log(`| ${name} | ${cells.join(' | ')} | ${rounds[v][0].loss?.toPrecision(7) ?? ''} |`);
}
