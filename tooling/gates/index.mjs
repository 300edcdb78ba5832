import { toolGate } from '../lib/tool-gate.mjs';
import { consumers } from './consumers.mjs';
import { docs } from './docs.mjs';
import { cycles } from './cycles.mjs';
import { e2e } from './e2e.mjs';
import { exportsSnapshot } from './exports.mjs';
import { install } from './install.mjs';
import { links } from './links.mjs';
import { packed } from './packed.mjs';
import { readme } from './readme.mjs';
import { release } from './release.mjs';
import { schemas } from './schemas.mjs';
import { skeleton } from './skeleton.mjs';
import { unit } from './unit.mjs';

/** Every gate of `npm test`, in the order in which they run. From `exports` on they look at what the build made. */
export const gates = new Map(
  Object.entries({
    build: toolGate('every package builds', ['turbo', 'run', 'build', '--continue=dependencies-successful', '--output-logs=new-only']),
    skeleton,
    format: toolGate('prettier has nothing to change', ['prettier', '--check', '--log-level', 'warn', '.']),
    lint: toolGate('the house rules, with types', ['eslint', '.', '--max-warnings', '0']),
    typecheck: toolGate('tsc over every package, app and example', ['tsc', '-p', 'tsconfig.json']),
    page: toolGate("tsc over the dashboard's page, with the types of browsers", ['tsc', '-p', 'packages/monitor/page/tsconfig.json']),
    knip: toolGate('no unused files, exports or dependencies', ['knip', '--no-progress']),
    cycles,
    links,
    unit,
    exports: exportsSnapshot,
    schemas,
    packed,
    install,
    consumers,
    release,
    docs,
    readme,
    e2e,
  }),
);
