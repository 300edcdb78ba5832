import { at } from '@vtriune/format/at';
import { isMap, parse, type Document } from 'yaml';
import { OrstaError } from '../errors.ts';

/** A setting from the command line: `trainer.learningRate=1e-4`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  /** As it was written. */
  readonly text: string;
}

const ASSIGNMENT = /^([A-Za-z][\w-]*(?:\.[\w-]+)*)=(.*)$/s;

/** Reads `a.b=value`; the value is YAML, so `[1, 2]`, `true`, `1e-4` and `{a: 1}` mean what they look like. Throws `usage`. */
export function parseOverride(text: string): Override {
  const match = ASSIGNMENT.exec(text);
  if (match === null)
    throw new OrstaError(
      'usage',
      `"${text}" is not an override. Write one as path.to.setting=value, for example trainer.learningRate=1e-4.`,
    );
  try {
    return { path: at(match, 1).split('.'), value: parse(at(match, 2)), text };
  } catch (cause) {
    const reason = cause instanceof Error ? at(cause.message.split('\n'), 0) : String(cause);
    throw new OrstaError(
      'usage',
      `The value of "${text}" is not YAML: ${reason}. Quote it, or write a number, a word or a list like [1,2].`,
      { cause },
    );
  }
}

/** Puts overrides into a document; parts of a path that do not exist are made. */
export function applyOverrides(document: Document, overrides: readonly Override[]): void {
  for (const { path, value, text } of overrides) {
    for (let depth = 1; depth < path.length; depth++) {
      const parent = document.getIn(path.slice(0, depth));
      if (parent === undefined || parent === null) document.setIn(path.slice(0, depth), document.createNode({}));
      else if (!isMap(parent) && !isSequenceIndex(path[depth])) {
        throw new OrstaError(
          'invalid_recipe',
          `"${text}" goes through ${path.slice(0, depth).join('.')}, which is a value and not a group of settings. Correct the path.`,
        );
      }
    }
    document.setIn(path.map(toIndex), document.createNode(value));
  }
}

function isSequenceIndex(part: string | undefined): boolean {
  return part !== undefined && /^\d+$/.test(part);
}

function toIndex(part: string): string | number {
  return isSequenceIndex(part) ? Number(part) : part;
}
