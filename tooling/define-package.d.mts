import type { defineConfig, Options } from 'tsup';

/** The one build definition of the workspace; `options` is what a package needs beyond it. */
export function definePackage(options?: Options): ReturnType<typeof defineConfig>;
