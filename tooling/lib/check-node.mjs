/** The Node lines that every build tool in the lockfile supports; the published packages themselves ask for >= 20.19. */
const SUPPORTED = [
  { major: 20, minor: 19 },
  { major: 22, minor: 13 },
];
const ANY_MINOR_FROM = 24;

/**
 * Says what is wrong with a Node version, in words that help; `undefined` where it will do.
 *
 * @param {string} version such as `20.19.0`
 * @param {string} [command] what the reader ran, to tell them what to repeat
 */
export function checkNode(version, command = 'setup') {
  const [major, minor] = version.split('.').map(Number);
  const fits = major >= ANY_MINOR_FROM || SUPPORTED.some((line) => line.major === major && minor >= line.minor);
  if (fits) return undefined;
  return [
    `This is Node ${version}; V-Triune is built with Node 20.19 or newer in line 20, 22.13 or newer in line 22, or any 24 and above.`,
    'Get one from https://nodejs.org, or with a version manager: `nvm install 22`, `fnm install 22`, `volta install node@22`.',
    `Then run \`npm run ${command}\` again.`,
  ].join('\n');
}
