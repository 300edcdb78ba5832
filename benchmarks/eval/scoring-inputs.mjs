// Ten thousand answers of each kind in the published layouts, made of the cases of the goldens over and over, each with an id of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCocoSet } from '../iou/make-coco-set.mjs';

function golden(name) {
  return JSON.parse(readFileSync(new URL(`../../apps/orsta/test/fixtures/benchmarks/${name}.json`, import.meta.url), 'utf8'));
}

function repeat(cases, count, make) {
  return Array.from({ length: count }, (_, index) => make(cases[index % cases.length], index));
}

function mmmu(count) {
  const { choices, open } = golden('mmmu');
  const letters = (options) => Object.fromEntries(options.map((option, index) => [String.fromCharCode(65 + index), option]));
  return repeat([...choices, ...open], count, ({ response, options, answers }, index) => ({
    id: `validation_Art_${index + 1}`,
    response,
    ...(options === undefined
      ? { question_type: 'short-answer', answer: answers }
      : { question_type: 'multiple-choice', answer: 'A', all_choices: Object.keys(letters(options)), index2ans: letters(options) }),
  }));
}

function mathvista(count) {
  return Object.fromEntries(
    repeat(golden('others').mathvista, count, (row, index) => [
      String(index + 1),
      { ...row, pid: String(index + 1), question: 'q', image: 'x.png', unit: null, metadata: {} },
    ]),
  );
}

function megaRow({ metric, response, right }, index) {
  return {
    id: String(index),
    task_name: metric,
    answer: `{'answer': ${JSON.stringify(right)}}`,
    metric_info: `{'field_score_function': {'answer': '${metric}'}, 'aggregation': {'function': 'mean', 'field_weights': {'answer': 1}}, 'response_parse_function': 'answer_string'}`,
    eval_context: '{}',
    response: `It is in the picture.\nAnswer: ${response}`,
  };
}

/** Formulas, which sympy reads; each takes it some 15 ms, so that there are fewer. */
function formulas(count) {
  const cases = golden('formulas').latex_expr_equality.filter(([, , score]) => typeof score === 'number');
  return repeat(cases, count, ([response, right], index) => megaRow({ metric: 'latex_expr_equality', response, right }, index));
}

/** Sentences as whole texts of OCRBench v2; NLTK compares a page of them in seconds, so that these are single ones and fewer. */
function wholeTexts(count) {
  return repeat(golden('texts').whole, count, ([predict, answer], index) => {
    const language = /[\u4e00-\u9fa5]/.test(predict + answer) ? 'cn' : 'en';
    return { id: index, type: `full-page OCR ${language}`, question: 'q', image_path: 'x', answers: [answer], predict };
  });
}

/** One task for each metric whose official code runs on any pair, each question in the form `Answer: ...`. */
function megaBench(count) {
  const { pairs, metrics } = golden('mega-bench');
  const texts = pairs.flatMap(([response, right]) =>
    /^'[^'\\]*'$/.test(response) && right !== '' ? [[response.slice(1, -1), right]] : [],
  );
  const names = Object.keys(metrics).filter((name) => name !== 'near_str_match');
  return repeat(texts, count, ([response, right], index) => {
    return megaRow({ metric: names[Math.floor(index / texts.length) % names.length], response, right }, index);
  });
}

function megaResponses(rows) {
  const tasks = new Map();
  for (const { task_name, response } of rows) {
    const list = tasks.get(task_name) ?? [];
    tasks.set(task_name, list);
    list.push({ query_idx: list.length, response });
  }
  return [...tasks].map(([task_name, query_response]) => ({ task_name, query_response }));
}

/** Writes the files of each kind into the folder and returns `{ [kind]: { benchmark, data, predictions, count } }`. */
export function writeInputs(folder, count) {
  const others = golden('others');
  const inputs = {};
  const add = (benchmark, data, given = {}) => {
    const kind = given.kind ?? benchmark;
    mkdirSync(join(folder, kind));
    const place = (name, value) => {
      const path = join(folder, kind, name);
      writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
      return path;
    };
    const path = place(given.name ?? 'data.json', data);
    const predictions = given.predictions === undefined ? path : place(given.predictionsName ?? 'predictions.json', given.predictions);
    inputs[kind] = { benchmark, data: path, predictions, count: given.count ?? count };
  };
  const mega = megaBench(count);
  add('mega-bench', mega, { predictions: megaResponses(mega) });
  const few = formulas(Math.min(count, 1000));
  add('mega-bench', few, { kind: 'formulas', predictions: megaResponses(few), count: few.length });
  add('mmmu', mmmu(count));
  add('mathvista', mathvista(count));
  const counted = repeat(others.countbench, count, (row, index) => ({ ...row, index: String(index), answer: row.number }));
  add('countbench', counted);
  add('ocrbench', repeat(others.ocrbench, count, ([row], index) => ({ ...row, id: index }))); // prettier-ignore
  add('ocrbench-v2', repeat(others.ocrbench_v2.filter(([, score]) => typeof score === 'number'), count, ([row], index) => ({ ...row, id: index }))); // prettier-ignore
  const texts = wholeTexts(Math.min(count, 1000));
  add('ocrbench-v2', texts, { kind: 'whole-texts', count: texts.length });
  const clicks = repeat(others.screenspot, count, ({ size, box, response }, index) => ({ id: `app_${index}`, img_filename: 'a.png', bbox: box, img_size: size, instruction: 'open it', application: 'app', platform: 'linux', group: 'Dev', ui_type: 'icon', response })); // prettier-ignore
  add('screenspot-pro', clicks);
  for (const [benchmark, images] of [
    ['coco', 5000],
    ['ovdeval', 1000],
  ]) {
    const { groundTruth, detections } = makeCocoSet({ images });
    const named = {
      ...groundTruth,
      images: groundTruth.images.map((image) => ({ ...image, file_name: `${image.id}.jpg`, text: ['class 1'] })),
    };
    add(benchmark, named, { name: 'set.json', predictions: detections, predictionsName: 'set_results.json', count: images });
  }
  return inputs;
}
