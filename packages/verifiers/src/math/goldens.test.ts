// Verdicts of the Python package math-verify on our own pairs; see test/fixtures/math/HOW.md. The pairs on which this engine is meant to
// differ are listed below by the reason, and each is described in DEVIATIONS.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extractMath } from './find/extract-math.ts';
import { compareAnswers, verifyMath } from './verify-math.ts';

interface Goldens {
  readonly rows: readonly (readonly [family: string, groundTruth: string, response: string, byDefault: boolean, vTriune: boolean])[];
}

const goldens = JSON.parse(readFileSync(new URL('../../test/fixtures/math/math-goldens.json', import.meta.url), 'utf8')) as Goldens;

/** Pairs that math-verify rejects and that are equal. */
const CORRECTED = new Set([
  '$\\ln 2$ \\boxed{\\log_e 2}',
  '$\\log_e 2$ \\boxed{\\ln 2}',
  '$x \\neq 3$ \\boxed{3 \\neq x}',
  '$3 \\neq x$ \\boxed{x \\neq 3}',
  '$\\text{North}$ \\boxed{North}',
  '$\\text{North}$ Therefore the answer is $North$.',
  '$North$ \\boxed{\\text{North}}',
  '$2i$ \\boxed{i\\cdot 2}',
  '$i\\cdot 2$ \\boxed{2i}',
]);

describe('parity with math-verify on our own pairs', () => {
  it('has the same verdicts with default options', () => {
    const different = goldens.rows.filter(
      ([, truth, response, verdict]) => compareAnswers(extractMath(truth), extractMath(response)) !== verdict,
    );
    expect(different.map(([, truth, response]) => `${truth} ${response}`).filter((pair) => !CORRECTED.has(pair))).toEqual([]);
    expect(different.every(([, , , verdict]) => !verdict)).toBe(true);
  });

  it("has the same verdicts with V-Triune's options", () => {
    const verdict = (groundTruth: string, response: string): boolean => verifyMath({ groundTruth, response, compat: 'v-triune' }).correct;
    const different = goldens.rows.filter(([, truth, response, , expected]) => verdict(truth, response) !== expected);
    expect(different.map(([, truth, response]) => `${truth} ${response}`).filter((pair) => !CORRECTED.has(pair))).toEqual([]);
  });

  it('covers both verdicts broadly', () => {
    const equal = goldens.rows.filter((row) => row[3]).length;
    expect(goldens.rows.length).toBeGreaterThan(1000);
    expect(equal).toBeGreaterThan(300);
    expect(goldens.rows.length - equal).toBeGreaterThan(300);
  });
});
