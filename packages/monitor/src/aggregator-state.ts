import { Ajv } from 'ajv';
import { Type, type Static } from 'typebox';
import type { Part } from './aggregator-part.ts';
import { MonitorError } from './errors.ts';
import { fromState, TallyState, toState } from './tally-state.ts';

// Another version may count something else: its numbers are refused, and not read as something that they are not.
const VERSION = 2;

const AggregatorState = Type.Object({
  version: Type.Literal(VERSION),
  parts: Type.Array(
    Type.Object({
      run: Type.String(),
      step: Type.Integer({ minimum: 0 }),
      split: Type.String(),
      sources: Type.Array(Type.Tuple([Type.String(), TallyState])),
    }),
  ),
});
type AggregatorState = Static<typeof AggregatorState>;

const validate = new Ajv({ strict: true, strictTuples: false }).compile<AggregatorState>(AggregatorState);

/** The sums of an aggregator as JSON. */
export function writeParts(parts: readonly Part[]): string {
  const state = parts.map(({ sources, ...part }) => ({
    ...part,
    sources: [...sources].map(([source, tally]) => [source, toState(tally)]),
  }));
  return JSON.stringify({ version: VERSION, parts: state });
}

/** The sums that `writeParts` wrote. Throws MonitorError `invalid_argument` for other text. */
export function readParts(text: string): Part[] {
  const state = parse(text);
  if (!validate(state)) {
    const [error] = validate.errors ?? [];
    throw refuse(`${error?.instancePath ?? ''} ${error?.message ?? 'does not fit'}`);
  }
  return state.parts.map(({ sources, ...part }) => ({
    ...part,
    sources: new Map(sources.map(([source, tally]) => [source, fromState(tally)])),
  }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse(`${text.slice(0, 60)} is no JSON`, cause);
  }
}

function refuse(what: string, cause?: unknown): MonitorError {
  return new MonitorError(
    'invalid_argument',
    `merge: ${what}; give the text that \`serialize\` of this version of the package wrote`,
    cause,
  );
}
