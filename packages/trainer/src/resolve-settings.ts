import { settings, SettingsError, type Settings } from '@vtriune/format/settings';
import type { Static, TObject } from 'typebox';
import { TrainerError } from './errors.ts';
import { algorithmNamed } from './plugins.ts';

/** An algorithm by its name, with its settings beside it. */
export interface NamedSettings {
  readonly name: string;
  readonly [setting: string]: unknown;
}

/** What a name with settings stands for, and the settings with the defaults filled in. Throws `invalid_config` that names the first wrong field. */
export function resolveAlgorithm<Algorithm extends { readonly settings: TObject }>(
  kind: { name: string; setting: string },
  known: ReadonlyMap<string, Algorithm>,
  { name, ...own }: NamedSettings,
): { algorithm: Algorithm; settings: { name: string } & Record<string, unknown> } {
  const algorithm = algorithmNamed(kind.name, known, name);
  return { algorithm, settings: { name, ...parseSettings(settings(algorithm.settings), own, `${kind.setting}.`) } };
}

/** Checks settings and fills in the defaults. Throws `invalid_config`, whose cause is a `SettingsError` with the whole path of the setting. */
export function parseSettings<Schema extends TObject>(kit: Settings<Schema>, value: unknown, prefix = ''): Static<Schema> {
  try {
    return kit.parse(value);
  } catch (cause) {
    if (!(cause instanceof SettingsError)) throw cause;
    const message = `${prefix}${cause.message}`;
    const place = new SettingsError(message, [...prefix.split('.').filter((part) => part !== ''), ...cause.path]);
    throw new TrainerError('invalid_config', `The training settings are wrong: ${message}`, { cause: place });
  }
}
