import { at } from '@vtriune/format/at';
import type { Generation } from '../rollout/generate.ts';
import type { ImageInput } from './packed-row.ts';

/** A response as the model reads it: the policy's tokens with the turns of tools between them. */
export interface TrajectoryTokens {
  tokenIds: number[];
  /** Whether the policy wrote the token; the others are read and not learned. */
  learned: boolean[];
  /** What the sampler gave each learned token. */
  logProbs: number[];
  /** Images of the tool turns, in order. */
  images: ImageInput[];
}

/** The whole sequence of a response. Image placeholders that the policy invented are removed: they have no pixels. */
export function trajectoryTokens({ tokenIds, logProbs, toolTurns = [] }: Generation, imagePad: number): TrajectoryTokens {
  const all: TrajectoryTokens = { tokenIds: [], learned: [], logProbs: [], images: [] };
  let start = 0;
  const write = (end: number): void => {
    for (; start < end; start++) {
      const id = at(tokenIds, start);
      if (id === imagePad) continue;
      all.tokenIds.push(id);
      all.learned.push(true);
      all.logProbs.push(at(logProbs, start));
    }
  };
  for (const turn of toolTurns) {
    write(turn.after);
    all.tokenIds.push(...turn.tokenIds);
    all.learned.push(...turn.tokenIds.map(() => false));
    all.images.push(...turn.images);
  }
  write(tokenIds.length);
  return all;
}

/** Where the policy's last turn begins in its own tokens. */
export function lastTurnStart({ toolTurns = [] }: Generation): number {
  return toolTurns.at(-1)?.after ?? 0;
}
