import { ALL_SOURCES, type MetricRecord } from './record.ts';

/**
 * Our metric names and what V-Triune's training code calls the same number; `{source}` stands for `_<source>` with every `/` of the source turned into
 * `_`, and for nothing in the aggregate. The reference has 0 or NaN where we emit nothing. Its `reflection_words_<source>/<word>`
 * counts occurrences, our `reflection/<word>` is the share of responses, so these have no alias.
 */
export const PAPER_ALIASES: Readonly<Record<string, string>> = {
  'length/mean': 'response_length{source}/mean_length',
  'length/truncated': 'response_length{source}/length_clip_ratio',
  'length/correct_mean': 'response_length{source}/mean_correct_length',
  'length/correct_truncated': 'response_length{source}/length_correct_clip_ratio',
  'length/wrong_mean': 'response_length{source}/mean_wrong_length',
  'length/wrong_truncated': 'response_length{source}/length_wrong_clip_ratio',
  'reflection/any': 'reflection_ratios{source}/reflection_ratio',
  'reflection/any_in_correct': 'reflection_ratios{source}/reflection_ratio_in_correct_answers',
  'reflection/any_in_wrong': 'reflection_ratios{source}/reflection_ratio_in_incorrect_answers',
  'reflection/correct_with': 'reflection_ratios{source}/correct_ratio_in_reflection_texts',
  'reflection/correct_without': 'reflection_ratios{source}/correct_ratio_in_no_reflection_texts',
};

/** The paper's name of a metric record, e.g. `rews_accuracy_reward/<source>` for `reward/accuracy`; undefined where it has none. */
export function paperAlias(record: Pick<MetricRecord, 'name' | 'source'>): string | undefined {
  const source = record.source.replaceAll('/', '_');
  const reward = /^reward\/(total|accuracy|format|reflection)$/.exec(record.name)?.[1];
  if (reward !== undefined) {
    const rewardName = reward === 'total' ? 'final_reward' : `${reward}_reward`;
    return record.source === ALL_SOURCES ? `rews/${rewardName}` : `rews_${rewardName}/${source}`;
  }
  return PAPER_ALIASES[record.name]?.replace('{source}', record.source === ALL_SOURCES ? '' : `_${source}`);
}
