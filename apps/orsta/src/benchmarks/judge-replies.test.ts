import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFakeServer } from '../../test/fake-chat-server.ts';
import { judgeReplies } from './judge-replies.ts';
import { mathvista } from './mathvista/mathvista.ts';
import { scoreResponses } from './score-responses.ts';

it('asks the judge only where no rule finds the answer, once, and scores its reply', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const question = {
    question: 'How many?',
    image: 'a.png',
    choices: null,
    unit: null,
    precision: null,
    answer: '14',
    question_type: 'free_form',
    answer_type: 'integer',
  };
  const data = join(folder, 'testmini.json');
  writeFileSync(data, JSON.stringify({ 1: question, 2: question, 3: question }));
  const responses = new Map([['1', ['14']], ['2', ['There are fourteen.']], ['3', ['I count 15 or so.']]]); // prettier-ignore
  const server = await startFakeServer(({ prompt }) => ({ text: prompt.includes('fourteen') ? '14' : '15' }));
  const options = {
    benchmark: mathvista,
    data,
    responses,
    url: server.url,
    model: 'judge',
    slots: 2,
    timeoutMs: 5000,
    retries: 0,
    folder,
    signal: new AbortController().signal,
  };
  const replies = await judgeReplies(options);
  expect(Object.fromEntries(replies)).toEqual({ '2#0': '14', '3#0': '15' });
  expect(server.requests.every(({ prompt }) => prompt.includes('Question: How many?'))).toBe(true);
  await judgeReplies(options);
  expect(server.requests).toHaveLength(2);
  await server.close();
  const { questions } = await scoreResponses({ benchmark: mathvista, data, responses, rules: 'official', seed: 1, replies });
  expect(questions.map(({ judgments: [first] }) => first?.score)).toEqual([1, 1, 0]);
  expect(questions[1]?.responses).toEqual(['There are fourteen.']);
});
