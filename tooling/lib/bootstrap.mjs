import { relative, resolve } from 'node:path';
import { providePnpm } from './pnpm.mjs';
import { run } from './run.mjs';
import { stage } from './stage.mjs';
import { packAll } from './tarballs.mjs';

const INSTALL = ['install', '--frozen-lockfile', '--prefer-offline', '--config.confirm-modules-purge=false'];
// A second start must not fail because the first one left its run.
const TRAIN = ['apps/orsta/dist/cli.js', 'train', 'apps/orsta/recipes/nano.yaml', '--again'];

const INSTALL_HELP = `
The dependencies could not be installed. The lines above say which one and why. What usually helps:
  no network or a proxy      npm config set proxy / https-proxy, or run again when the network is back (what was fetched is kept)
  another registry           npm config set registry https://your.registry/
  a lockfile that is behind  someone changed a package.json: npx pnpm install, then commit pnpm-lock.yaml
  an unsupported engine      node --version must be 20.19 or newer
  a broken node_modules      delete node_modules here and in packages/*, then run again`;

const BUILD_HELP = `
The build failed; the first error above is the one to look at. \`npx turbo run build --force\` repeats it without the cache.`;

/** What the four commands do after the install. Each returns an exit code. */
const COMMANDS = {
  setup: async () => (await build()).code,
  start: async (args) => {
    const { code } = await build();
    return code === 0 ? (await run('node', [...TRAIN, ...args])).code : code;
  },
  pack: async ([folder = 'tarballs']) => {
    const { code } = await build();
    return code === 0 ? pack(resolve(folder)) : code;
  },
  // The build is one of the gates there, so that a failing build does not hide what the others find.
  test: async (args) => (await run('node', ['tooling/run-gates.mjs', ...args])).code,
};

async function build() {
  const result = await stage('build (turbo run build)', () => run('turbo', ['run', 'build', '--output-logs=new-only']));
  if (result.code !== 0) console.error(BUILD_HELP);
  return result;
}

async function pack(folder) {
  const packed = await stage('pack', () => packAll(folder).then((files) => ({ code: 0, files })));
  const shown = relative(process.cwd(), folder) || '.';
  console.log(`
${[...packed.files.values()].join('\n')}

Install them into another project with
  npm install ${folder}/*.tgz
or one part and what it needs, such as
  npm install ${folder}/vtriune-{verifiers,format,iou}-*.tgz
A verifier package of your own that needs no registry:
  npx orsta new verifier NAME --packages ${shown}`);
  return 0;
}

/**
 * Installs from the lockfile, builds, and does what was asked.
 *
 * @param {string | undefined} command `setup`, `start`, `test` or `pack`
 * @param {string[]} args passed on to what is run
 * @returns {Promise<number>} the exit code
 */
export async function bootstrap(command, args) {
  const then = COMMANDS[command];
  if (then === undefined) {
    console.error(`'${command}' is not known here. Run \`npm start\`, \`npm test\`, \`npm run setup\` or \`npm run pack\`.`);
    return 2;
  }
  const { code } = await stage('install from the lockfile (pnpm)', install);
  if (code === 0) return then(args);
  console.error(INSTALL_HELP);
  return code;
}

async function install() {
  const complaint = await providePnpm();
  if (complaint === undefined) return run('pnpm', INSTALL);
  console.error(complaint);
  return { code: 1 };
}
