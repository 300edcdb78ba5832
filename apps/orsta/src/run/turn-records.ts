import type { RolloutRecord } from '@vtriune/monitor';
import type { RgbImage, Trajectory } from '@vtriune/trainer';

/** A response with tools as records carry it; empty without tools. */
export type TurnRecords = Pick<RolloutRecord, 'turns' | 'tool_calls' | 'tool_errors'>;

/** Keeps images, and returns their paths as the record has them; absent where they cannot be kept. */
export type KeepImages = (images: readonly RgbImage[]) => Promise<readonly string[] | undefined>;

/** The turns of a response: what the policy wrote and what tools answered. Without `keep` their images are left out. */
export async function turnRecords(trajectory: Trajectory | undefined, keep?: KeepImages): Promise<TurnRecords> {
  if (trajectory === undefined) return {};
  const turns: NonNullable<TurnRecords['turns']> = [];
  for (const { role, text, images } of trajectory.turns) {
    const files = images.length === 0 ? undefined : await keep?.(images);
    turns.push({ role, text, ...(files === undefined ? {} : { images: [...files] }) });
  }
  return { turns, tool_calls: trajectory.toolCalls, tool_errors: trajectory.toolErrors };
}
