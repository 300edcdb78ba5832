// Reads samples, scores a response to each and reports per source. Ends with code 1 where a reward is not the expected one.
import { fileURLToPath } from 'node:url';
import { readJsonl } from '@vtriune/format';
import { consoleSink, createMonitor } from '@vtriune/monitor';
import { createRewardRequest, score } from '@vtriune/verifiers';

// The responses of a model would be here; these samples carry one, and the reward it should get, among their facts.
const samples = [];
for await (const sample of readJsonl(process.argv[2] ?? fileURLToPath(new URL('samples.jsonl', import.meta.url)))) samples.push(sample);
const results = await score(samples.map((sample) => createRewardRequest({ sample, response: sample.extra_info.response })));

const monitor = createMonitor({ run: 'score-responses', sinks: [consoleSink({ write: (text) => process.stdout.write(text) })] });
monitor.recordRollouts(
  samples.map(({ data_source, extra_info, prompt }, index) => ({
    step: 1,
    source: data_source,
    sample: extra_info.id,
    prompt: prompt.map(({ content }) => content).join('\n'),
    response: extra_info.response,
    result: results[index],
  })),
);
await monitor.endStep(1);
await monitor.close();

for (const [index, result] of results.entries()) {
  const expected = samples[index].extra_info.reward;
  if (result.status === 'scored' && Math.abs(result.reward - expected) < 1e-9) continue;
  console.error(`${result.id}: expected ${expected}, got ${result.status === 'scored' ? result.reward : result.error.message}`);
  process.exitCode = 1;
}
