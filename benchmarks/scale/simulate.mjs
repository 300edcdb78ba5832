// How many reward processes a step needs, on 64 and on 1,024 GPUs: discrete events with service times that are measured here.
// Usage: node benchmarks/scale/simulate.mjs [--per-call-us 290] [--per-reward-us 15]   (build the packages first)
// Measured by this script: the time of each verifier call on the load of `pnpm bench serve`. What a service adds to it comes from
// `processes.mjs`: a call of one response and one of 256, in processor time, give the part per call and the part per response.
import { score } from '@vtriune/verifiers';
import { parseArgs } from 'node:util';
import { loadRequests } from '../serve/cases.mjs';
import { callsOf, randomFrom, responseEnds, serveCalls } from './simulation.mjs';

const { values } = parseArgs({
  options: { 'per-call-us': { type: 'string', default: '290' }, 'per-reward-us': { type: 'string', default: '15' } },
});
const [perCall, perReward] = [Number(values['per-call-us']) / 1e6, Number(values['per-reward-us']) / 1e6];

/** The queue must be right before it is believed: Poisson arrivals at 80 % of one exponential server wait 4 service times on average. */
function checkQueue() {
  const random = randomFrom(7);
  const exponential = () => -Math.log(1 - random());
  let at = 0;
  const calls = Array.from({ length: 2_000_000 }, () => ({ at: (at += exponential() / 0.8), size: 1 }));
  const { meanWait, busy } = serveCalls(calls, 1, exponential);
  if (Math.abs(meanWait - 4) > 0.2 || Math.abs(busy - 0.8) > 0.01) throw new Error(`M/M/1 at 0.8 waits ${meanWait}, not 4`);
  // Two such servers with one queue: Erlang's formula gives 16/9.
  at = 0;
  const two = Array.from({ length: 2_000_000 }, () => ({ at: (at += exponential() / 1.6), size: 1 }));
  const { meanWait: waits } = serveCalls(two, 2, exponential);
  if (Math.abs(waits - 16 / 9) > 0.1) throw new Error(`M/M/2 at 0.8 waits ${waits}, not 16/9`);
}

async function verifierSeconds() {
  const requests = loadRequests();
  const given = Array.from({ length: 20_000 }, (_, i) => requests[i % requests.length]);
  const seconds = [];
  // One at a time: calls that run together would be in each other's times. The first quarter warms the compiler up.
  for (const [index, request] of given.entries()) {
    const [result] = await score([asRequest(request)]);
    if (index >= given.length / 4 && result.status === 'scored') seconds.push(result.elapsed_ms / 1000);
  }
  return seconds;
}

function asRequest(request) {
  return { ...request, progress: { step: 1, total_steps: 10 } };
}

checkQueue();
const measured = await verifierSeconds();
const mean = measured.reduce((sum, seconds) => sum + seconds, 0) / measured.length;
const sorted = [...measured].sort((a, b) => a - b);
function at(share) {
  return (sorted[Math.floor(share * (sorted.length - 1))] * 1e6).toFixed(0);
}
console.log(
  `verifier: mean ${(mean * 1e6).toFixed(0)} us, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}; service: ${perCall * 1e6} us a call, ${perReward * 1e6} a response`,
);

// The paper's step: 1,024 prompts x 8 responses on 64 GPUs are 128 a GPU. Lengths: mean 325 tokens, cut at 2,048.
const STEP = { perGpu: 128, meanTokens: 325, sigma: 0.8, longest: 2048, tokensPerSecond: 40 };
for (const gpus of [64, 1024]) {
  for (const how of ['each', 'together']) {
    const random = randomFrom(1);
    const ends = responseEnds({ gpus, ...STEP }, random);
    const calls = callsOf(ends, { how, window: 0.005, most: 256 });
    const generated = Math.max(...ends.map((ofGpu) => Math.max(...ofGpu)));
    const draw = () => measured[Math.floor(random() * measured.length)];
    const service = (size) => perCall + Array.from({ length: size }, draw).reduce((sum, seconds) => sum + seconds + perReward, 0);
    console.log(
      `\n${gpus} GPUs, ${gpus * STEP.perGpu} responses, ${how === 'each' ? 'one by one as they end (verl)' : 'per GPU when all have ended (TRL)'}, generation ${generated.toFixed(1)} s, ${calls.length} calls`,
    );
    for (const processes of [1, 2, 4, 8, 16, 32]) {
      const { last, busy, meanWait } = serveCalls(calls, processes, service);
      console.log(
        `  ${String(processes).padStart(2)} processes: rewards ${(Math.max(0, last - generated) * 1000).toFixed(0).padStart(6)} ms after the last response, a call waits ${(meanWait * 1000).toFixed(1).padStart(7)} ms, ${(100 * busy).toFixed(1).padStart(5)} % busy`,
      );
    }
  }
}
