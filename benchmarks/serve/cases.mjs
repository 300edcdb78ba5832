// The load, as bodies of `POST /v1/rewards` (the peer takes the same): groups of eight responses to one sample, as GRPO sends them, maths and
// detection in turn. Maths: every golden of @vtriune/verifiers. Detection: its malformed goldens, and scenes of one to nine boxes of three kinds with
// responses in which boxes are moved, left out, doubled or called by another name. No two responses are the same text: each begins with reasoning that
// names its attempt. Behind the reasoning every other response has a sentence of its own too; the rest of a maths group has one text there, as half of
// a group often gives one answer. So what may be remembered is the ground truth of a group and every other of its maths answers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const GROUP = 8;
const SCENES = 640;
const ATTEMPT = '~attempt';
const STEP = '        -1';

/** Numbers in [0, 1) from a seed (mulberry32), so that every run has the same scenes. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LABELS = ['person', 'car', 'dog'];

function makeScene(random) {
  return Array.from({ length: 1 + Math.floor(random() * 9) }, () => {
    const [width, height] = [20 + Math.floor(random() * 180), 20 + Math.floor(random() * 180)];
    const [x, y] = [Math.floor(random() * (640 - width)), Math.floor(random() * (480 - height))];
    return { bbox_2d: [x, y, x + width, y + height], label: LABELS[Math.floor(random() * LABELS.length)] };
  });
}

function makePrediction(scene, random) {
  const moved = scene.flatMap(({ bbox_2d, label }) => {
    if (random() < 0.1) return [];
    const near = bbox_2d.map((at) => Math.max(0, at + Math.round((random() - 0.5) * 16)));
    const found = { bbox_2d: near, label: random() < 0.05 ? 'cat' : label };
    return random() < 0.05 ? [found, found] : [found];
  });
  return `<answer>\n${JSON.stringify(moved)}\n</answer>`;
}

function loadSamples() {
  const fixtures = fileURLToPath(new URL('../../packages/verifiers/test/fixtures/', import.meta.url));
  const goldens = JSON.parse(readFileSync(`${fixtures}math/math-goldens.json`, 'utf8')).rows;
  const maths = goldens.map(([, truth, response]) => {
    return { data_source: 'math', verifier: 'mathverify', ground_truth: truth, responses: Array.from({ length: GROUP }, () => response) };
  });
  const shared = { data_source: 'boxes', verifier: 'detection', verifier_parm: { iou_threshold: 'average' } };
  const malformed = JSON.parse(readFileSync(`${fixtures}detection-reward.json`, 'utf8')).cases.map(({ prediction, solution }) => {
    return { ...shared, ground_truth: solution, responses: Array.from({ length: GROUP }, () => prediction) };
  });
  const random = randomFrom(1);
  const scenes = Array.from({ length: SCENES }, () => {
    const scene = makeScene(random);
    return {
      ...shared,
      ground_truth: JSON.stringify(scene),
      responses: Array.from({ length: GROUP }, () => makePrediction(scene, random)),
    };
  });
  const boxes = [...malformed, ...scenes];
  return maths.flatMap((sample, index) => [sample, boxes[index % boxes.length]]);
}

const REASONING = `<think>\nThis is attempt ${ATTEMPT}. Let me look at what is asked, work it out and check the result before I answer.\n</think>\n\n`;
const OWN_SENTENCE = `Here is what attempt ${ATTEMPT} came to.\n\n`;

function requestsOf({ responses, ...sample }, name) {
  return responses.map((response, index) => ({
    id: `${ATTEMPT}-${name}-${index}`,
    ...sample,
    response: `${REASONING}${index % 2 === 0 ? '' : OWN_SENTENCE}${response}`,
    progress: { step: -1, total_steps: 100_000 },
  }));
}

/** All requests, in order; `attempt` and `step` are marks that `Body.next` fills in. */
export function loadRequests() {
  return loadSamples().flatMap((sample, index) => requestsOf(sample, index));
}

/** Bodies of `size` requests each: `next(attempt, step)` gives the next one, with an attempt that no other has. */
export function createBodies(requests, size) {
  const templates = [];
  for (let start = 0; start + size <= requests.length; start += size) {
    const text = JSON.stringify({ run: 'load', requests: requests.slice(start, start + size) }).replaceAll('"step":-1', `"step":${STEP}`);
    const bytes = Buffer.from(text);
    templates.push({ bytes, attempts: positionsOf(bytes, ATTEMPT), steps: positionsOf(bytes, STEP) });
  }
  let used = 0;
  return {
    count: templates.length,
    next: (step) => {
      const { bytes, attempts, steps } = templates[used % templates.length];
      const body = Buffer.from(bytes);
      const name = letters(used++);
      for (const at of attempts) body.write(name, at, 'latin1');
      const number = String(step).padStart(STEP.length);
      for (const at of steps) body.write(number, at, 'latin1');
      return body;
    },
  };
}

function positionsOf(bytes, mark) {
  const found = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) found.push(at);
  return found;
}

// Letters only: a number in the reasoning might be taken for an answer.
function letters(number) {
  let name = '';
  for (let rest = number, place = 0; place < ATTEMPT.length; place++, rest = Math.floor(rest / 26))
    name += String.fromCharCode(97 + (rest % 26));
  return name;
}
