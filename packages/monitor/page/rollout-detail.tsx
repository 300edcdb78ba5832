// One prompt at one step: its image with boxes, and every response with reward, components and advantage.
import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RolloutGroup } from '../src/dashboard/wire.ts';
import { imageAddress } from './api.ts';
import { EarlierTurns } from './earlier-turns.tsx';
import { formatNumber } from './format.ts';

type Response = RolloutGroup['rollouts'][number];
type Box = NonNullable<Response['boxes']>[number];

/** A group of responses. */
export function RolloutDetail({
  run,
  group,
  step,
  compact = false,
}: {
  run: string;
  group: RolloutGroup;
  step: number;
  compact?: boolean;
}): JSX.Element {
  const focus = useSignal<number | undefined>(undefined);
  return (
    <article class={compact ? 'detail compact' : 'detail'} aria-label={`Sample ${group.sample} at step ${String(step)}`}>
      <header>
        <strong>{`step ${String(step)}`}</strong>
        <span class="faint">{`${group.sample} · ${group.source} · ${group.verifier} · ${group.split}`}</span>
      </header>
      <div class="question">
        {group.images.map((image, index) => (
          <BoxedImage key={image} address={imageAddress(run, image)} index={index} group={group} focus={focus} />
        ))}
        <div class="prompt-text">
          <p>{group.prompt.replaceAll('<image>', '').trim()}</p>
          {group.truth !== undefined && (
            <p class="truth-text">
              <span class="faint">true answer</span> <code>{group.truth}</code>
            </p>
          )}
          {group.rollouts.some(({ boxes }) => boxes !== undefined) && <Legend />}
        </div>
      </div>
      <ol class="responses" aria-label="Responses">
        {group.rollouts.map((rollout, index) => (
          <ResponseRow key={index} run={run} rollout={rollout} index={index} focus={focus} />
        ))}
      </ol>
    </article>
  );
}

function Legend() {
  return (
    <p class="legend faint">
      <i class="box truth" /> true <i class="box said" /> predicted
    </p>
  );
}

function BoxedImage({
  address,
  index,
  group,
  focus,
}: {
  address: string;
  index: number;
  group: RolloutGroup;
  focus: Signal<number | undefined>;
}) {
  const size = useSignal<{ width: number; height: number } | undefined>(undefined);
  const on = ({ image = 0 }: Box): boolean => image === index;
  const truth = (group.rollouts[0]?.boxes ?? []).filter((box) => on(box) && box.kind === 'ground_truth');
  const said = group.rollouts.map(({ boxes = [] }) => boxes.filter((box) => on(box) && box.kind !== 'ground_truth'));
  return (
    <div class="boxed">
      <img
        src={address}
        alt={`Image ${String(index + 1)} of sample ${group.sample}`}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => (size.value = { width: naturalWidth, height: naturalHeight })}
      />
      {size.value !== undefined && (
        <svg viewBox={`0 0 ${String(size.value.width)} ${String(size.value.height)}`} aria-hidden="true">
          {said.map((boxes, i) =>
            boxes.map((box, j) => (
              <Rectangle
                key={`${String(i)} ${String(j)}`}
                box={box}
                kind={group.rollouts.length === 1 ? 'said' : focusClass(focus.value, i)}
              />
            )),
          )}
          {truth.map((box, i) => (
            <Rectangle key={i} box={box} kind="truth" />
          ))}
        </svg>
      )}
    </div>
  );
}

/** All responses at once are faint; the one under the mouse stands out. */
function focusClass(focus: number | undefined, index: number): string {
  if (focus === undefined) return 'said all';
  return focus === index ? 'said' : 'said dim';
}

function Rectangle({ box: { bbox_2d, label }, kind }: { box: Box; kind: string }) {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = bbox_2d;
  const place = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  return (
    <g class={kind}>
      <rect {...place} class="edge" />
      <rect {...place} class="line">
        <title>{label ?? 'box'}</title>
      </rect>
    </g>
  );
}

function ResponseRow({ run, rollout, index, focus }: { run: string; rollout: Response; index: number; focus: Signal<number | undefined> }) {
  const { result, advantage, response, response_tokens, truncated, turns = [], tool_calls, tool_errors } = rollout;
  return (
    <li
      class="response"
      tabIndex={0}
      onMouseEnter={() => (focus.value = index)}
      onMouseLeave={() => (focus.value = undefined)}
      onFocus={() => (focus.value = index)}
      onBlur={() => (focus.value = undefined)}
    >
      <Score result={result} />
      <div class="said">
        <EarlierTurns run={run} turns={turns.slice(0, -1)} />
        <pre>{response === '' ? '(empty)' : response}</pre>
        <p class="facts">
          {advantage !== undefined && (
            <span
              class={advantage > 0 ? 'good' : advantage < 0 ? 'poor' : ''}
            >{`advantage ${advantage > 0 ? '+' : ''}${formatNumber(advantage)}`}</span>
          )}
          {result.status === 'scored' &&
            Object.entries(result.components).map(([name, value]) => <span key={name}>{`${name} ${formatNumber(value)}`}</span>)}
          {result.status === 'failed' && <span class="poor">{`${result.error.code}: ${result.error.message}`}</span>}
          {response_tokens !== undefined && <span>{`${String(response_tokens)} tokens`}</span>}
          {tool_calls !== undefined && <span>{`${String(tool_calls)} tool calls`}</span>}
          {tool_errors !== undefined && tool_errors > 0 && <span class="poor">{`${String(tool_errors)} with an error`}</span>}
          {truncated === true && <span class="poor">cut at the limit</span>}
        </p>
      </div>
    </li>
  );
}

function Score({ result }: { result: Response['result'] }) {
  if (result.status === 'failed') return <span class="score failed">failed</span>;
  const share = Math.min(1, Math.max(0, result.reward));
  return (
    <span class="score">
      {formatNumber(result.reward)}
      <i class="meter" aria-hidden="true">
        <i style={{ width: `${String(100 * share)}%` }} />
      </i>
    </span>
  );
}
