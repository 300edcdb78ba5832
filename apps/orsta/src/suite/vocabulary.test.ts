import { beforeAll, describe, expect, it } from 'vitest';
import { ANSWER_STYLES, renderAnswer } from './answer-styles.ts';
import { createRandom } from './random.ts';
import { promptText } from './sample.ts';
import { suite } from './suite.ts';
import { questionsOf, scenesOf } from './test-scenes.ts';
import { ADDED_TOKENS, corpus } from './vocabulary.ts';

function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z]+/g) ?? [];
}

describe('corpus', () => {
  const texts = new Set<string>();
  beforeAll(() => {
    for (const text of corpus()) texts.add(text);
  }, 60_000);

  it('has every word of prompts and answers, and few words', async () => {
    const known = new Set<string>();
    for (const text of texts) for (const word of wordsOf(text)) known.add(word);
    for (const task of suite) {
      for (const { question } of questionsOf(await scenesOf(task.name, 60, 'test'))) {
        const answers = ANSWER_STYLES.map((format) => renderAnswer(question, format, createRandom(1)));
        for (const word of [promptText(question), ...answers].flatMap(wordsOf))
          expect(known.has(word) ? word : `${word} is missing`).toBe(word);
      }
    }
    expect(new Set([...known].map((word) => word.toLowerCase())).size).toBeLessThan(250);
  });

  it('has every number', () => {
    for (let number = 0; number < 100; number += 1) expect(texts.has(String(number))).toBe(true);
  });
});

describe('ADDED_TOKENS', () => {
  it('leave only numbers and labels of a list of boxes', async () => {
    const longestFirst = [...ADDED_TOKENS].sort((first, second) => second.length - first.length);
    for (const { question } of questionsOf(await scenesOf('detection', 30), 'nano_detection')) {
      const rest = longestFirst.reduce((text, token) => text.replaceAll(token, '|'), question.answer);
      expect(rest).toMatch(/^[|\da-z]+$/);
    }
  });
});
