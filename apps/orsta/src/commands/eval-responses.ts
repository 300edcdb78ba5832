import { basename, dirname, extname, join } from 'node:path';
import { at } from '@vtriune/format/at';
import type { PolicyEvaluation } from '../evaluation/evaluate-policy.ts';
import { OrstaError } from '../errors.ts';
import { writeImages } from '../run/image-file.ts';
import { turnRecords } from '../run/turn-records.ts';
import { writeWhole } from '../run/write-json.ts';

/**
 * Writes every response of an evaluation, one line of JSON each. With tools a line has all turns; the images that tools showed are in a folder beside
 * the file, `NAME-images`.
 */
export async function writeResponses(
  path: string,
  { responses, rollouts }: Pick<PolicyEvaluation, 'responses' | 'rollouts'>,
): Promise<void> {
  const folder = join(dirname(path), `${basename(path, extname(path))}-images`);
  try {
    const lines: string[] = [];
    for (const [index, response] of responses.entries()) {
      const turns = await turnRecords(at(rollouts, index).trajectory, (images) => writeImages(folder, images));
      lines.push(`${JSON.stringify({ ...response, ...turns })}\n`);
    }
    await writeWhole(path, lines.join(''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_data',
      `${path} cannot be written: ${reason}. Name a file in a folder that is there, on a disk with room, for --out.`,
      { cause },
    );
  }
}
