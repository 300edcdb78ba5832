// The maths verifier against Math-Verify (Python), on the same pairs, in one run.
// Usage: node benchmarks/math/math-peers.mjs [--python path/to/python] [--rounds 3] [--pairs 300]
// Without --python a virtual environment with math-verify is made in node_modules/.cache and kept there.
// Both sides parse the ground truth and the response and compare them, one pair at a time, after one unmeasured round; Math-Verify's
// caches stay on, but every pair of a round is another text. Both are timed alone, one after the other, by wall time and by CPU time.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '3' }, pairs: { type: 'string', default: '100000' } },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache');
const fixtures = new URL('../../packages/verifiers/test/fixtures/math/math-goldens.json', import.meta.url);
const all = JSON.parse(readFileSync(fixtures, 'utf8')).rows;
// With --pairs, evenly spaced ones, so that every family of answers stays represented.
const step = Math.max(1, all.length / Number(values.pairs));
const rows = Array.from({ length: Math.floor(all.length / step) }, (_, i) => all[Math.floor(i * step)]);
const rounds = Number(values.rounds);

/** The Python of a virtual environment that has math-verify, made on first use. */
const preparePython = () => {
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
};

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const summary = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted.at(-1),
    mean: times.reduce((a, b) => a + b, 0) / times.length,
  };
};

/** Milliseconds per pair: the median over the rounds. */
const measureOurs = async () => {
  const outDir = join(cache, 'math-peers-build');
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
  execFileSync(
    join(root, 'node_modules/.bin/tsc'),
    [join(root, 'packages/verifiers/src/math/verify-math.ts'), ...flags, '--outDir', outDir],
    { stdio: 'inherit' },
  );
  writeFileSync(join(outDir, 'package.json'), '{ "type": "module" }');
  const load = (name) => import(pathToFileURL(join(outDir, name)).href);
  const { compareAnswers } = await load('verify-math.js');
  const { extractMath } = await load('extract-math.js');
  const runs = [];
  let cpu = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const before = process.cpuUsage();
    const times = rows.map(([, groundTruth, response]) => {
      const start = performance.now();
      compareAnswers(extractMath(groundTruth), extractMath(response));
      return performance.now() - start;
    });
    if (round > 0) {
      runs.push(times);
      cpu += process.cpuUsage(before).user / 1000;
    }
  }
  const times = rows.map((_, i) => runs.map((run) => run[i]).sort((a, b) => a - b)[Math.floor(runs.length / 2)]);
  return { times, cpu: cpu / rounds };
};

/** One process, one warm round over 50 pairs, then every pair once. */
const measurePeer = (python) => {
  const pairs = join(tmpdir(), `vtriune-math-${process.pid}.json`);
  writeFileSync(pairs, JSON.stringify(rows.map(([, groundTruth, response]) => [groundTruth, response])));
  const code = [
    'import json, sys, time',
    'from math_verify import parse, verify',
    'pairs = json.load(open(sys.argv[1]))',
    'run = lambda g, r: verify(parse(g), parse(r))',
    '[run(g, r) for g, r in pairs[::max(1, len(pairs) // 50)]]',
    'times = []',
    'cpu = time.process_time()',
    'for g, r in pairs:',
    '    start = time.perf_counter()',
    '    run(g, r)',
    '    times.append((time.perf_counter() - start) * 1000)',
    'print(json.dumps({"times": times, "cpu": (time.process_time() - cpu) * 1000}))',
  ].join('\n');
  return JSON.parse(
    execFileSync(python, ['-c', code, pairs], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
};

const python = preparePython();
const ours = await measureOurs();
const peer = measurePeer(python);
const describe = (name, { times, cpu }) => {
  const s = summary(times);
  console.log(
    `${name.padEnd(12)} ${['median', 'p95', 'max', 'mean'].map((k) => `${k} ${s[k].toFixed(4)} ms`).join('   ')}   CPU ${(cpu / rows.length).toFixed(4)} ms`,
  );
  return s;
};
console.log(`${rows.length} pairs, parse and compare, per pair`);
const a = describe('@vtriune', ours);
const b = describe('math-verify', peer);
console.log(
  `ratio        median ${(b.median / a.median).toFixed(1)}   mean ${(b.mean / a.mean).toFixed(1)}   CPU ${(peer.cpu / ours.cpu).toFixed(1)}`,
);
