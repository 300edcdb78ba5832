// Reads a data file with this package and prints what it took, as JSON. A process of its own, so that its memory is that of reading.
//     node benchmarks/format/read-file.mjs FILE
import { readSamples } from '../../packages/format/dist/index.js';

const start = performance.now();
const before = process.cpuUsage();
let rows = 0;
let bytes = 0;
for await (const { images } of readSamples(process.argv[2])) {
  rows += 1;
  for (const image of images) bytes += image.bytes.length;
}
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rows, bytes, cpuSeconds: (user + system) / 1e6, systemSeconds: system / 1e6, seconds, megabytes }));
