// Parity with Math-Verify on its own test tables and on cross pairs made of them.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHOICE_TARGET, EXPRESSION_TARGET, extractMath, LATEX_TARGET, type MathTarget } from './find/extract-math.ts';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './parse/normalize-latex.ts';
import { parseLatex } from './parse/parse-latex.ts';
import { compareAnswers, verifyMath } from './verify-math.ts';

interface Case {
  readonly gold?: string;
  readonly pred: string;
  readonly oracle: number;
  readonly expected: unknown;
  readonly match_types?: readonly string[];
  readonly precision?: number;
  readonly strict?: boolean;
  readonly boxed_match_priority?: number;
  readonly allow_set_relation_comp?: boolean;
  readonly vtriune_reward?: number;
  readonly config?: { readonly string_config: { readonly strings?: readonly string[]; readonly lowercase?: boolean } };
}

const folder = new URL('../../../../../shared/reference-data/mathverify/', import.meta.url);
const absent = !existsSync(folder);
const note = absent ? ' (skipped: shared reference data is absent)' : '';
function load<T>(name: string): T {
  return (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { cases: T }).cases;
}

/** The two documented faults of the reference in these files: `\frac{1}{\mathrm{e}}` read as a unit. */
function FAULTY(text: string | undefined): boolean {
  return text?.includes('\\mathrm{e}') ?? false;
}

function targetsOf(entry: Case): MathTarget[] {
  return (entry.match_types ?? ['latex', 'expr']).map((type) =>
    type === 'latex' ? { ...LATEX_TARGET, boxedPriority: entry.boxed_match_priority ?? 50 } : EXPRESSION_TARGET,
  );
}

function verdict(entry: Case): boolean {
  const targets = targetsOf(entry);
  const options = { decimals: entry.precision ?? 6, strict: entry.strict ?? true, relationForSet: entry.allow_set_relation_comp ?? false };
  return compareAnswers(extractMath(entry.gold ?? '', { targets }), extractMath(entry.pred, { targets }), options);
}

function disagreements(cases: readonly Case[]): Case[] {
  return cases.filter((entry) => entry.gold !== undefined && verdict(entry) !== (entry.oracle === 1));
}

describe(`Math-Verify's own tables${note}`, () => {
  it.skipIf(absent)('agree, except the documented fault', () => {
    const different = disagreements(load<Case[]>('mathverify_cases.json'));
    expect(different.filter((entry) => !FAULTY(entry.gold))).toEqual([]);
    expect(different).toHaveLength(1);
  });

  it.skipIf(absent)('agree on choice letters', () => {
    const choices = load<Case[]>('mathverify_cases.json').filter((entry) => entry.gold === undefined);
    expect(choices).toHaveLength(7);
    for (const { pred, config, expected } of choices) {
      const { strings = CHOICE_TARGET.choices, lowercase = true } = config?.string_config ?? {};
      expect(extractMath(pred, { targets: [{ ...CHOICE_TARGET, choices: strings, lowercase }] }).values).toEqual(expected);
    }
  });

  it.skipIf(absent)('agree on cross pairs, except the documented fault', () => {
    const different = disagreements(load<Case[]>('mathverify_cross_pairs.json'));
    expect(different.filter((entry) => !FAULTY(entry.gold))).toEqual([]);
    expect(different).toHaveLength(1);
  });

  it.skipIf(absent)("agree with V-Triune's options on every pair", () => {
    const cases = [...load<Case[]>('mathverify_cases.json'), ...load<Case[]>('mathverify_cross_pairs.json')];
    const scored = cases.filter((entry) => entry.vtriune_reward !== undefined && entry.gold !== undefined);
    expect(scored).toHaveLength(895);
    const different = scored.filter(
      (entry) =>
        verifyMath({ response: entry.pred, groundTruth: entry.gold ?? '', compat: 'v-triune' }).correct !== (entry.vtriune_reward === 1),
    );
    expect(different).toEqual([]);
  });

  it.skipIf(absent)("read what latex2sympy's tests read and refuse what they refuse, but for the variable macro", () => {
    const rules = { ...DEFAULT_NORMALIZATION, units: false, malformed: false, nits: false };
    const cases = load<{ latex: string; error?: string }[]>('latex2sympy_parse_cases.json');
    const different = cases.filter((entry) => (parseLatex(normalizeLatex(entry.latex, rules)) === null) !== (entry.error !== undefined));
    expect(different.filter((entry) => !entry.latex.includes('\\variable'))).toEqual([]);
    expect(different.length).toBeLessThanOrEqual(5);
  });
});
