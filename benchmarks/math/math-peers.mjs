// The maths verifier against Math-Verify (Python), on the same pairs, in one run.
// Usage: node benchmarks/math/math-peers.mjs [--python path/to/python] [--rounds 5] [--pairs 300]   (all pairs when absent)
// Without --python a virtual environment with math-verify is made in node_modules/.cache and kept there.
// Both sides parse the ground truth and the response and compare them, one pair at a time, in one shuffled order: Math-Verify keeps its last
// twenty parses, ours its last 256 short candidates, and neighbors in the file share a ground truth. Ours runs a few rounds for the compiler, the first shown apart, and then
// `--rounds` that count (per pair the median); Math-Verify, which compiles nothing, runs 50 pairs and then every pair once. Both are timed
// alone, one after the other, by the clock and by CPU time. The ratio that counts takes theirs by CPU time and ours by the clock, so that
// other work on the machine can only lower it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '5' }, pairs: { type: 'string', default: '100000' } },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache');
const fixtures = new URL('../../packages/verifiers/test/fixtures/math/math-goldens.json', import.meta.url);
const all = JSON.parse(readFileSync(fixtures, 'utf8')).rows;
// With --pairs, evenly spaced ones, so that every family of answers stays represented.
const step = Math.max(1, all.length / Number(values.pairs));
const rows = Array.from({ length: Math.floor(all.length / step) }, (_, i) => all[Math.floor(i * step)]);
const rounds = Number(values.rounds);
const WARM_UP = 4;

/** The same order every time: Fisher and Yates with a small generator. */
function shuffle(items) {
  let state = 1;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = below(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
}
shuffle(rows);

/** The Python of a virtual environment that has math-verify, made on first use. */
function preparePython() {
  if (values.python) return values.python;
  const folder = join(cache, 'math-peers-venv');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(
      python,
      ['-m', 'pip', 'install', '--quiet', 'math-verify==0.9.0', 'latex2sympy2_extended==1.11.0', 'antlr4-python3-runtime==4.13.2'],
      {
        stdio: 'inherit',
      },
    );
  }
  return python;
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted.at(-1),
    mean: times.reduce((a, b) => a + b, 0) / times.length,
  };
}

/** Milliseconds per pair: the median over the rounds. */
async function measureOurs() {
  // Beside the package, so that what it imports is found.
  const outDir = join(root, 'packages/verifiers/node_modules/.cache/math-peers-build');
  const flags = [
    '--module',
    'esnext',
    '--target',
    'es2022',
    '--moduleResolution',
    'bundler',
    '--rewriteRelativeImportExtensions',
    '--noCheck',
    '--skipLibCheck',
  ];
  const source = join(root, 'packages/verifiers/src');
  execFileSync(
    join(root, 'node_modules/.bin/tsc'),
    [join(source, 'math/verify-math.ts'), ...flags, '--rootDir', source, '--outDir', outDir],
    { stdio: 'inherit' },
  );
  writeFileSync(join(outDir, 'package.json'), '{ "type": "module" }');
  const load = (name) => import(pathToFileURL(join(outDir, 'math', name)).href);
  const { compareAnswers } = await load('verify-math.js');
  const { extractMath } = await load('find/extract-math.js');
  const runs = [];
  let cpu = 0;
  let first;
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    const before = process.cpuUsage();
    const times = rows.map(([, groundTruth, response]) => {
      const start = performance.now();
      compareAnswers(extractMath(groundTruth), extractMath(response));
      return performance.now() - start;
    });
    const { user, system } = process.cpuUsage(before);
    if (round === 0) first = { times, cpu: (user + system) / 1000 };
    else if (round >= WARM_UP) {
      runs.push(times);
      cpu += (user + system) / 1000;
    }
  }
  const times = rows.map((_, i) => runs.map((run) => run[i]).sort((a, b) => a - b)[Math.floor(runs.length / 2)]);
  return { times, cpu: cpu / rounds, first };
}

/** One process, one warm round over 50 pairs, then every pair once. */
function measurePeer(python) {
  const pairs = join(tmpdir(), `vtriune-math-${process.pid}.json`);
  writeFileSync(pairs, JSON.stringify(rows.map(([, groundTruth, response]) => [groundTruth, response])));
  const code = [
    'import json, sys, time',
    'from math_verify import parse, verify',
    'pairs = json.load(open(sys.argv[1]))',
    'run = lambda g, r: verify(parse(g), parse(r))',
    '[run(g, r) for g, r in pairs[::max(1, len(pairs) // 50)]]',
    'times, cpu_times = [], []',
    'for g, r in pairs:',
    '    start, cpu = time.perf_counter(), time.process_time()',
    '    run(g, r)',
    '    cpu_times.append((time.process_time() - cpu) * 1000)',
    '    times.append((time.perf_counter() - start) * 1000)',
    'print(json.dumps({"times": times, "cpu_times": cpu_times, "cpu": sum(cpu_times)}))',
  ].join('\n');
  return JSON.parse(
    execFileSync(python, ['-c', code, pairs], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

const python = preparePython();
const ours = await measureOurs();
const peer = measurePeer(python);
function describe(name, { times, cpu }) {
  const s = summary(times);
  console.log(
    `${name.padEnd(12)} ${['median', 'p95', 'max', 'mean'].map((k) => `${k} ${s[k].toFixed(4)} ms`).join('   ')}   CPU ${(cpu / rows.length).toFixed(4)} ms`,
  );
  return s;
}
console.log(`${rows.length} pairs, parse and compare, per pair`);
describe('first round', ours.first);
const a = describe('@vtriune', ours);
const b = describe('math-verify', peer);
const peerCpu = summary(peer.cpu_times).median;
const ratio = peerCpu / a.median;
const met = a.median < 0.1 && ratio >= 50;
console.log(
  `by the clock median ${(b.median / a.median).toFixed(1)} times, mean ${(b.mean / a.mean).toFixed(1)} times   by CPU time mean ${(peer.cpu / ours.cpu).toFixed(1)} times`,
);
console.log(`ratio        ${ratio.toFixed(1)} (median of theirs by CPU time, ${peerCpu.toFixed(3)} ms, over median of ours by the clock)`);
console.log(`wanted       median under 0.1 ms and 50 times the speed: ${met ? 'met' : 'MISSED'}`);
process.exitCode = met ? 0 : 1;
