// How long scoring takes: 10,000 stored answers of each kind (COCO: 5,000 images) by `orsta eval bench` and by the official code, in one run.
// Both read the same files and must give the same scores. Processor time counts, from reading the files to the last score; neither starts warm.
// Usage: node benchmarks/eval/scoring.mjs [--official FOLDER] [--python path] [--count 10000] [--rounds 3] [kind ...]   (build the packages first)
// Without --official the authors' repositories are cloned into node_modules/.cache; without --python a virtual environment is made there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonWith } from '../python-environment.mjs';
import { writeInputs } from './scoring-inputs.mjs';

const PACKAGES = ['numpy==2.4.6', 'pycocotools==2.0.11', 'Levenshtein==0.27.5', 'rapidfuzz==3.9.5', 'regex==2024.7.24', 'sacrebleu==2.4.3', 'matplotlib==3.11.2', 'Pillow', 'Unidecode==1.3.8', 'nltk==3.10.4']; // prettier-ignore
const REPOSITORIES = {
  'MEGA-Bench': 'TIGER-AI-Lab/MEGA-Bench@ee324ab',
  MMMU: 'MMMU-Benchmark/MMMU@bb0b95a',
  MathVista: 'lupantech/MathVista@53d5258',
  'lmms-eval': 'EvolvingLMMs-Lab/lmms-eval@75571cf',
  MultimodalOCR: 'Yuliang-Liu/MultimodalOCR@794c36d',
  'ScreenSpot-Pro-GUI-Grounding': 'likaixin2000/ScreenSpot-Pro-GUI-Grounding@bd8bbbb',
  OVDEval: 'om-ai-lab/OVDEval@2ba0aa9',
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    official: { type: 'string' },
    python: { type: 'string' },
    count: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    one: { type: 'string' },
  },
});
function at(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Clones what is not there yet, without the blobs of other commits. */
function cloneOfficial() {
  const folder = at('../../node_modules/.cache/official-benchmarks');
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(REPOSITORIES)) {
    const [repository, commit] = source.split('@');
    if (existsSync(join(folder, name))) continue;
    execFileSync('git', ['clone', '--quiet', '--filter=blob:none', `https://github.com/${repository}`, name], {
      cwd: folder,
      stdio: 'inherit',
    });
    execFileSync('git', ['checkout', '--quiet', commit], { cwd: join(folder, name), stdio: 'inherit' });
  }
  return folder;
}

/** In a process of its own, so that no kind finds the code of another compiled already. */
async function scoreOne({ benchmark: name, data, predictions }) {
  const { findBenchmark, readPredictions, scoreResponses, BENCHMARKS } = await import('../../apps/orsta/dist/scoring.js');
  const benchmark = findBenchmark(name, BENCHMARKS);
  const began = process.cpuUsage();
  const responses = await readPredictions(predictions, benchmark);
  const { summary, questions } = await scoreResponses({ benchmark, data, responses, rules: 'official', seed: 42 });
  const { user, system } = process.cpuUsage(began);
  const dataset = name === 'coco' || name === 'ovdeval';
  const scores = dataset ? Object.values(summary.metrics) : questions.map(({ judgments: [first] }) => first.score);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, scores }));
}

function run(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] }));
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function measure(input, { official, python }) {
  const own = [];
  const theirs = [];
  let different = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    const ours = run(process.execPath, [at('scoring.mjs'), '--one', JSON.stringify(input)]);
    const peer = run(python, [at('scoring.py'), official, input.benchmark, input.data, input.predictions]);
    different = peer.scores.filter((score, index) => !(Math.abs(score - ours.scores[index]) <= 1e-9)).length;
    own.push(ours.seconds);
    theirs.push(peer.seconds);
  }
  return { ours: median(own), official: median(theirs), different };
}

async function main() {
  if (values.one !== undefined) return scoreOne(JSON.parse(values.one));
  const official = values.official ?? cloneOfficial();
  const python = pythonWith({ name: 'scoring', installs: [PACKAGES], given: values.python });
  const folder = mkdtempSync(join(tmpdir(), 'scoring-'));
  try {
    const inputs = writeInputs(folder, Number(values.count));
    const names = positionals.length > 0 ? positionals : Object.keys(inputs);
    console.log(
      `${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(0)}; median of ${values.rounds}, processor seconds`,
    );
    console.log(
      `${'kind'.padEnd(16)}${'answers'.padStart(8)}${'official'.padStart(10)}${'ours'.padStart(8)}${'ratio'.padStart(8)}  different scores`,
    );
    for (const name of names) {
      const { ours, official: theirs, different } = measure(inputs[name], { official, python });
      const columns = [
        String(inputs[name].count).padStart(8),
        theirs.toFixed(2).padStart(10),
        ours.toFixed(2).padStart(8),
        (theirs / ours).toFixed(1).padStart(8),
      ];
      console.log(`${name.padEnd(16)}${columns.join('')}  ${different}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
