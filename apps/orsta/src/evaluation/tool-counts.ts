import type { Rollout } from '@vtriune/trainer';

/** Calls of tools in some responses. */
export interface ToolCounts {
  /** Calls that were answered. */
  readonly tool_calls: number;
  /** How many of them got an error. */
  readonly tool_errors: number;
}

/** Counts the calls in responses; those without tools have none. */
export function toolCounts(responses: readonly Pick<Rollout, 'trajectory'>[]): ToolCounts {
  const trajectories = responses.flatMap(({ trajectory }) => (trajectory === undefined ? [] : [trajectory]));
  return {
    tool_calls: trajectories.reduce((sum, { toolCalls }) => sum + toolCalls, 0),
    tool_errors: trajectories.reduce((sum, { toolErrors }) => sum + toolErrors, 0),
  };
}

/** Calls in words: `12 calls, 1 of them refused`; absent where none were counted. */
export function callsText({ tool_calls: calls, tool_errors: errors }: Partial<ToolCounts>): string | undefined {
  return calls === undefined || errors === undefined ? undefined : `${String(calls)} calls, ${String(errors)} of them refused`;
}
