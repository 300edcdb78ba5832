// Three cases scored by two verifiers and, beside them, by autoevals. Ends with code 1 where a score is another than the one noted.
import { Levenshtein } from 'autoevals';
import { builtins } from '@vtriune/verifiers';
import { asAssertion, asScorer } from '@vtriune/verifiers/scorers';

function verifier(name) {
  return builtins.find((one) => one.name === name);
}
const equal = asScorer(verifier('mathverify'));
const counts = asScorer(verifier('counting'), { off_by: 3 });

const cases = [
  { scorer: equal, input: 'Simplify 6/8.', output: 'The answer is 0.75', expected: '3/4', wanted: 1 },
  { scorer: counts, input: 'How many cats?', output: 'There are 5 cats', expected: '4', wanted: 0.75 },
  { scorer: counts, input: 'How many dogs?', output: '2', expected: 'many', wanted: null },
];

for (const { scorer, wanted, ...given } of cases) {
  const { name, score, metadata } = await scorer(given);
  const { score: similar } = await Levenshtein(given);
  console.log(`${name}: ${score} (Levenshtein of autoevals: ${similar.toFixed(2)})${score === null ? ` ${metadata.code}` : ''}`);
  if (score !== wanted) {
    console.error(`${name} on ${JSON.stringify(given.output)}: expected ${wanted}, got ${score}`);
    process.exitCode = 1;
  }
}

// The shape of a promptfoo assertion; in its configuration: assert: [{ type: javascript, value: file://assertion.mjs }].
const { pass, reason } = await asAssertion(verifier('mathverify'))('\\boxed{\\frac{3}{4}}', { vars: { expected: '0.75' } });
console.log(`promptfoo: ${pass ? 'pass' : 'fail'}, ${reason}`);
