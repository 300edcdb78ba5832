import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { literalEval } from '../python/literal.ts';
import { isDict, repr, type PyDict, type PyValue } from '../python/value.ts';
import { findJson } from './find-json.ts';
import { CONTEXT_METRICS, METRICS } from './metrics.ts';
import { parseAnswer, unquote, unquoteValue, type AnswerParser } from './parse-answer.ts';
import { combineFields } from './score-query.ts';
import { transliterate } from './transliterate.ts';
import { keywordMeans, macroMean, parseTaskKeywords } from './task-summary.ts';

const golden = JSON.parse(readFileSync(new URL('../../../test/fixtures/benchmarks/mega-bench.json', import.meta.url), 'utf8'));
const near: { texts: [string, string][]; pairs: [string, string, number][] } = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/benchmarks/near.json', import.meta.url), 'utf8'),
);
function value(text: string): PyValue {
  return literalEval(text) ?? null;
}

describe('the official metrics of MEGA-Bench', () => {
  const pairs = golden.pairs as [string, string][];
  it.each(Object.entries(golden.metrics as Record<string, (number | null)[]>).filter(([name]) => name in METRICS))(
    '%s scores as the authors do',
    (name, scores) => {
      const wrong = pairs.flatMap(([response, right], index) => {
        const own = METRICS[name]?.(value(response), unquote(right));
        const expected = scores[index] ?? NaN;
        return Math.abs((own ?? NaN) - expected) <= 1e-12 || (Number.isNaN(own) && Number.isNaN(expected))
          ? []
          : [{ response, right, own, expected }];
      });
      expect(wrong).toEqual([]);
    },
  );

  it.each(near.texts)('transliterates %j as Unidecode', (text, expected) => {
    const words = text.split(' ').filter((word) => !['the', 'a'].includes(word.toLowerCase()));
    expect(transliterate(words.join(' '))).toBe(expected);
  });

  it('near_str_match scores texts beyond ASCII as the authors do', () => {
    const wrong = near.pairs.filter(
      ([response, right, score]) => Math.abs((METRICS['near_str_match']?.(response, right) ?? NaN) - score) > 1e-12,
    );
    expect(wrong).toEqual([]);
  });

  it.each(golden.context as [string, string, string, number][])('%s(%s) scores as the authors do', (name, response, context, score) => {
    expect(CONTEXT_METRICS[name]?.(value(response), value(context) as PyDict)).toBe(score);
  });

  it('combines fields to the last bit', () => {
    for (const [combine, scores, weights, expected] of golden.aggregates) {
      const named = (list: number[]): Record<string, number> => Object.fromEntries(list.map((own, index) => [`f${String(index)}`, own]));
      expect(combineFields(named(scores), { combine, weights: named(weights) })).toBe(expected);
    }
  });
});

describe('the official parsers of MEGA-Bench', () => {
  // At a dict that is a key of a dict, `{{...}}`, the authors' program ends with a TypeError.
  const parsed = (golden.parsed as [string, string, boolean | null, string][]).filter(([, , , expected]) => !expected.startsWith('RAISES'));
  it.each(parsed)('%s reads %j (one line: %s) as %s', (parser, response, single, expected) => {
    const found = parser === 'json' ? unquoted(findJson(response)) : parseAnswer(response, parser as AnswerParser, single === true);
    expect(repr(found)).toBe(expected);
  });
});

function unquoted(found: PyValue): PyValue {
  return isDict(found) ? { type: 'dict', entries: found.entries.map(([key, own]) => [key, unquoteValue(own)]) } : found;
}

const shared = new URL('../../../../../../shared/real-data/megabench-scoring/', import.meta.url);
const present = existsSync(shared);
function json(name: string) {
  return JSON.parse(readFileSync(new URL(name, shared), 'utf8'));
}

describe.skipIf(!present)(
  `MEGA-Bench on the published outputs${present ? '' : ' (skipped: ../shared/real-data/megabench-scoring is absent)'}`,
  () => {
    it.each(['Qwen2_VL_7B', 'Gemini-2.0-1206'])('combines the task scores of %s into the published numbers', (model) => {
      const keywords = parseTaskKeywords(json('all_task_meta.json'), 'all_task_meta.json');
      const summary = json(`${model}/summary_and_keyword_stats.json`);
      const all = (json(`${model}/task_results.json`) as { name: string; score: number; eval_type: string }[]).map((task) => ({
        ...task,
        keywords: keywords.get(task.name) ?? {},
      }));
      const core = all.filter(({ eval_type }) => eval_type === 'rule');
      const published = summary.model_summary.model_summary ?? summary.model_summary;
      expect(core).toHaveLength(440);
      expect(macroMean(core)).toBe(published.core.macro_mean_score);
      expect(macroMean(all.filter(({ eval_type }) => eval_type === 'llm'))).toBe(published.open.macro_mean_score);
      const means = keywordMeans(all);
      for (const [kind, stats] of Object.entries<Record<string, { count: number; average_score: number }>>(summary.keyword_stats))
        for (const [keyword, { count, average_score }] of Object.entries(stats))
          expect(means[kind]?.[keyword], `${kind}/${keyword}`).toEqual({ count, score: average_score });
    });
  },
);
