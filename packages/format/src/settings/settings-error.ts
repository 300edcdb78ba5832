/** A setting that does not fit. The message says which one, its value, what is allowed and what to do. */
export class SettingsError extends Error {
  readonly code = 'invalid_settings';
  /** Where the setting is: `['trainer', 'learningRate']`. Empty when the settings as a whole are meant. */
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[]) {
    super(message);
    this.name = 'SettingsError';
    this.path = path;
  }
}
