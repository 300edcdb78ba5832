// The rollout browser: a step, its prompts, and all responses to the chosen one.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RolloutGroup } from '../src/dashboard/wire.ts';
import { imageAddress } from './api.ts';
import { formatNumber } from './format.ts';
import { RolloutDetail } from './rollout-detail.tsx';
import {
  chosenGroup,
  compareOpen,
  compareStep,
  comparedGroup,
  currentGroup,
  currentRun,
  currentStep,
  followRollouts,
  moveStep,
  PAGE,
  rolloutFilter,
  rolloutPage,
  rolloutRun,
  rolloutSkip,
  rolloutSplit,
  rolloutStep,
  rolloutSteps,
} from './rollout-state.ts';
import { shownRuns } from './state.ts';

/** The view of rollouts. */
export function RolloutsView(): JSX.Element {
  useEffect(followRollouts, []);
  const run = currentRun.value;
  if (run === undefined || run.steps.length === 0)
    return (
      <section class="empty">
        <h1>No rollouts</h1>
        <p>The chosen run has recorded no responses (yet).</p>
      </section>
    );
  return (
    <div class="browser">
      <StepBar />
      <FilterBar />
      <div class="browser-body">
        <GroupList run={run.id} />
        <Detail run={run.id} />
      </div>
    </div>
  );
}

