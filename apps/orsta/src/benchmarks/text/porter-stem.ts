/**
 * The stem of an English word: Porter's algorithm ("An algorithm for suffix stripping", 1980) with the changes that NLTK's `PorterStemmer` makes by
 * default. `m` below is Porter's measure, the number of vowel-consonant sequences of a stem.
 */

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

/** The first ending that fits decides, also where its condition does not hold. */
type Rule = readonly [ending: string, replacement: string, holds?: (stem: string) => boolean];

const STEP_2: readonly Rule[] = endings(
  'ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous ization:ize ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble fulli:ful',
);
const STEP_3: readonly Rule[] = endings('icate:ic ative: alize:al iciti:ic ical:ic ful: ness:');
const STEP_4: readonly Rule[] = 'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'
  .split(' ')
  .map((ending) => [ending, '', (stem) => measure(stem) > 1 && (ending !== 'ion' || /[st]$/.test(stem))]);

/** The stem, in small letters. */
export function porterStem(word: string): string {
  const lower = word.toLowerCase();
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return irregular;
  if ([...word].length <= 2) return lower;
  const steps = [
    plural,
    pastOrGerund,
    finalY,
    step2,
    (text: string) => apply(text, STEP_3),
    (text: string) => apply(text, STEP_4),
    finalE,
    doubleL,
  ];
  return steps.reduce((text, step) => step(text), lower);
}

function plural(word: string): string {
  if (word.endsWith('ies') && word.length === 4) return word.slice(0, -1);
  return apply(word, [
    ['sses', 'ss'],
    ['ies', 'i'],
    ['ss', 'ss'],
    ['s', ''],
  ]);
}

function pastOrGerund(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const ending = ['ed', 'ing'].find((text) => word.endsWith(text) && consonants(word.slice(0, -text.length)).includes(false));
  return ending === undefined ? word : repaired(word.slice(0, -ending.length));
}

/** What a stem needs after `ed` or `ing` was taken off. */
function repaired(stem: string): string {
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  const flags = consonants(stem);
  if (stem.length >= 2 && stem.at(-1) === stem.at(-2) && flags.at(-1) === true) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function finalY(word: string): string {
  return apply(word, [['y', 'i', (stem) => stem.length > 1 && consonants(stem).at(-1) === true]]);
}

function step2(word: string): string {
  if (word.endsWith('alli') && measure(word.slice(0, -4)) > 0) return step2(word.slice(0, -2));
  return apply(word, [...STEP_2, ['logi', 'log', (stem) => measure(`${stem}l`) > 0]]);
}

function finalE(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith('e') && (measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem))) ? stem : word;
}

function doubleL(word: string): string {
  return word.endsWith('ll') && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

function endings(text: string): Rule[] {
  return text.split(' ').map((pair) => {
    const [ending = '', replacement = ''] = pair.split(':');
    return [ending, replacement, (stem) => measure(stem) > 0];
  });
}

function apply(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([ending]) => word.endsWith(ending));
  if (rule === undefined) return word;
  const [ending, replacement, holds] = rule;
  const stem = word.slice(0, -ending.length);
  return holds === undefined || holds(stem) ? stem + replacement : word;
}

/** Whether each letter is a consonant. A `y` is one at the beginning and after a vowel. */
function consonants(text: string): boolean[] {
  const flags: boolean[] = [];
  for (const letter of text) flags.push(letter === 'y' ? flags.at(-1) !== true : !'aeiou'.includes(letter));
  return flags;
}

function measure(stem: string): number {
  const flags = consonants(stem);
  return flags.filter((consonant, index) => consonant && flags[index - 1] === false).length;
}

/** Consonant, vowel, consonant but w, x and y; or a word of a vowel and a consonant. */
function endsShort(text: string): boolean {
  const flags = consonants(text);
  const [first, second, last] = flags.slice(-3);
  if (flags.length === 2) return first === false && second === true;
  return flags.length >= 3 && first === true && second === false && last === true && !/[wxy]$/.test(text);
}
