// What came before the last turn of a response: the policy's calls of tools, and what these answered.
import type { JSX } from 'preact';
import type { RolloutGroup } from '../src/dashboard/wire.ts';
import { imageAddress } from './api.ts';

type Turns = NonNullable<RolloutGroup['rollouts'][number]['turns']>;

/** Turns in order, a tool's with its images; nothing where there are none. */
export function EarlierTurns({ run, turns }: { run: string; turns: Turns }): JSX.Element | null {
  if (turns.length === 0) return null;
  return (
    <div class="turns">
      {turns.map(({ role, text, images = [] }, index) => (
        <div key={index} class={role}>
          {images.map((image) => (
            <img key={image} src={imageAddress(run, image)} alt={`Image that the tool returned in turn ${String(index + 1)}`} />
          ))}
          <pre>{text}</pre>
        </div>
      ))}
    </div>
  );
}
