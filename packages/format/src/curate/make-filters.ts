import { FormatError } from '../errors.ts';
import { goldAnswer, noChoices, plainAnswers, shortAnswers, shortQueries } from './answer-filters.ts';
import { boxArea, boxCount, countingBalance, singleToMulti, tail } from './box-filters.ts';
import { difficulty, type RewardsById } from './difficulty.ts';
import { duplicates, MAX_DISTANCE, overlap } from './duplicates.ts';
import type { Filter } from './filter.ts';
import type { Curation } from './settings.ts';

/** What some filters need beside their settings. */
export interface CurationInputs {
  /** For `difficulty`. */
  readonly rewards?: RewardsById;
  /** For `overlap`: fingerprints of the images of the other set. */
  readonly others?: Iterable<bigint>;
}

/** The filters that a curation names, in their order. Throws FormatError `invalid_argument` where one lacks what it needs. */
export function makeFilters(curation: Curation, { rewards, others }: CurationInputs = {}): Filter[] {
  const { seed } = curation;
  for (const name of ['duplicates', 'overlap'] as const) refuseDistance(name, curation[name]?.distance);
  if (curation.difficulty !== undefined && rewards === undefined) throw lacks('difficulty', 'the rewards of a rollouts file');
  if (curation.overlap !== undefined && others === undefined) throw lacks('overlap', 'the files of the other set');
  const made = [
    curation.noChoices && noChoices(),
    curation.plainAnswers && plainAnswers(curation.plainAnswers),
    curation.shortAnswers && shortAnswers(curation.shortAnswers),
    curation.shortQueries && shortQueries(curation.shortQueries),
    curation.goldAnswer && goldAnswer(curation.goldAnswer),
    curation.boxCount && boxCount(curation.boxCount),
    curation.boxArea && boxArea(curation.boxArea),
    curation.overlap && others && overlap(curation.overlap, others),
    curation.duplicates && duplicates(curation.duplicates),
    curation.difficulty && rewards && difficulty(curation.difficulty, rewards),
    curation.tail && tail(curation.tail),
    curation.singleToMulti && singleToMulti(curation.singleToMulti, seed),
    curation.countingBalance && countingBalance(curation.countingBalance, seed),
  ];
  return made.filter((filter) => filter !== undefined);
}

function refuseDistance(name: string, distance: number | undefined): void {
  if (distance === undefined || distance <= MAX_DISTANCE) return;
  throw new FormatError(
    'invalid_argument',
    `${name}.distance is ${distance}; allowed: 0 to ${MAX_DISTANCE} bits; pictures further apart are others`,
  );
}

function lacks(name: string, what: string): FormatError {
  return new FormatError('invalid_argument', `the filter ${name} needs ${what}; give it, or leave the filter out`);
}
