// The files of the format benchmarks, in all layouts that are read there. They are made once and kept in the cache folder.
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJsonl, writeJsonl, writeParquet } from '../../packages/format/dist/index.js';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/format-bench', import.meta.url));

/**
 * Rows as JSON lines and as Parquet: their paths.
 *
 * @param {{ rows: number, imageBytes?: number }} options `imageBytes`: random bytes in place of an image; readers do not decode images
 */
export async function makeFiles({ rows, imageBytes = 0 }) {
  mkdirSync(FOLDER, { recursive: true });
  const name = `${FOLDER}/${rows}-rows${imageBytes > 0 ? '-with-images' : ''}`;
  const jsonl = `${name}.jsonl`;
  const parquet = `${name}.parquet`;
  if (!existsSync(jsonl)) await writeJsonl(jsonl, samples({ rows, imageBytes }));
  if (!existsSync(parquet)) await writeParquet(parquet, () => readJsonl(jsonl), { rowGroupSize: imageBytes > 0 ? 100 : 1000 });
  return { jsonl, parquet };
}

function* samples({ rows, imageBytes }) {
  for (let row = 1; row <= rows; row++) {
    const count = row % 10;
    yield {
      data_source: 'bench-counting',
      images: imageBytes > 0 ? [{ bytes: randomFillSync(new Uint8Array(imageBytes)) }] : [],
      prompt: [{ role: 'user', content: `${imageBytes > 0 ? '<image>' : ''}How many cats are there in picture ${row}?` }],
      ability: 'counting',
      reward_model: { answer: String(count), ground_truth: String(count), verifier: 'counting', accuracy_ratio: 0.9, format_ratio: 0.1 },
      extra_info: { id: `row-${row}`, split: 'train' },
    };
  }
}
