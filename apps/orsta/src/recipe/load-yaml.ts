/**
 * Settings from YAML files and the command line, checked by a schema. Later files win over earlier ones, overrides over all; lists are
 * replaced and not joined. Every error says where it is: `nano.yaml:12:7`, or `command line` for an override.
 */
import { dirname, relative, resolve } from 'node:path';
import { isMap, isNode, parseDocument, type Document } from 'yaml';
import { SettingsError, type Settings } from '@vtriune/format/settings';
import type { Static, TObject } from 'typebox';
import { OrstaError } from '../errors.ts';
import { isRecord } from '../is-record.ts';
import { applyOverrides, parseOverride, type Override } from './override.ts';
import { readSource, type Source } from './read-source.ts';

/** Settings that fit their schema, with the defaults filled in. */
export interface LoadedYaml<T> {
  readonly value: T;
  /** An absolute path from one in the settings: relative to the file that says it, or to the working directory for an override. */
  resolvePath(path: string, at: readonly (string | number)[]): string;
  /** Where a setting is written, with a colon: `nano.yaml:12:7:`, or `command line:`. */
  placeOf(at: readonly (string | number)[]): string;
}

/** Where `loadYaml` reads from. */
export interface LoadYamlOptions {
  /** Settings such as `trainer.steps=3`. */
  readonly overrides?: readonly string[];
  /** Working directory; the process's where absent. */
  readonly cwd?: string;
}

type SettingPath = readonly (string | number)[];

/** Reads and checks settings and fills in their defaults. Throws `invalid_recipe` with file, line and column, and `usage` for a malformed override. */
export async function loadYaml<Schema extends TObject>(
  settings: Settings<Schema>,
  files: string | readonly string[],
  options: LoadYamlOptions = {},
): Promise<LoadedYaml<Static<Schema>>> {
  const cwd = options.cwd ?? process.cwd();
  const paths = (typeof files === 'string' ? [files] : files).map((path) => resolve(cwd, path));
  const sources = await Promise.all(paths.map(readSource));
  const overrides = (options.overrides ?? []).map(parseOverride);
  const merged = merge(sources);
  applyOverrides(merged, overrides);
  const where: SettingOrigin = { sources, overrides };
  return {
    value: parseAt(settings, merged.toJS() ?? {}, { where, cwd }),
    resolvePath: (path, at) => resolve(overrideAt(where, at) === undefined ? dirname(sourceOf(where, at)?.path ?? cwd) : cwd, path),
    placeOf: (at) => positionOf(where, at, cwd),
  };
}

function parseAt<Schema extends TObject>(
  settings: Settings<Schema>,
  value: unknown,
  { where, cwd }: { where: SettingOrigin; cwd: string },
): Static<Schema> {
  try {
    return settings.parse(value);
  } catch (cause) {
    if (!(cause instanceof SettingsError)) throw cause;
    throw new OrstaError('invalid_recipe', `${positionOf(where, cause.path, cwd)} ${cause.message}`, { cause });
  }
}

function merge(sources: readonly Source[]): Document {
  const merged = sources.reduce<unknown>((all, { value }) => mergeValues(all, value ?? {}), {});
  return parseDocument(JSON.stringify(merged));
}

// A group whose kind changes is another group: the settings of the old kind would be unknown in the new one.
function mergeValues(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over;
  if (over['kind'] !== undefined && under['kind'] !== undefined && over['kind'] !== under['kind']) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, key in over ? mergeValues(under[key], over[key]) : under[key]]));
}

interface SettingOrigin {
  readonly sources: readonly Source[];
  readonly overrides: readonly Override[];
}

function overrideAt({ overrides }: SettingOrigin, at: SettingPath): Override | undefined {
  const contains = (outer: readonly (string | number)[], inner: SettingPath): boolean =>
    outer.every((part, index) => String(inner[index]) === String(part));
  return overrides.findLast(({ path }) => contains(path, at));
}

function sourceOf({ sources }: SettingOrigin, at: SettingPath): Source | undefined {
  return (
    sources.findLast(({ document }) => document.hasIn(at)) ??
    (at.length > 0 ? sourceOf({ sources, overrides: [] }, at.slice(0, -1)) : sources.at(-1))
  );
}

function positionOf(where: SettingOrigin, at: SettingPath, cwd: string): string {
  if (overrideAt(where, at) !== undefined) return 'command line:';
  const source = sourceOf(where, at);
  if (source === undefined) return 'settings:';
  const { line, col } = source.lines.linePos(offsetOf(source.document, at));
  const shown = relative(cwd, source.path);
  return `${shown.startsWith('..') ? source.path : shown}:${String(line)}:${String(col)}`;
}

/** The place of a setting's key; for one that is missing, the place of the group that should have it. */
function offsetOf(document: Document, at: SettingPath): number {
  for (let depth = at.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(at.slice(0, depth - 1), true);
    const name = at[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && String(key) === String(name));
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(at.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
