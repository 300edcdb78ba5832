/** A call as the policy wrote it, or what is wrong with it. */
export type WrittenCall = { readonly name: string; readonly call: unknown } | { readonly error: string };

const CALL = /<tool_call>([^]*?)(<\/tool_call>|(?=<tool_call>)|$)/g;
const FORM = 'Write <tool_call>{"name": "...", "arguments": {...}}</tool_call>.';

/**
 * The calls in a turn of the policy, in the form that Qwen's models are trained on (Hermes): JSON with `name` and `arguments` between
 * `<tool_call>` and `</tool_call>`. Other text may stand around them. No call, no entry.
 */
export function readCalls(text: string): WrittenCall[] {
  return [...text.matchAll(CALL)].map(([, inside = '', end]) =>
    end === '' ? { error: `The call has no </tool_call>. ${FORM}` } : readCall(inside.trim()),
  );
}

function readCall(inside: string): WrittenCall {
  const value = parsed(inside);
  if (value === undefined) return { error: `The call is not JSON. ${FORM}` };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: `The call is not an object. ${FORM}` };
  const { name, arguments: call } = value as Record<string, unknown>;
  if (typeof name !== 'string') return { error: `The call has no "name". ${FORM}` };
  if (typeof call !== 'object' || call === null || Array.isArray(call)) return { error: `The call has no "arguments". ${FORM}` };
  return { name, call };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The policy has to see this, and nobody else: it becomes an error that it reads.
    return undefined;
  }
}
