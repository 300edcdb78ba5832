import type { FailedResult, RewardRequest, RewardResult } from '../src/contract.ts';
import { builtins } from '../src/builtins/builtins.ts';
import { score } from '../src/score.ts';
import { describeVerifier } from '../src/server/scoring.ts';
import type { ProtocolAdapter, ProtocolContext } from '../src/server/protocol.ts';

/** What a protocol may know, as a server with the built-in verifiers says it. */
export const protocolContext: ProtocolContext = { verifiers: builtins.map(describeVerifier), requestId: 'r1' };

/** The items of a body, and the requests among them. */
export function decodeItems(
  protocol: ProtocolAdapter,
  body: unknown,
  context: ProtocolContext = protocolContext,
): readonly (RewardRequest | FailedResult)[] {
  return protocol.decode(body, context).items;
}

/** What any of the protocols may answer; which of it there is, the tests say. */
export interface ProtocolAnswer {
  readonly rewards: Record<string, number>;
  readonly error?: { readonly code: string; readonly message: string };
  readonly errors?: readonly { readonly index: number; readonly code: string; readonly message: string }[];
  readonly [key: string]: unknown;
}

/** A body through decode, in-process scoring and encode, and then through JSON, as a client reads it. */
export async function callProtocol(
  protocol: ProtocolAdapter,
  body: unknown,
  context: ProtocolContext = protocolContext,
): Promise<ProtocolAnswer> {
  const call = protocol.decode(body, context);
  const results: RewardResult[] = [];
  for (const item of call.items) results.push('status' in item ? item : ((await score([item]))[0] as RewardResult));
  const answer = call.encode(results);
  if (answer.status !== 200) throw new Error(`status ${String(answer.status)}`);
  return JSON.parse(JSON.stringify(answer.body)) as ProtocolAnswer;
}
