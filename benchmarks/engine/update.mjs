// How long an update and a rollout of orsta-nano take, by the size of a micro-batch, and with images encoded once for both: seconds by the clock
// and, after them, of the processor, all ranks together. `--ranks N` (2) and `--rounds N` (7).
// Engines of all variants are started first and take turns, so that other work on the machine hits all alike.
// --against PATH adds the engine of another build (its dist/index.js), such as that of an older commit.
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import * as trainer from '@vtriune/trainer';
import { makeWorkload, median, RESPONSES, timed, updateOf } from './workload.mjs';

const ROUNDS = numberAfter('--rounds', 7);
const RANKS = numberAfter('--ranks', 2);
const flag = process.argv.indexOf('--against');
const other = flag === -1 ? undefined : await import(pathToFileURL(resolve(process.argv[flag + 1])).href);

const { model, prompts, rowsOf } = await makeWorkload();
const lengths = rowsOf(prompts).map(({ tokenIds }) => tokenIds.length);
console.log(`${lengths.length} rows, ${lengths.reduce((a, b) => a + b)} tokens, ${Math.min(...lengths)} to ${Math.max(...lengths)} a row`);

function start(builder, tokensPerMicroBatch) {
  return builder.createParallelEngine({
    ...model,
    frozen: ['vit', 'connector'],
    paddingTokenId: 0,
    tokensPerMicroBatch,
    ranks: RANKS,
    backend: ['wasm'],
  });
}
const variants = [
  ...(other === undefined ? [] : [{ name: 'other build, 4,096 tokens', engine: await start(other, 4096) }]),
  { name: 'sorted, 4,096 tokens', engine: await start(trainer, 4096) },
  { name: 'sorted, 1,024 tokens', engine: await start(trainer, 1024) },
  { name: 'sorted, 1,024 tokens, images encoded once', engine: await start(trainer, 1024), once: true },
];
const sampling = { groupSize: RESPONSES, maxNewTokens: 26, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [] };

function numberAfter(name, otherwise) {
  const place = process.argv.indexOf(name);
  return place === -1 ? otherwise : Number(process.argv[place + 1]);
}

async function round({ engine, once }) {
  const encoding = once ? await timed(() => engine.encodeImages(prompts.flatMap(({ images }) => images))) : undefined;
  const given = encoding === undefined ? prompts : prompts.map((prompt, i) => ({ ...prompt, images: [encoding.result[i]] }));
  const rollout = await timed(() => engine.generate(given, sampling));
  const update = await timed(() => engine.update(updateOf(rowsOf(given))));
  return {
    rollout: rollout.seconds + (encoding?.seconds ?? 0),
    update: update.seconds,
    processor: { rollout: rollout.processor + (encoding?.processor ?? 0), update: update.processor },
    loss: update.result.loss,
    norm: update.result.gradientNorm,
  };
}

const rounds = variants.map(() => []);
for (let i = 0; i <= ROUNDS; i++)
  for (const [v, variant] of variants.entries()) {
    const one = await round(variant);
    if (i > 0) rounds[v].push(one);
  }
for (const [v, { name }] of variants.entries()) {
  const [update, rollout] = [median(rounds[v].map((one) => one.update)), median(rounds[v].map((one) => one.rollout))];
  const processor = (part) => median(rounds[v].map((one) => one.processor[part])).toFixed(3);
  const { loss, norm } = rounds[v][0];
  console.log(
    `${name}: update ${update.toFixed(3)} s (${processor('update')}), rollout ${rollout.toFixed(3)} s (${processor('rollout')}), both ${(update + rollout).toFixed(3)} s; loss ${loss.toPrecision(9)}, gradient norm ${norm.toPrecision(7)}`,
  );
}
await Promise.all(variants.map(({ engine }) => engine.close()));
