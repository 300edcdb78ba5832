// Memory of reading: a million rows without images, and 20,000 with an image of 30 kB (0.8 GB of JSON lines), each as JSON lines and as Parquet in row
// groups as writeParquet makes them. Each file is read by a process of its own. It fails where rows are missing, or where one process ever had more
// resident memory than the bound. Run after a build:
//
//     node benchmarks/format/million.mjs
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeFiles } from './make-files.mjs';

const MOST_MEGABYTES = 300;
const reader = fileURLToPath(new URL('read-file.mjs', import.meta.url));
const problems = [];

for (const given of [{ rows: 1_000_000 }, { rows: 20_000, imageBytes: 30_000 }]) {
  for (const [kind, file] of Object.entries(await makeFiles(given))) {
    const { rows, cpuSeconds, megabytes } = JSON.parse(execFileSync(process.execPath, [reader, file], { encoding: 'utf8' }));
    const size = `${rows.toLocaleString('en')} rows, ${Math.round(statSync(file).size / 1e6)} MB of ${kind}`;
    console.log(`${size}: ${cpuSeconds.toFixed(1)} s of processor time, at most ${Math.round(megabytes)} MB resident`);
    if (rows !== given.rows) problems.push(`${file} has ${given.rows} rows and ${rows} were read`);
    if (megabytes > MOST_MEGABYTES) problems.push(`${file} took ${Math.round(megabytes)} MB; the bound is ${MOST_MEGABYTES} MB`);
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
