/**
 * Which option an answer names. The forms are those of answer keys and of models: a letter alone, with its option's text, with a
 * reason, or in a short sentence around it.
 */
import { verifyMath } from '../math/verify-math.ts';
import { normalizeText } from './normalize.ts';
import { toHalfWidth } from './plain-signs.ts';

/** The options an answer names: letters in lower case, in order, and how they were named. */
export interface OptionNaming {
  readonly letters: string;
  readonly by: 'letter' | 'text';
}

/** What is known of the question. */
export interface OptionRules {
  /** The texts of options A, B, C, ...; absent where only letters are known. */
  readonly options: readonly string[] | undefined;
  /** Whether several options may be named. */
  readonly several: boolean;
}

const TEXT_COMMAND = /\\(?:text|textbf|textit|mathrm|mathbf|mbox)\s?\{([^{}]*)\}/g;
/** `B \text{ green}`: a letter and, in a font of its own, the text of its option. */
const LETTER_AND_TEXT = /^\s*(?:\\(?:text|textbf|mathrm|mathbf)\s?\{)?\(?([A-Z])\)?\}?\s*\\text\s?\{\s+([^{}]*)\}\s*$/;
const MAX_LENGTH = 2000;

/** The letter of an option by its place, in upper case. */
export function optionName(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

// `\textbf{(B) } 5` reads like `(B) 5`, and `**B.** green` like `B. green`.
function fold(text: string): string {
  const plain = toHalfWidth(text)
    .replace(/^\s*\\?[{<]\s?([A-Za-z])\s?\\?[}>]\s*[.。]?$/, '$1')
    .replace(LETTER_AND_TEXT, '$1. $2')
    .replace(TEXT_COMMAND, '$1 ')
    .replace(/\\[ ,;]/g, ' ')
    .replace(/\*\*|__/g, '')
    .replace(/\s{0,4}(?:[✅✔✓]\ufe0f?|:-?\))\s{0,4}$/u, '');
  return normalizeText(plain).replace(/[。、，]$/, '');
}

const SEPARATED =
  /^(?:(?:option|choice|letter|opt\.?) )?(?:\(([a-z])\)|\[([a-z])\]|([a-z]))(?:$|\s?(?:[.:)、。，：]|,| [-–—])\s?(.*)$| (.*)$)/;
/** Words that follow a letter in a sentence which says no more than that this option is right. */
const REASON =
  /^(?:the (?:correct|right|best)\b|(?:is|was)\s+(?:the\s+)?(?:most\s+)?(?:correct|right|best|true|appropriate|likely|answer)\b|(?:because|since|as|for|due to|given that)(?:\s|$))/;
/** A verb that is no reason says something else of the option: "option B is wrong". */
const OTHER_CLAIM = /^(?:is|isn't|was|wasn't|are|can|cannot|can't|could|does|doesn't|has|seems|looks|may|might|should|would)\b/;
/** "B, not A", "B rather than A". */
const CONTRAST = /^\(?(?:and |but )?(?:not|rather than|instead of)\s+(?:option |choice )?\(?([a-z])\)?\)?$/;
/** "It is not A. It is B.", "not A, but B". */
const CORRECTED =
  /^(?:(?:it|the answer) is |it's )?not (?:option )?\(?([a-z])\)?(?:,? but |[.,;]\s?(?:it is |it's |but )?)(?:option )?\(?([a-z])\)?$/;
/** The last clause of a sentence: "Among the options, B is correct." */
const CLAUSE =
  /(?:^|[,.;:]\s|\b(?:that|so|therefore|thus|hence) )(?:option |choice )?\(?([a-z])\)? is (?:the )?(?:most )?(?:correct|right|best|true|appropriate|likely)(?: answer| option| choice| one)?(?=$|[.,;])/g;
