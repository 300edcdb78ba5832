import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../mega-bench/metrics.ts';
import { createWholeTextScorer } from '../ocrbench-v2/whole-text.ts';
import { loadChineseWords } from './chinese-words.ts';
import { editDistance } from './edit-distance.ts';
import { meteor } from './meteor.ts';
import { porterStem } from './porter-stem.ts';
import { words } from './python-text.ts';
import { sentenceBleu } from './sentence-scores.ts';
import { filesOfTar } from './tar.ts';
import { loadWordNet } from './wordnet.ts';

interface Golden {
  readonly words: [word: string, stem: string, synonyms: string[]][];
  readonly whole: [response: string, answer: string, bleu: number, meteor: number, score: number, gleu: number][];
  readonly chinese: [text: string, words: string[], forSearch: string[]][];
}
const golden = JSON.parse(readFileSync(new URL('../../../test/fixtures/benchmarks/texts.json', import.meta.url), 'utf8')) as Golden;
const wordNet = loadWordNet();
const chinese = loadChineseWords();
if (wordNet === undefined || chinese === undefined) throw new RangeError('WordNet and jieba are not installed');

function wordsOf(text: string, other: string): string[] {
  return /[\u4e00-\u9fa5]/.test(text + other) ? (chinese?.cut(text) ?? []) : words(text);
}

describe('words', () => {
  it('have the stems of NLTK', () => {
    expect(golden.words.map(([word]) => [word, porterStem(word)])).toEqual(golden.words.map(([word, stem]) => [word, stem]));
  });

  it('have the synonyms of WordNet 3.0', () => {
    expect(golden.words.map(([word]) => [word, [...wordNet.synonyms(word)].sort()])).toEqual(
      golden.words.map(([word, , synonyms]) => [word, synonyms]),
    );
  });

  it('of Chinese are those of jieba', () => {
    expect(golden.chinese.map(([text]) => [text, chinese.cut(text), chinese.cutForSearch(text)])).toEqual(golden.chinese);
  });

  it('are parted by what is blank to Python', () => {
    expect(words('\u001ca\u0085b\u00a0c\ufeffd\u3000e\u001f')).toEqual(['a', 'b', 'c\ufeffd', 'e']);
  });
});

describe('whole texts', () => {
  const wholeTexts = createWholeTextScorer();
  const metrics = createMetrics();
  const cases = golden.whole.map(([response, answer, ...scores]) => ({ response, answer, scores }));

  it.each(cases)('BLEU, METEOR, GLEU and the mean of OCRBench v2: $response', ({ response, answer, scores }) => {
    const [reference, hypothesis] = [wordsOf(answer, response), wordsOf(response, answer)];
    const own = [
      sentenceBleu(reference, hypothesis),
      meteor(reference, hypothesis, wordNet),
      wholeTexts.score(response, answer),
      metrics['gleu_cn']?.(response, answer),
    ];
    for (const [index, score] of scores.entries()) expect(own[index]).toBeCloseTo(score, 12);
  });

  it('score 0 where the response or the answer is empty, and never NaN', () => {
    expect([wholeTexts.score('', 'a'), wholeTexts.score('a', '')]).toEqual([0, 0]);
    // Two blanks, of which one is in the answer: a quarter of one minus 2 / 3.
    expect(wholeTexts.score(' \n', 'a b')).toBeCloseTo(1 / 12, 12);
  });

  it('are not scored without WordNet, and Chinese ones not without jieba', () => {
    const missing = { wordNet: () => undefined, chinese: () => undefined };
    expect(createWholeTextScorer(missing).score('a', 'a')).toBeUndefined();
    const english = createWholeTextScorer({ ...missing, wordNet: () => wordNet });
    expect([english.score('a', 'a'), english.score('a', '是')]).toEqual([expect.any(Number), undefined]);
  });
});

it('counts letters and not their halves', () => {
  expect(editDistance('😀', '😁')).toBe(1);
  expect(editDistance('a😀b', 'ab')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

it('finds the files of an archive', () => {
  const header = (name: string, size: number): Buffer => {
    const block = Buffer.alloc(512);
    block.write(name, 0);
    block.write(size.toString(8).padStart(11, '0'), 124);
    return block;
  };
  const archive = Buffer.concat([header('a', 3), Buffer.from('one'.padEnd(512, '\0')), header('b/c', 0), Buffer.alloc(1024)]);
  expect([...filesOfTar(archive)].map(([name, file]) => [name, file.toString()])).toEqual([
    ['a', 'one'],
    ['b/c', ''],
  ]);
});
