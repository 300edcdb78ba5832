// Wrong answers that are nearly right, made from right ones by a seeded generator: off by a digit, a sign, a unit, an option, a corner.
// Whoever adds a lenient rule sees here what it must not let through.
import { createRandom, type Random } from './random.ts';

/** One request that must earn nothing, and what was done to the right answer. */
export interface NearMiss {
  readonly verifier: string;
  readonly truth: unknown;
  readonly response: string;
  readonly change: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

type Maker = (random: Random) => NearMiss;

function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** Where models put an answer. */
const PLACES: readonly ((answer: string) => string)[] = [
  (answer) => `\\boxed{${answer}}`,
  (answer) => `<answer>${answer}</answer>`,
  (answer) => `The answer is ${answer}.`,
  (answer) => `**Final answer:** ${answer}`,
  (answer) => `So we get it.\n\n**Answer: ${answer}**`,
  (answer) => `First \\boxed{1234567}.\n\nFinal answer: ${answer}`,
];

function offByADigit(random: Random, text: string): string {
  const places = [...text].flatMap((sign, index) => (/\d/.test(sign) ? [index] : []));
  const at = pick(random, places);
  const digit = (Number(text[at]) + whole(random, 1, 8)) % 10;
  const changed = text.slice(0, at) + String(digit) + text.slice(at + 1);
  // A leading or a final zero may leave the value as it was.
  return Number(changed) === Number(text) ? offByADigit(random, text) : changed;
}

function decimal(random: Random): string {
  const digits = whole(random, 0, 4);
  return (random() * 10 ** whole(random, 0, 5) + 1.5).toFixed(digits);
}

function numberVerifier(random: Random): string {
  return pick(random, ['mathverify', 'numeric']);
}

const digit: Maker = (random) => {
  const truth = decimal(random);
  const response = pick(random, PLACES)(offByADigit(random, truth));
  return { verifier: numberVerifier(random), truth, response, change: 'a digit' };
};

const count: Maker = (random) => {
  const truth = whole(random, 0, 40);
  const wrong = truth + pick(random, [1, 2, 10]);
  const written = pick(random, [
    `${wrong}`,
    `${wrong} cats`,
    `There are ${wrong} cats`,
    `${truth} cats and ${wrong} dogs`,
    `${truth}-${wrong}`,
    `${truth}x${wrong}`,
  ]);
  return { verifier: 'counting', truth, response: written, change: 'a count' };
};

const sign: Maker = (random) => {
  const truth = decimal(random);
  return { verifier: numberVerifier(random), truth, response: pick(random, PLACES)(`-${truth}`), change: 'a sign' };
};

const exponent: Maker = (random) => {
  const mantissa = (1 + random() * 8.9).toFixed(whole(random, 0, 3));
  const power = whole(random, -30, 30);
  const other = power + pick(random, [-1, 1, 2]);
  const style = pick(random, [(e: number) => `${mantissa}e${e}`, (e: number) => `${mantissa} \\times 10^{${e}}`]);
  return { verifier: numberVerifier(random), truth: style(power), response: pick(random, PLACES)(style(other)), change: 'an exponent' };
};

const smallDigit: Maker = (random) => {
  const mantissa = `${whole(random, 1, 9)}.${whole(random, 10, 99)}`;
  const power = -whole(random, 5, 30);
  const response = pick(random, PLACES)(`${offByADigit(random, mantissa)}e${power}`);
  return { verifier: numberVerifier(random), truth: `${mantissa}e${power}`, response, change: 'a digit of a small number' };
};

const mixed: Maker = (random) => {
  const [units, top] = [whole(random, 1, 20), whole(random, 1, 8)];
  const truth = pick(random, [`${units}`, `${top}/9`, `${units + 1} ${top}/9`]);
  return { verifier: numberVerifier(random), truth, response: pick(random, PLACES)(`${units} ${top}/9`), change: 'a mixed number' };
};

const fraction: Maker = (random) => {
  const [top, bottom] = [whole(random, 1, 30), whole(random, 31, 60)];
  const wrong = pick(random, [`\\frac{${bottom}}{${top}}`, `\\frac{${top + 1}}{${bottom}}`, `\\frac{${top}}{${bottom + 1}}`]);
  return { verifier: 'mathverify', truth: `\\frac{${top}}{${bottom}}`, response: `\\boxed{${wrong}}`, change: 'a fraction' };
};

const expression: Maker = (random) => {
  const [a, b, c] = [whole(random, 2, 9), whole(random, 2, 9), whole(random, 10, 19)];
  const [truth, wrong] = pick(random, [
    [`${a}x^2+${b}x+${c}`, `${a}x^2-${b}x+${c}`],
    [`\\sqrt{${c}}+${a}`, `\\sqrt{${c}+${a}}`],
    [`${a}\\pi`, `${a + 1}pi`],
    [`e^{${c}}-${a}`, `exp(${c})+${a}`],
    [`\\ln ${c}`, `ln(${c + 1})`],
    [`(${a}, ${c})`, `${a} \\le x < ${c}`],
    [`[${a}, ${c}]`, `${a} \\le x < ${c}`],
    [`(-\\infty, ${a}) \\cup (${c}, \\infty)`, `x<${a} \\text{ or } x \\ge ${c}`],
    [`\\frac{\\sqrt{x}}{\\sqrt{${a}}}`, `\\sqrt{\\frac{${a}}{x}}`],
    [`${a}\\ln x`, `\\ln x^{${a + 1}}`],
    [`x=${a}, ${c}`, `x=${a}, ${c + 1}`],
    [`${c}_{${a + 10}}`, `${c}_{${a + 11}}`],
    [`x = ${a}`, `x = ${a} \\text{ and } x = ${c}`],
    [`x > ${a}`, `x \\ge ${a}`],
  ] as const);
  return { verifier: 'mathverify', truth, response: `\\boxed{${wrong}}`, change: 'an expression' };
};

const unit: Maker = (random) => {
  const truth = pick(random, ['5 cm', '7 kg', '12 m', '3 km', '40 °C']);
  const options = [truth, ...['5 mm', '7 g', '12 cm', '3 m', '40 °F']];
  return {
    verifier: 'choice',
    truth: 'A',
    response: pick(random, PLACES)(pick(random, options.slice(1))),
    parameters: { options },
    change: 'a unit',
  };
};

const measure: Maker = (random) => {
  const value = decimal(random);
  const [own, other] = pick(random, [
    ['cm', 'm'],
    ['kg', 'g'],
    ['m/s', 'km/h'],
    ['cm^2', 'cm'],
    ['N', 'J'],
    ['hours', 'minutes'],
    ['\\text{ cm}', '\\text{ mm}'],
    ['°C', '°F'],
  ] as const);
  return {
    verifier: numberVerifier(random),
    truth: `${value} ${own}`,
    response: pick(random, PLACES)(`${value} ${other}`),
    change: 'a unit of a value',
  };
};

const unsaid: Maker = (random) => {
  const truth = whole(random, 1, 99);
  const verifier = pick(random, ['numeric', 'counting', 'mathverify']);
  const written = pick(random, [
    `not ${truth}`,
    `The answer is not ${truth}.`,
    `more than ${truth}`,
    `less than ${truth}`,
    `It isn't ${truth}.`,
    `Not ${truth}, but ${truth + 1}`,
  ]);
  return { verifier, truth: String(truth), response: written, change: 'a number that is denied' };
};

const hanUnit: Maker = (random) => {
  const value = whole(random, 1, 99);
  const [own, other] = pick(random, [
    ['年', '月'],
    ['元', '角'],
    ['千克', '克'],
    ['度', '分'],
  ] as const);
  return { verifier: 'mathverify', truth: `${value}${own}`, response: `\\boxed{${value}${other}}`, change: 'a Chinese unit' };
};

const option: Maker = (random) => {
  const letters = 'ABCD';
  const truth = pick(random, [...letters]);
  const wrong = pick(
    random,
    [...letters].filter((letter) => letter !== truth),
  );
  const written = pick(random, [
    `${wrong}`,
    `(${wrong})`,
    `The answer is ${wrong} because ${truth} is false.`,
    `${truth} or ${wrong}`,
    `not ${truth}`,
    `I thought of ${truth}.\nThe correct option is ${wrong}.`,
    `\\boxed{${wrong}}`,
    `答案是${wrong}`,
    `Answer: ${wrong}\n\nHope this helps!`,
    `Is it ${truth}? I would pick ${wrong}.`,
  ]);
  return { verifier: 'choice', truth, response: written, change: 'an option' };
};

const optionSet: Maker = (random) => {
  const wrong = pick(random, ['A', 'C', 'A, B', 'A, B, C', 'A or C', 'AB', 'ACD', 'A and D']);
  return { verifier: 'choice', truth: ['A', 'C'], response: pick(random, PLACES)(wrong), change: 'a set of options' };
};

const text: Maker = (random) => {
  const [truth, wrong] = pick(random, [
    ['cat', 'cats'],
    ['New York', 'York'],
    ['U.S.', 'U.K.'],
    ['1990–2000', '1990–2001'],
    ['9 a.m.', '9 p.m.'],
    ['三角形', '四角形'],
    ['No. 5', 'No. 6'],
    ['20℃', '21℃'],
  ] as const);
  return { verifier: pick(random, ['text', 'ocr', 'mathverify']), truth, response: pick(random, PLACES)(wrong), change: 'a text' };
};

const box: Maker = (random) => {
  const [x, y, size] = [whole(random, 0, 400), whole(random, 0, 400), whole(random, 20, 60)];
  const numbers = [x, y, x + size, y + size];
  const moved = numbers.map((value) => value + size);
  const written = pick(random, [
    JSON.stringify([{ bbox_2d: moved, label: 'cat' }]),
    JSON.stringify({ objects: [{ bbox: moved, category: 'cat' }] }),
    `<|object_ref_start|>cat<|object_ref_end|><|box_start|>(${moved[0]},${moved[1]}),(${moved[2]},${moved[3]})<|box_end|>`,
    `cat: ${JSON.stringify(moved)}`,
    '[]',
    'No objects',
  ]);
  const verifier = pick(random, ['detection', 'grounding']);
  return {
    verifier,
    truth: [{ bbox_2d: numbers, label: 'cat' }],
    response: written,
    parameters: { iou_threshold: 0.5, ...(verifier === 'detection' ? { det_reward_ratio: { map50: 1 } } : {}) },
    change: 'a box',
  };
};

const negative: Maker = (random) => {
  const response = pick(random, [
    '[{"bbox_2d": [1, 2, 30, 40], "label": "cat"}]',
    'There may be a cat',
    '<box>[[1, 2, 3, 4]]</box>',
    '[1, 2, 3, 4]',
  ]);
  return {
    verifier: pick(random, ['detection', 'grounding']),
    truth: [],
    response,
    parameters: { iou_threshold: 0.5 },
    change: 'a negative image',
  };
};

const click: Maker = (random) => {
  const [x, y] = [whole(random, 210, 400), whole(random, 210, 400)];
  const written = pick(random, [
    `(${x}, ${y})`,
    `<point>${x} ${y}</point>`,
    `${x}, ${y}`,
    `x=${x}, y=${y}`,
    '(150, 150) or (300, 300)',
    `[${x}, ${y}, ${x + 20}, ${y + 20}]`,
  ]);
  return { verifier: 'click', truth: [100, 100, 200, 200], response: written, change: 'a point' };
};

const json: Maker = (random) => {
  const value = whole(random, 1, 500);
  const response = pick(random, [
    `{"n": ${value + 1}}`,
    `{n: ${value + 1}}`,
    `{"m": ${value}}`,
    `{'n': -${value}}`,
    `{"n": "${value} or ${value + 1}"}`,
    `{"n": ${value}`,
  ]);
  return { verifier: 'json', truth: { n: value }, response, change: 'a field' };
};

const MAKERS: readonly Maker[] = [
  digit,
  count,
  sign,
  exponent,
  smallDigit,
  mixed,
  fraction,
  expression,
  unit,
  measure,
  unsaid,
  hanUnit,
  option,
  optionSet,
  text,
  box,
  negative,
  click,
  json,
];

/** `count` near-misses, of every kind in turn; the same for the same seed. */
export function nearMisses(count: number, seed: string): readonly NearMiss[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(`${seed} ${index}`);
    return MAKERS[index % MAKERS.length]!(random);
  });
}
