// Reading and checking rows: this package against pydantic on JSON lines, and against datasets and pyarrow with pydantic on Parquet. Each reading is a
// process of its own; rounds alternate, and the median of each side counts. Rates are rows per second of processor time, since other work on the
// machine does not change that much. It fails where two readers disagree on the number of rows or of image bytes. Run after a build:
//
//     node benchmarks/format/read-peers.mjs [--python PATH] [--rounds 3]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pythonWith } from '../python-environment.mjs';
import { makeFiles } from './make-files.mjs';

const { values } = parseArgs({ options: { python: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
const installs = [['pydantic==2.14.4', 'datasets==5.2.0', 'pyarrow==26.0.1', 'pillow==13.0.0']];
const python = pythonWith({ name: 'format-peers', installs, given: values.python });

function script(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

function ours(file) {
  return JSON.parse(execFileSync(process.execPath, [script('read-file.mjs'), file], { encoding: 'utf8' }));
}

function peer(kind, file) {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(execFileSync(python, [script('read_peer.py'), kind, file], { encoding: 'utf8', env }));
}

/** The round in the middle, by processor time. */
function middle(rounds) {
  return rounds.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(rounds.length / 2)];
}

function show(name, { rows, bytes, cpuSeconds, seconds, megabytes }) {
  const rate = Math.round(rows / cpuSeconds).toLocaleString('en');
  const size = bytes > 0 ? `, ${Math.round(bytes / 1e6)} MB of images` : '';
  console.log(`  ${name.padEnd(20)} ${rate} rows per CPU second, ${seconds.toFixed(2)} s by the clock, ${Math.round(megabytes)} MB${size}`);
}

function compare(title, file, kinds) {
  console.log(title);
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    ours: ours(file),
    ...Object.fromEntries(kinds.map((kind) => [kind, peer(kind, file)])),
  }));
  const mine = middle(rounds.map((round) => round.ours));
  show('@vtriune/format', mine);
  for (const kind of kinds) {
    const theirs = middle(rounds.map((round) => round[kind]));
    if (theirs.rows !== mine.rows || theirs.bytes !== mine.bytes)
      throw new Error(
        `${kind} reads ${theirs.rows} rows with ${theirs.bytes} bytes of images, @vtriune/format ${mine.rows} with ${mine.bytes}.`,
      );
    show(kind, theirs);
    console.log(`  ${(theirs.cpuSeconds / mine.cpuSeconds).toFixed(2)} times ${kind}`);
  }
}

const text = await makeFiles({ rows: 300_000 });
const images = await makeFiles({ rows: 20_000, imageBytes: 30_000 });
compare('JSON lines, 300,000 rows without images', text.jsonl, ['pydantic']);
compare('Parquet, 300,000 rows without images', text.parquet, ['pyarrow', 'datasets']);
compare('JSON lines, 20,000 rows with an image of 30 kB', images.jsonl, ['pydantic']);
compare('Parquet, 20,000 rows with an image of 30 kB', images.parquet, ['pyarrow', 'datasets']);
