// Starts the reward service, asks it as three kinds of trainer would, stops it, and reads the curves it kept. Ends with code 1 where an
// answer is not the expected one.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeEnvelope } from '@vtriune/format';
import { createRewardClient } from '@vtriune/verifiers/client';

const orsta = join(dirname(createRequire(import.meta.url).resolve('orsta/package.json')), 'dist', 'cli.js');
const runsDir = await mkdtemp(join(tmpdir(), 'serve-rewards-'));
const service = spawn(process.execPath, [orsta, 'serve', '--port', '0', '--runs-dir', runsDir], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((found) => {
  createInterface({ input: service.stdout }).on('line', (line) => found(/http:\S+?(?=[,;])/.exec(line)?.[0]));
});

function expect(what, got, wanted) {
  const right = JSON.stringify(got) === JSON.stringify(wanted);
  console.log(`${right ? 'ok' : 'WRONG'}   ${what}: ${JSON.stringify(got)}${right ? '' : `, expected ${JSON.stringify(wanted)}`}`);
  if (!right) process.exitCode = 1;
}
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

// A TypeScript trainer: the client has the signature of scoring in process. The box overlaps by 0.9: at 5 % of training the dynamic threshold
// is 0.85, at 30 % it is 0.99.
const client = createRewardClient({ urls: [url], run: 'example' });
function boxes(id, step) {
  return {
    id,
    data_source: 'boxes',
    verifier: 'detection',
    response: '[{"bbox_2d": [0, 0, 100, 90], "label": "cat"}]',
    ground_truth: '[{"bbox_2d": [0, 0, 100, 100], "label": "cat"}]',
    verifier_parm: { det_reward_ratio: { iou_max_label_first: 1 }, answer_format: 'json' },
    progress: { step, total_steps: 100 },
  };
}
const sum = { id: 's', data_source: 'sums', verifier: 'mathverify', response: '\\boxed{\\frac{1}{2}}', ground_truth: '0.5' };
const broken = { ...sum, id: 'b', verifier: 'mathverfy' };
const progress = { step: 5, total_steps: 100 };
const results = await client.score([boxes('early', 5), boxes('late', 30), { ...sum, progress }, { ...broken, progress }]);
expect(
  'rewards, and a failure that is not a zero',
  results.map((result) => result.reward ?? result.error.code),
  [0.9, 0, 1, 'unknown_verifier'],
);

// OpenRLHF: one string per sample is all it passes, so an envelope carries the rest.
const label = writeEnvelope({ data_source: 'sums', verifier: 'mathverify', ground_truth: '42' });
const query = '<|im_start|>user\nSix times seven?<|im_end|>\n<|im_start|>assistant\n\\boxed{42}<|im_end|>';
expect('OpenRLHF', (await post('/get_reward', { query: [query], prompts: ['Six times seven?'], labels: [label] })).rewards, [1]);

// V-Triune's own client.
const judged = await post('/judge', {
  response: '<think>\nhm\n</think>\n<answer>\n\\boxed{7}\n</answer>',
  prompt: '',
  answer: '7',
  solution: '$7$',
  data_source: 'sums',
  reward_verifier: 'mathverify',
  reward_verifier_parm: JSON.stringify({ is_training: true, step: 5, total_steps: 100 }),
});
expect('V-Triune', judged.rewards.accuracy_reward, 1);

client.close();
service.kill('SIGTERM');
expect('exit code of the service', await new Promise((ended) => service.on('exit', ended)), 0);
const metrics = (await readFile(join(runsDir, 'example', 'metrics.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
function curve(source, name) {
  return metrics.filter((record) => record.source === source && record.name === name).map(({ step, value }) => [step, value]);
}
expect('failures per step', curve('sums', 'reward/failed'), [[5, 1]]);
expect('reward of boxes at step 30', curve('boxes', 'reward/total').at(-1), [30, 0]);
