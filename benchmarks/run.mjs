// pnpm bench [name ...]: runs the benchmarks, all or those named, one after the other. Results worth keeping go to RESULTS.md by hand,
// with command, machine and commit. The peers set up a Python environment of their own (--python PATH takes an existing one).
import { execFileSync, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = {
  kernels: 'engine/kernels.mjs',
  ranks: 'engine/ranks.mjs',
  update: 'engine/update.mjs',
  growth: 'engine/growth.mjs',
  format: 'format/read-peers.mjs',
  million: 'format/million.mjs',
  iou: 'iou/coco-peers.mjs',
  math: 'math/math-peers.mjs',
  monitor: 'monitor/aggregate.mjs',
  stream: 'monitor/stream.mjs',
  wandb: 'monitor/wandb.mjs',
  serve: 'serve/load.mjs',
  kills: 'faults/kill-runs.mjs',
  trainers: 'peers/peers.mjs',
  server: 'eval/model-server.mjs',
  scoring: 'eval/scoring.mjs',
  scorers: 'peers/scorers.mjs',
  processes: 'scale/processes.mjs',
  simulate: 'scale/simulate.mjs',
  ray: 'scale/ray.mjs',
};

const names = process.argv.slice(2).filter((name) => name in BENCHMARKS);
const unknown = process.argv.slice(2).filter((name) => !(name in BENCHMARKS) && !name.startsWith('-'));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. Known: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(2);
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
console.log(
  `${new Date().toISOString().slice(0, 10)}  ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}  node ${process.version}  commit ${commit}`,
);
let failed = 0;
for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(BENCHMARKS[name], import.meta.url))], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exit(failed > 0 ? 1 : 0);
