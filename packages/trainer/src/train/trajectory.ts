import type { Processor } from '../processor/processor.ts';
import type { Generation } from '../rollout/generate.ts';
import type { Trajectory, TrajectoryTurn } from './reward.ts';

/** A response turn by turn, as text without special tokens. */
export function trajectoryOf({ tokenizer }: Processor, { tokenIds, toolTurns = [] }: Generation): Trajectory {
  const written = (start: number, end?: number): TrajectoryTurn => ({
    role: 'assistant',
    text: tokenizer.decode(tokenIds.slice(start, end), { skipSpecialTokens: true }),
    images: [],
  });
  let start = 0;
  const answered = toolTurns.flatMap(({ after, text, pictures }): TrajectoryTurn[] => {
    const turn = written(start, after);
    start = after;
    return [turn, { role: 'tool', text, images: pictures }];
  });
  return {
    turns: [...answered, written(start)],
    toolCalls: toolTurns.reduce((sum, { calls }) => sum + calls, 0),
    toolErrors: toolTurns.reduce((sum, { errors }) => sum + errors, 0),
  };
}
