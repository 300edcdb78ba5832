/**
 * OCRBench v2's score of whole texts (`page_ocr_metric.py`): the mean of BLEU, METEOR, F1 of the sets of words, and one minus the edit distance over the
 * longer text. Needs WordNet, and for Chinese the words of jieba: both are packages that a user adds.
 */
import { CHINESE_PACKAGE, loadChineseWords, type ChineseWords } from '../text/chinese-words.ts';
import { editDistance } from '../text/edit-distance.ts';
import { meteor } from '../text/meteor.ts';
import { once } from '../text/once.ts';
import { words } from '../text/python-text.ts';
import { sentenceBleu } from '../text/sentence-scores.ts';
import { loadWordNet, WORDNET_PACKAGE, type WordNet } from '../text/wordnet.ts';

/** Scores whole texts. */
export interface WholeTextScorer {
  /** In `[0, 1]`; undefined where a package is missing that these texts need. */
  score(response: string, answer: string): number | undefined;
}

/** What to do where `score` gives undefined. */
export const HOW_TO_SCORE = `METEOR needs WordNet, and Chinese words need jieba: npm install ${WORDNET_PACKAGE} ${CHINESE_PACKAGE}`;

const CHINESE = /[\u4e00-\u9fa5]/;

/** A scorer that loads each package when it is first needed. */
export function createWholeTextScorer(load = { wordNet: loadWordNet, chinese: loadChineseWords }): WholeTextScorer {
  const wordNet = once(load.wordNet);
  const chinese = once(load.chinese);
  return {
    score: (response, answer) => {
      if (response === '' || answer === '') return 0;
      const cut = CHINESE.test(response) || CHINESE.test(answer) ? chinese()?.cut : words;
      const net = wordNet();
      return cut === undefined || net === undefined ? undefined : scoreOf({ response, answer }, cut, net);
    },
  };
}

function scoreOf({ response, answer }: { response: string; answer: string }, cut: ChineseWords['cut'], net: WordNet): number {
  const [reference, hypothesis] = [cut(answer), cut(response)];
  const distance = editDistance(response, answer) / Math.max([...response].length, [...answer].length);
  return (sentenceBleu(reference, hypothesis) + meteor(reference, hypothesis, net) + f1(reference, hypothesis) + (1 - distance)) / 4;
}

/** Of the different words of both texts. The authors' code ends with an error where one text has none; here that is 0. */
function f1(reference: readonly string[], hypothesis: readonly string[]): number {
  const [right, own] = [new Set(reference), new Set(hypothesis)];
  const common = [...own].filter((word) => right.has(word)).length;
  return common === 0 ? 0 : 1 / (0.5 / (common / own.size) + 0.5 / (common / right.size));
}
