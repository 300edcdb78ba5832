import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';

/** What a page does with each package; the script leaves its answer in `globalThis.answer`. */
const PAGES = {
  iou: {
    code: "import { iou } from '@vtriune/iou';\nglobalThis.answer = iou([0, 0, 2, 2], [1, 0, 3, 2]);",
    answer: 1 / 3,
  },
  format: {
    code: `import { parseSample, toSampleJson } from '@vtriune/format';
const sample = parseSample({ data_source: 's', images: [{ bytes: 'AAEC' }], prompt: [{ role: 'user', content: '<image>' }], ability: 'a',
  reward_model: { ground_truth: '1', verifier: 'text' }, extra_info: { id: 'x' } });
globalThis.answer = toSampleJson(sample).images[0].bytes + sample.images[0].bytes.length;`,
    answer: 'AAEC3',
  },
  monitor: {
    code: `import { createMonitor } from '@vtriune/monitor';
const monitor = createMonitor({ run: 'page', sinks: [] });
globalThis.answer = typeof monitor.recordRollouts;`,
    answer: 'function',
  },
};

/** What both Node and every browser have. */
const PAGE_GLOBALS = ['atob', 'btoa', 'TextEncoder', 'TextDecoder', 'performance', 'URL', 'structuredClone', 'WebAssembly', 'console'];

/** Bundles each page with Vite's defaults and runs it where there is no Node: no `process`, no `Buffer`, no `require`. */
export async function bundleForBrowser(folder) {
  const problems = [];
  const { NODE_ENV } = process.env;
  for (const [name, { code, answer }] of Object.entries(PAGES)) {
    const warnings = [];
    writeFileSync(join(folder, `${name}.js`), code);
    try {
      await build(buildOptions({ folder, name, warnings }));
      const found = runPage(join(folder, 'dist', name));
      if (found !== answer)
        problems.push(`${name} in a browser bundle answers ${JSON.stringify(found)} instead of ${JSON.stringify(answer)}`);
    } catch (error) {
      problems.push(`${name} in a browser bundle: ${error.message}`);
    }
    problems.push(...warnings.filter((warning) => /externalized for browser/i.test(warning)).map((warning) => `${name}: ${warning}`));
  }
  // Vite sets it, and npm would leave out what a later check installs.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  return problems;
}

function buildOptions({ folder, name, warnings }) {
  const note = (text) => warnings.push(text);
  const logger = {
    info: () => {},
    warn: note,
    warnOnce: note,
    error: note,
    clearScreen: () => {},
    hasErrorLogged: () => false,
    hasWarned: false,
  };
  return {
    root: folder,
    configFile: false,
    customLogger: logger,
    build: { outDir: join('dist', name), lib: { entry: `${name}.js`, formats: ['iife'], name: 'page', fileName: name } },
  };
}

function runPage(folder) {
  const [file] = readdirSync(folder).filter((entry) => entry.endsWith('.js'));
  const page = createContext(Object.fromEntries(PAGE_GLOBALS.map((name) => [name, globalThis[name]])));
  runInContext(readFileSync(join(folder, file), 'utf8'), page);
  return page.answer;
}
