// Reads a data file with this package and prints what it took, as JSON. A process of its own, so that its memory is that of reading.
//     node benchmarks/format/read-file.mjs FILE
import { readSamples } from '../../packages/format/dist/index.js';

const reader = readSamples(process.argv[2]);
// As in read_peer.py, what happens until the first row is not part of reading.
const { value: first } = await reader.next();
let rows = 1;
let bytes = sizeOf(first);
const start = performance.now();
const before = process.cpuUsage();
for await (const sample of reader) {
  rows += 1;
  bytes += sizeOf(sample);
}
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rows, bytes, cpuSeconds: (user + system) / 1e6, systemSeconds: system / 1e6, seconds, megabytes }));

function sizeOf({ images }) {
  return images.reduce((sum, image) => sum + image.bytes.length, 0);
}