function StepBar() {
  const steps = rolloutSteps.value;
  const step = currentStep.value;
  const at = Math.max(
    0,
    steps.findIndex((one) => one.step === step),
  );
  const splits = [...new Set(currentRun.value?.steps.flatMap(({ counts }) => Object.keys(counts)) ?? [])].sort().reverse();
  return (
    <div class="toolbar" role="toolbar" aria-label="Step">
      {shownRuns.value.length > 1 && (
        <select aria-label="Run" value={currentRun.value?.id} onChange={({ currentTarget }) => (rolloutRun.value = currentTarget.value)}>
          {shownRuns.value.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      )}
      <div class="choice" role="group" aria-label="Split">
        {splits.map((split) => (
          <button key={split} aria-pressed={rolloutSplit.value === split} onClick={() => (rolloutSplit.value = split)}>
            {split}
          </button>
        ))}
      </div>
      <button class="icon" aria-label="Step before" onClick={() => moveStep(-1)}>
        ←
      </button>
      <input
        type="range"
        class="steps"
        aria-label="Step"
        aria-valuetext={`step ${String(step)}`}
        min="0"
        max={Math.max(0, steps.length - 1)}
        value={at}
        onInput={({ currentTarget }) => (rolloutStep.value = steps[Number(currentTarget.value)]?.step)}
      />
      <button class="icon" aria-label="Step after" onClick={() => moveStep(1)}>
        →
      </button>
      <strong class="step">{step === undefined ? `no ${rolloutSplit.value} rollouts` : `step ${String(step)}`}</strong>
      <span class="spacer" />
      <button class="chip" aria-pressed={compareOpen.value} onClick={() => (compareOpen.value = !compareOpen.value)}>
        compare with
      </button>
      {compareOpen.value && (
        <select
          aria-label="Step to compare with"
          value={String(compareStep.value ?? steps[0]?.step)}
          onChange={({ currentTarget }) => (compareStep.value = Number(currentTarget.value))}
        >
          {steps.map(({ step: one }) => (
            <option key={one} value={String(one)}>{`step ${String(one)}`}</option>
          ))}
        </select>
      )}
    </div>
  );
}

function FilterBar() {
  const page = rolloutPage.value;
  const set = (change: Partial<typeof rolloutFilter.value>): void => {
    rolloutSkip.value = 0;
    chosenGroup.value = 0;
    rolloutFilter.value = { ...rolloutFilter.value, ...change };
  };
  const { source, verifier, outcome, text } = rolloutFilter.value;
  return (
    <div class="toolbar slim" role="toolbar" aria-label="Filters of rollouts">
      <Filter label="Source" value={source} names={page?.sources ?? []} choose={(value) => set({ source: value })} />
      <Filter label="Verifier" value={verifier} names={page?.verifiers ?? []} choose={(value) => set({ verifier: value })} />
      <Filter label="Outcome" value={outcome} names={['right', 'mixed', 'wrong', 'failed']} choose={(value) => set({ outcome: value })} />
      <input
        id="rollout-text"
        type="search"
        aria-label="Text in prompt or response"
        placeholder="text in prompt or response   ( / )"
        class="wide"
        value={text}
        onInput={({ currentTarget }) => set({ text: currentTarget.value })}
      />
      <Pager total={page?.total ?? 0} />
    </div>
  );
}

function Filter({
  label,
  value,
  names,
  choose,
}: {
  label: string;
  value: string;
  names: readonly string[];
  choose: (value: string) => void;
}) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      <option value="">{`any ${label.toLowerCase()}`}</option>
      {[...new Set([...names, ...(value === '' ? [] : [value])])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

function Pager({ total }: { total: number }) {
  const from = rolloutSkip.value;
  const turn = (by: number): void => {
    rolloutSkip.value = Math.max(0, from + by);
    chosenGroup.value = 0;
  };
  return (
    <span class="pager">
      <span class="faint">
        {total === 0 ? 'no prompts' : `${String(from + 1)}–${String(Math.min(total, from + PAGE))} of ${String(total)} prompts`}
      </span>
      <button class="icon" aria-label="Prompts before" disabled={from === 0} onClick={() => turn(-PAGE)}>
        ‹
      </button>
      <button class="icon" aria-label="Further prompts" disabled={from + PAGE >= total} onClick={() => turn(PAGE)}>
        ›
      </button>
    </span>
  );
}

function GroupList({ run }: { run: string }) {
  const groups = rolloutPage.value?.groups ?? [];
  return (
    <ul class="groups" aria-label="Prompts of the step">
      {groups.map((group, index) => (
        <li key={`${group.split} ${group.group}`}>
          <button class="group" aria-current={currentGroup.value === group} onClick={() => (chosenGroup.value = index)}>
            <Thumbnail run={run} group={group} />
            <span class="text">
              <span class="prompt">{shortPrompt(group.prompt)}</span>
              <span class="faint">{group.source}</span>
            </span>
            <Rewards group={group} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ run, group }: { run: string; group: RolloutGroup }) {
  const [image] = group.images;
  return image === undefined ? <span class="thumb none" /> : <img class="thumb" loading="lazy" alt="" src={imageAddress(run, image)} />;
}

/** A prompt without the mark of its image. */
export function shortPrompt(prompt: string): string {
  return prompt.replaceAll('<image>', '').trim();
}

/** The rewards of a group as bars, and their mean. */
function Rewards({ group }: { group: RolloutGroup }) {
  const rewards = group.rollouts.flatMap(({ result }) => (result.status === 'scored' ? [result.reward] : []));
  const mean = rewards.length === 0 ? undefined : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  return (
    <span class="rewards">
      <span class="bars" aria-hidden="true">
        {group.rollouts.slice(0, 16).map(({ result }, i) => (
          <i
            key={i}
            class={result.status === 'failed' ? 'failed' : ''}
            style={{ height: `${String(result.status === 'failed' ? 100 : Math.max(6, 100 * Math.min(1, Math.max(0, result.reward))))}%` }}
          />
        ))}
      </span>
      <span class="mean">{mean === undefined ? 'failed' : formatNumber(mean)}</span>
    </span>
  );
}

function Detail({ run }: { run: string }) {
  const group = currentGroup.value;
  if (group === undefined) return <p class="note pad">No prompt of this step fits the filters.</p>;
  const other = compareStep.value ?? rolloutSteps.value[0]?.step;
  return (
    <div class={compareOpen.value ? 'details two' : 'details'}>
      {compareOpen.value &&
        (comparedGroup.value === null || comparedGroup.value === undefined ? (
          <p class="note pad">{`Sample ${group.sample} was not drawn at step ${String(other)}. Held-out samples (split test) come back at each evaluation.`}</p>
        ) : (
          <RolloutDetail run={run} group={comparedGroup.value} step={other ?? 0} compact />
        ))}
      <RolloutDetail run={run} group={group} step={currentStep.value ?? 0} compact={compareOpen.value} />
    </div>
  );
}
