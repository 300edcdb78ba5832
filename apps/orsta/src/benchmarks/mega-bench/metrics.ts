/** MEGA-Bench's metrics by the names that its data gives them, and why the others are not here. */
import { isListOrTuple, type PyDict, type PyValue } from '../python/value.ts';
import { CHINESE_PACKAGE, loadChineseWords } from '../text/chinese-words.ts';
import { once } from '../text/once.ts';
import { requireOf } from '../optional-package.ts';
import { sentenceGleu } from '../text/sentence-scores.ts';
import { bleu } from './bleu.ts';
import * as collection from './metric-collection.ts';
import { latexEquality, textWithLatexEquality } from './latex/latex-equality.ts';
import { boxedNumericMatch, numericMatch } from './latex/numeric-match.ts';
import * as geometry from './metric-geometry.ts';
import * as text from './metric-text.ts';
import { planReachesGoal } from './planning.ts';

/** Compares an answer with what is right; -1 leaves the field out of its question. */
export type Metric = (response: PyValue, right: PyValue) => number;

/** Looks at what the question holds for its check in place of a right answer. */
export type ContextMetric = (response: PyValue, context: PyDict) => number;

/** Metrics of an answer and what is right, but for the one that needs a package. */
export const METRICS: Readonly<Record<string, Metric>> = {
  exact_str_match: text.exact,
  simple_str_match: text.simple,
  code_result_exact_str_match: text.codeResult,
  exact_str_match_case_insensitive: text.exactIgnoringCase,
  normalized_similarity_damerau_levenshtein: text.similarity,
  near_str_match: text.near,
  multi_ref_phrase: text.oneOf,
  bleu: bleuOfAny,
  set_equality: collection.setEquality,
  set_equality_case_insensitive: collection.setEqualityIgnoringCase,
  str_set_equality_line_break: collection.lineSetEquality,
  str_set_equality_comma: collection.commaSetEquality,
  jaccard_index: collection.jaccard,
  jaccard_index_case_insensitive: collection.jaccardIgnoringCase,
  set_precision: collection.setPrecision,
  chess_move_list_jaccard_index: collection.chessMoves,
  longest_common_list_prefix_ratio: collection.commonPrefix,
  sequence_equality: collection.sequenceEquality,
  sequence_equality_case_insensitive: collection.sequenceEqualityIgnoringCase,
  sequence_accuracy_case_insensitive: collection.sequenceAccuracy,
  dict_equality: collection.dictEquality,
  dict_precision: collection.dictPrecision,
  dict_exact_str_match_agg_recall: collection.dictRecall,
  dict_set_equality_agg_jaccard: collection.overAllKeys(collection.setEquality),
  dict_jaccard_agg_jaccard: collection.overAllKeys(collection.jaccard),
  dict_nbbox_iou_tuple_agg_jaccard: collection.overAllKeys(geometry.boxes),
  nbbox_iou_tuple: geometry.boxes,
  nbbox_iou_single: geometry.oneBox,
  nbbox_iou_sequence: geometry.boxSequence,
  xml_nbbox_iou_single: geometry.xmlBox,
  xml_norm_point_distance: geometry.pointDistance,
  sequence_coords_similarity: geometry.keyPoints,
  number_rel_diff_ratio: geometry.relativeDifference,
  positive_int_match: geometry.positiveCount,
  normalized_rmse: geometry.closeNumber,
  angle_seq_float_rmse: geometry.angles,
  latex_expr_equality: latexEquality,
  text_with_latex_expr_equality: textWithLatexEquality,
  general_single_numerical_match: numericMatch,
  boxed_single_numerical_match: boxedNumericMatch,
};

/** Metrics that look at the question's own data. */
export const CONTEXT_METRICS: Readonly<Record<string, ContextMetric>> = {
  xml_norm_point_in_bbox: geometry.pointInBox,
  symbolic_planning_test: planReachesGoal,
};

/** Why a metric is left out. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  gpt_4o_as_judge: 'a language model judges',
  ascii_art_gpt4o_judge: 'a language model judges',
  nli_entailment: 'it needs the model deberta-large-mnli',
  geo_proximity_location_dict: 'it asks a geocoding service',
  program_judge: 'it runs programs that the model wrote',
  constrained_generation: 'it needs the Punkt model of sentences, WordNet and the CMU pronouncing dictionary',
  gleu_cn: `Chinese words need jieba: npm install ${CHINESE_PACKAGE}`,
};

/** All metrics of an answer and what is right that work with the packages installed here. */
export function createMetrics(): Readonly<Record<string, Metric>> {
  if (requireOf(CHINESE_PACKAGE) === undefined) return METRICS;
  const chinese = once(loadChineseWords);
  return {
    ...METRICS,
    // What is right is the hypothesis, as in the authors' code.
    gleu_cn: (response, right) => {
      const cut = chinese()?.cutForSearch;
      return cut !== undefined && typeof response === 'string' && typeof right === 'string' ? sentenceGleu(cut(response), cut(right)) : 0;
    },
  };
}

/** Hypothesis and reference are swapped, as in the authors' code. */
function bleuOfAny(response: PyValue, right: PyValue): number {
  if (typeof response === 'string' && typeof right === 'string') return bleu([right], [response]);
  if (!isListOrTuple(response) || !isListOrTuple(right) || response.items.length !== right.items.length) return 0;
  const [answered, expected] = [response, right].map(({ items }) => items.filter((item) => typeof item === 'string'));
  if (answered?.length !== response.items.length || expected?.length !== right.items.length) return 0;
  return bleu(expected, answered);
}
