// Compares evaluateCoco with pycocotools and faster-coco-eval on one generated set in one run, and pairwiseIou with the memory.
// Usage: node benchmarks/iou/coco-peers.mjs [path of a Python that has the peers]   (build the packages first)

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeCocoSet } from './make-coco-set.mjs';
import { findPython } from './python-environment.mjs';

const { evaluateCoco } = await import('../../packages/iou/dist/index.js').catch((cause) => {
  throw new Error('The packages are not built. Run `npm run setup` first.', { cause });
});
const { measurePairwise } = await import('./pairwise-bound.mjs');

function timeOurs(groundTruth, detections) {
  const seconds = [];
  const cpuSeconds = [];
  let stats = [];
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    const startedCpu = process.cpuUsage();
    ({ stats } = evaluateCoco(groundTruth, detections));
    const { user, system } = process.cpuUsage(startedCpu);
    seconds.push((performance.now() - started) / 1000);
    cpuSeconds.push((user + system) / 1e6);
  }
  return { seconds, cpuSeconds, stats };
}

function timePeers(python, { groundTruth, detections }) {
  const folder = mkdtempSync(join(tmpdir(), 'coco-peers-'));
  try {
    const files = [join(folder, 'ground-truth.json'), join(folder, 'detections.json')];
    writeFileSync(files[0], JSON.stringify(groundTruth));
    writeFileSync(files[1], JSON.stringify(detections));
    return JSON.parse(execFileSync(python, [fileURLToPath(new URL('coco-peers.py', import.meta.url)), ...files], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
const python = findPython(process.argv[2] ?? process.env.VTRIUNE_PEERS_PYTHON);
const set = makeCocoSet();
const { groundTruth, detections } = set;
const ours = timeOurs(groundTruth, detections);
const peers = timePeers(python, set);

console.log(`machine: ${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.versions.node}`);
console.log(
  `versions: ${Object.entries(peers.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
);
console.log(
  `set: ${groundTruth.images.length} images, ${groundTruth.annotations.length} boxes, ${groundTruth.categories.length} classes, ${detections.length} detections`,
);
console.log(
  `\nseconds from parsed JSON to the twelve numbers (all runs; ratios by the median, in brackets by our first run and by CPU time, which other load disturbs less)`,
);
function list(seconds) {
  return seconds.map((value) => value.toFixed(3)).join(' ');
}
console.log(`  evaluateCoco       ${list(ours.seconds)}`);
let failed = false;
for (const [name, wanted] of [
  ['pycocotools', 10],
  ['faster-coco-eval', 2],
]) {
  const { seconds, cpuSeconds, stats } = peers[name];
  const ratio = median(seconds) / median(ours.seconds);
  const cold = median(seconds) / ours.seconds[0];
  const cpu = median(cpuSeconds) / median(ours.cpuSeconds);
  const difference = Math.max(...stats.map((value, index) => Math.abs(value - ours.stats[index])));
  const verdict = ratio >= wanted && difference <= 1e-12;
  failed ||= !verdict;
  console.log(
    `  ${name.padEnd(18)} ${list(seconds)}   ${ratio.toFixed(1)} times (cold ${cold.toFixed(1)}, CPU ${cpu.toFixed(1)}), wanted ${wanted}; largest difference ${difference.toExponential(1)}: ${verdict ? 'met' : 'MISSED'}`,
  );
}

console.log(`\npairwiseIou, nanoseconds a pair, best of 60`);
for (const result of measurePairwise()) {
  const ns = (value) => value.toFixed(2);
  const verdict = result.fresh <= 2 * result.freshBound && result.reused <= 2 * result.copy;
  failed ||= !verdict;
  console.log(
    `  ${result.boxes} x ${result.boxes}, ${(result.overlapping * 100).toFixed(0)} % overlap: new array ${ns(result.fresh)} (allocate and write ${ns(result.freshBound)}, ${(result.fresh / result.freshBound).toFixed(2)} times), ` +
      `given array ${ns(result.reused)} (copy ${ns(result.copy)}, ${(result.reused / result.copy).toFixed(2)} times; only write ${ns(result.fill)}, ${(result.reused / result.fill).toFixed(2)} times): ${verdict ? 'met' : 'MISSED'}`,
  );
}
process.exitCode = failed ? 1 : 0;
