// `@vtriune/format/curate`: named filters of a training set that report what they removed.
export { curate } from './curate/curate.ts';
export { curationSettings, PAPER_CURATION, type Curation } from './curate/settings.ts';
export { makeFilters, type CurationInputs } from './curate/make-filters.ts';
export type { CurateItem, CurateReport, Filter, Removal } from './curate/filter.ts';
export { type RewardsById } from './curate/difficulty.ts';