/** What comes before the letter in a sentence: "I choose B", "the correct option is (B)", "故选B". */
const SPOKEN =
  /^(?:(?:so|thus|therefore|hence)\b,?\s?|→\s?|=>\s?|⇒\s?)?(?:(?:i|we)(?:'d| would| will|'ll)?\s+(?:choose|pick|select|go with|say|answer)\s+|(?:it|this|that) (?:(?:must|has to|should|would|can only) be|is)\s+|it's\s+|that makes\s+|(?:(?:the|my)\s+)?(?:(?:final|correct|right|best|most (?:likely|appropriate))\s+)*(?:answers?|options?|choices?|pick|selection|letter)\s+(?:(?:is|are)(?: (?:options?|choices?|letter))?|(?:must|should|would|has to|seems to|appears to) be|:)\s+)?/;
const SPOKEN_CHINESE =
  /^[^不非没沒除无無a-z]{0,12}?(?:选择|選擇|(?:正确|正確)(?:的)?(?:选项|選項)(?:是|为|為)?|选|選|答案是|答案为|答案為|答案)\s?[:：]?\s?(?:项|項)?/;
/** "选项B正确". */
const RIGHT_CHINESE = /(?<=^[a-z])(?:选项|選項|项|項)?\s?是?(?:正确|正確|对|對)的?$/;
/** Another letter that may be an option; "a" before a word is an article. */
const OTHER_LETTER = /(?:^|[\s(])(?:[b-h]|a(?! \w))(?:$|[\s.,:;)])/;

/** The option that a text names; `undefined` when it names none, or more than one where one is asked. */
export function nameOption(answer: string, rules: OptionRules): OptionNaming | undefined {
  if (answer.length > MAX_LENGTH) return undefined;
  const folded = fold(answer);
  if (folded === '') return undefined;
  const texts = (rules.options ?? []).map(fold);
  if (rules.several) return nameSeveral(folded, answer, rules);
  // An option that reads like a letter, such as "b" as option C, would be ambiguous: the letter wins.
  const said = spoken(folded);
  const letter = letterIn(folded, rules, texts) ?? letterIn(said, rules, texts) ?? claimedIn(folded, rules);
  if (letter !== undefined) return { letters: letter, by: 'letter' };
  return byText(folded, texts) ?? byText(said, texts) ?? byValue(answer, rules.options ?? []);
}

function spoken(folded: string): string {
  const english = folded.replace(SPOKEN, '');
  return english === folded ? folded.replace(SPOKEN_CHINESE, '').replace(RIGHT_CHINESE, '') : english;
}

/** "A is wrong. B is correct.", "not A, but B"; undefined where two are said to be right. */
function claimedIn(folded: string, { options }: OptionRules): string | undefined {
  const corrected = CORRECTED.exec(folded);
  const named =
    corrected === null
      ? [...folded.matchAll(CLAUSE)].map((match) => String(match[1]))
      : corrected[1] === corrected[2]
        ? []
        : [String(corrected[2])];
  const [letter] = named;
  return letter !== undefined && new Set(named).size === 1 && isOffered(letter, options) ? letter : undefined;
}

function letterIn(folded: string, { options }: OptionRules, texts: readonly string[]): string | undefined {
  const match = SEPARATED.exec(folded);
  if (match === null) return undefined;
  const letter = match[1] ?? match[2] ?? match[3];
  if (letter === undefined || !isOffered(letter, options)) return undefined;
  const marked = match[3] === undefined || match[4] !== undefined || /^(?:option|choice) /.test(folded);
  const rest = (match[4] ?? match[5] ?? '').trim();
  return rest === '' || agrees(rest, { letter, marked, options, texts }) ? letter : undefined;
}

interface Following {
  readonly letter: string;
  readonly marked: boolean;
  readonly options: readonly string[] | undefined;
  readonly texts: readonly string[];
}

// After the letter only a reason or the text of that option may follow, so that "a dog" is not option A and "B or C" is nothing.
function agrees(rest: string, { letter, marked, options, texts }: Following): boolean {
  if (REASON.test(rest)) return !(letter === 'a' && !marked && /^(?:for|as)\s/.test(rest));
  const contrast = CONTRAST.exec(rest);
  if (contrast !== null) return contrast[1] !== letter;
  if (OTHER_CLAIM.test(rest)) return false;
  if (options !== undefined) {
    const own = texts[letter.charCodeAt(0) - 'a'.charCodeAt(0)];
    return own !== undefined && rest.startsWith(own) && /^(?:$|[.,;:]\s|,?\s+(?:because|since|as)\s)/.test(rest.slice(own.length));
  }
  return (marked || /^[-–—]\s/.test(rest)) && !OTHER_LETTER.test(rest);
}

function isOffered(letter: string, options: readonly string[] | undefined): boolean {
  return options === undefined || letter.charCodeAt(0) - 'a'.charCodeAt(0) < options.length;
}

function byText(folded: string, texts: readonly string[]): OptionNaming | undefined {
  const same = texts.indexOf(folded);
  if (same < 0 || texts.lastIndexOf(folded) !== same) return undefined;
  return { letters: optionName(same).toLowerCase(), by: 'text' };
}

const LETTERS = /\\[a-zA-Z]+|[^a-zA-Z\u00b0\u0370-\uffff]/g;
/** No option with a value is longer. */
const MAX_VALUE = 100;

function unitOf(text: string): string {
  return text
    .replace(/\^?\{?\\circ\}?|\s?degrees?\b/g, '°')
    .replace(/π|(?<![a-z])pi(?![a-z])/gi, '')
    .replace(LETTERS, '');
}

// `0.5` names the option `\frac12`. A unit may be left out, but not be another one: `5 m` is not `5 cm`.
function byValue(answer: string, options: readonly string[]): OptionNaming | undefined {
  if (answer.length > MAX_VALUE || !/\d/.test(answer)) return undefined;
  const words = unitOf(answer);
  const equal = options.flatMap((option, index) => {
    if (option.length > MAX_VALUE || !/\d/.test(option)) return [];
    const fits = words === '' || words === unitOf(option);
    return fits && verifyMath({ response: `\\boxed{${answer}}`, groundTruth: option }).correct ? [index] : [];
  });
  const [only] = equal;
  return only !== undefined && equal.length === 1 ? { letters: optionName(only).toLowerCase(), by: 'text' } : undefined;
}

const TOGETHER = /^[a-z]{2,8}$/;
const LIST_SIGN = /\s*(?:,\s*and\b|,|、|，|;|&|\+|\n|\band\b|和|与)\s*|(?<=^\(?[a-z]\)?|\s\(?[a-z]\)?)\s+(?=\(?[a-z]\)?(?:\s|$))/;
/** "Both A and C are correct." */
const ALL_RIGHT = /\s+(?:are|is)\s+(?:both\s+|all\s+)?(?:the\s+)?(?:correct|right|true)(?:\s+(?:answers?|options?|choices?|ones?))?$/;

/** "A and C", "A, C", "(A), (C)", `["A", "C"]`, "AC" in capitals. */
function nameSeveral(folded: string, answer: string, rules: OptionRules): OptionNaming | undefined {
  const texts = (rules.options ?? []).map(fold);
  const bare = spoken(folded)
    .replace(ALL_RIGHT, '')
    .replace(/^(?:both|all of)\s+/, '')
    .replace(/^(?:\[|\\?\{|\()(.*?)(?:\]|\\?\}|\))$/, (whole, inner: string) => (/[()]/.test(inner) ? whole : inner))
    .replace(/^(?:options?|choices?)\s+/, '');
  const together =
    TOGETHER.test(bare) && new RegExp(`(?<![A-Za-z])${bare.toUpperCase()}(?![A-Za-z])`).test(toHalfWidth(answer)) ? [...bare] : undefined;
  const parts = together ?? bare.split(LIST_SIGN).filter((part) => part !== '');
  const single = { ...rules, several: false };
  const named = parts.map((part) => letterIn(part.replace(/^["']|["']$/g, ''), single, texts) ?? byText(part, texts)?.letters);
  if (named.length === 0 || named.includes(undefined)) return undefined;
  const letters = [...new Set(named)].sort().join('');
  return named.length === letters.length ? { letters, by: 'letter' } : undefined;
}
