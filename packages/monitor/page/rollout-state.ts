// What the rollout browser shows: run, step, filters, the chosen prompt, and the step it is compared with.
import { computed, effect, signal, type Signal } from '@preact/signals';
import type { RolloutGroup, RolloutPage, RunDetails, StepSummary } from '../src/dashboard/wire.ts';
import { fetchRollouts } from './api.ts';
import { reporting, shownRuns, version, view } from './state.ts';

/** The run whose rollouts are shown; the first selected one where it is not among them. */
export const rolloutRun: Signal<string> = signal('');
/** Split of the rollouts. */
export const rolloutSplit: Signal<string> = signal('train');
/** The wanted step; the last one where undefined. */
export const rolloutStep: Signal<number | undefined> = signal(undefined);
/** Filters; empty texts are none. */
export const rolloutFilter: Signal<{ source: string; verifier: string; outcome: string; text: string }> = signal({
  source: '',
  verifier: '',
  outcome: '',
  text: '',
});
/** Groups that are skipped: the page. */
export const rolloutSkip: Signal<number> = signal(0);
/** What came. */
export const rolloutPage: Signal<RolloutPage | undefined> = signal(undefined);
/** Place of the chosen group on the page. */
export const chosenGroup: Signal<number> = signal(0);
/** Whether a second step is shown beside. */
export const compareOpen: Signal<boolean> = signal(false);
/** The second step; the first one where undefined. */
export const compareStep: Signal<number | undefined> = signal(undefined);
/** The same prompt at the second step; null where it was not drawn there. */
export const comparedGroup: Signal<RolloutGroup | null | undefined> = signal(undefined);

/** Groups on a page. */
export const PAGE = 30;

/** The run whose rollouts are shown. */
export const currentRun: Signal<RunDetails | undefined> = computed(
  () =>
    shownRuns.value.find(({ id }) => id === rolloutRun.value) ??
    shownRuns.value.find(({ steps }) => steps.length > 0) ??
    shownRuns.value[0],
);

/** Steps of the shown run with rollouts of the split. */
export const rolloutSteps: Signal<readonly StepSummary[]> = computed(() => {
  const steps = currentRun.value?.steps ?? [];
  const ofSplit = steps.filter(({ counts }) => (counts[rolloutSplit.value] ?? 0) > 0);
  return ofSplit;
});

/** The step that is shown: the wanted one or the nearest before it. */
export const currentStep: Signal<number | undefined> = computed(() => {
  const steps = rolloutSteps.value.map(({ step }) => step);
  const wanted = rolloutStep.value;
  if (wanted === undefined) return steps.at(-1);
  return steps.findLast((step) => step <= wanted) ?? steps[0];
});

/** The chosen group. */
export const currentGroup: Signal<RolloutGroup | undefined> = computed(
  () => rolloutPage.value?.groups[chosenGroup.value] ?? rolloutPage.value?.groups[0],
);

/** Goes some steps on or back. */
export function moveStep(by: number): void {
  const steps = rolloutSteps.value.map(({ step }) => step);
  const at = steps.indexOf(currentStep.value ?? -1);
  const next = steps[Math.min(steps.length - 1, Math.max(0, at + by))];
  if (next !== undefined) rolloutStep.value = next;
}

/** Chooses the next group or the one before. */
export function moveGroup(by: number): void {
  const count = rolloutPage.value?.groups.length ?? 0;
  chosenGroup.value = Math.min(Math.max(0, count - 1), Math.max(0, chosenGroup.value + by));
}

/** Loads what is chosen, as long as the view is open. Returns how to end that. */
export function followRollouts(): () => void {
  const state = { asked: 0 };
  const stopPage = effect(() => {
    const run = currentRun.value?.id;
    const step = currentStep.value;
    if (view.value !== 'rollouts' || run === undefined || version.value < 0) return;
    if (step === undefined) {
      rolloutPage.value = undefined;
      return;
    }
    const query = { step, split: rolloutSplit.value, skip: rolloutSkip.value, limit: PAGE, ...rolloutFilter.value };
    const turn = ++state.asked;
    void reporting(async () => {
      const page = await fetchRollouts(run, query);
      // Answers may come in another order than questions.
      if (turn === state.asked) rolloutPage.value = page;
    });
  });
  const stopCompare = effect(() => {
    const run = currentRun.value?.id;
    const group = currentGroup.value;
    const step = compareStep.value ?? rolloutSteps.value[0]?.step;
    if (!compareOpen.value || run === undefined || group === undefined || step === undefined) return;
    void reporting(async () => {
      const page = await fetchRollouts(run, { step, split: group.split, source: group.source, sample: group.sample, limit: 1 });
      comparedGroup.value = page.groups[0] ?? null;
    });
  });
  return () => {
    stopPage();
    stopCompare();
  };
}
