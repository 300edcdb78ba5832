/**
 * Words of Chinese text as Python's jieba 0.42 cuts them, by `@node-rs/jieba`, which has the same dictionary and the same model of unknown words. It
 * differs in one thing: a `.` in its pattern of numbers means any sign, so that `2007-5-14` begins with the word `2007-5`.
 */
import { requireOf } from '../optional-package.ts';

/** The package that cuts, for messages. */
export const CHINESE_PACKAGE = '@node-rs/jieba';

/** Cuts texts into words. */
export interface ChineseWords {
  /** `jieba.lcut(text)`. */
  cut(text: string): string[];
  /** `list(jieba.cut_for_search(text))`: parts of long words come before them. */
  cutForSearch(text: string): string[];
}

/** What is used of the package. */
interface Jieba {
  cut(text: string, hmm: boolean): string[];
  cutForSearch(text: string, hmm: boolean): string[];
}

const WRONG_NUMBER = /^[a-z\d]+[+#&_%-]\d+%?$/i;
const LATIN = /^[a-z\d+#&._%-]+$/i;
const NUMBER = /([a-z\d]+(?:\.\d+)?%?)/i;

/** Loads the package and its dictionary, which takes half a second; undefined where it is not installed. */
export function loadChineseWords(): ChineseWords | undefined {
  const require = requireOf(CHINESE_PACKAGE);
  if (require === undefined) return undefined;
  const { Jieba: module } = require(CHINESE_PACKAGE) as { Jieba: { withDict(dict: Uint8Array): Jieba } };
  const { dict } = require(`${CHINESE_PACKAGE}/dict.js`) as { dict: Uint8Array };
  const jieba = module.withDict(dict);
  const known = latinWords(dict);
  return {
    cut: (text) => rejoined(jieba.cut(text, true), known),
    cutForSearch: (text) => rejoined(jieba.cutForSearch(text, true), known),
  };
}

/** The words of the dictionary that have no Chinese in them, such as `C++`. */
function latinWords(dict: Uint8Array): ReadonlySet<string> {
  const found =
    Buffer.from(dict)
      .toString('utf8')
      .match(/^[a-zA-Z\d+#&._%-]{2,}(?= )/gm) ?? [];
  return new Set(found);
}

/** Cuts what follows a wrong number again, up to the next word of the dictionary. */
function rejoined(words: readonly string[], known: ReadonlySet<string>): string[] {
  const result: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!WRONG_NUMBER.test(word) || known.has(word)) {
      result.push(word);
      continue;
    }
    let end = at + 1;
    while (end < words.length && LATIN.test(words[end]!) && !known.has(words[end]!)) end++;
    result.push(
      ...words
        .slice(at, end)
        .join('')
        .split(NUMBER)
        .filter((part) => part !== ''),
    );
    at = end - 1;
  }
  return result;
}
