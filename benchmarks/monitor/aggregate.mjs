// Speed and memory of the monitor's aggregation: 1,000 sources, 1 million rollouts, groups of 8, in one step and in 100. The rollouts are made
// before the clock starts. The peer is pandas, which groups the same rollouts by source into the same metrics, once the rollouts of a step are all
// there and in a table; it needs a Python with pandas. Run after a build:
//
//     node benchmarks/monitor/aggregate.mjs [--python PATH]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createAggregator } from '../../packages/monitor/dist/index.js';

const SOURCES = 1000;
const ROLLOUTS = 1_000_000;
const STEPS = 100;
const GROUP = 8;
const RESPONSE = 'The image shows two cats. Let me verify: one on the left, one on the right. <answer>[12, 40, 96, 130]</answer>';

const aPass = Array.from({ length: ROLLOUTS / STEPS }, (_, index) => {
  const source = `source-${index % SOURCES}`;
  const accuracy = index % 3 === 0 ? 1 : 0;
  const metrics = { iou_50_precision: accuracy, iou_50_recall: accuracy, iou_75_precision: accuracy, iou_75_recall: accuracy };
  return {
    run: 'bench',
    step: 0,
    source,
    sample: `${source}/${Math.floor(index / SOURCES / GROUP)}`,
    prompt: 'Where are the cats?',
    response: `${RESPONSE} ${index}`,
    response_tokens: 20 + (index % 50),
    truncated: false,
    result: {
      id: String(index),
      data_source: source,
      verifier: 'detection',
      status: 'scored',
      reward: accuracy,
      components: { accuracy, format: 1 },
      metrics,
      elapsed_ms: 1,
    },
  };
});

/** Adds all rollouts; `takeEachStep` turns each step into metrics before the next one, as a run does. */
function measure(takeEachStep) {
  const aggregator = createAggregator();
  const start = performance.now();
  const used = process.cpuUsage();
  let records = 0;
  for (let step = 0; step < STEPS; step++) {
    for (const rollout of aPass) {
      rollout.step = takeEachStep ? step : 0;
      aggregator.add(rollout);
    }
    if (takeEachStep) records += aggregator.take(step).length;
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  const megabytes = process.memoryUsage.rss() / 2 ** 20;
  records += aggregator.take().length;
  return {
    rolloutsPerSecond: Math.round(ROLLOUTS / seconds),
    perCpuSecond: Math.round((ROLLOUTS / (user + system)) * 1e6),
    megabytes: Math.round(megabytes),
    records,
  };
}

function measurePeer(python) {
  const script = fileURLToPath(new URL('aggregate_peer.py', import.meta.url));
  return JSON.parse(execFileSync(python, [script, String(SOURCES), String(ROLLOUTS), String(STEPS)], { encoding: 'utf8' }));
}

const oneStep = measure(false);
const manySteps = measure(true);
console.log('one step   ', oneStep);
console.log('100 steps  ', manySteps);
const given = process.argv.indexOf('--python');
if (given === -1) console.log('pandas was not measured: pass --python PATH of an interpreter that has it');
else {
  const peer = measurePeer(process.argv[given + 1]);
  console.log('pandas     ', peer);
  console.log(`rollouts per CPU second, 100 steps: ${(manySteps.perCpuSecond / peer.perCpuSecond).toFixed(2)} times pandas`);
}
