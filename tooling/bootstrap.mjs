// `npm start`, `npm test` and `npm run setup` on a machine with nothing but Node and npm.
// Only the Node check is loaded at first: an old Node gets a message, not a syntax error from the rest.
import { checkNode } from './lib/check-node.mjs';

const [command, ...rest] = process.argv.slice(2);
const complaint = checkNode(process.versions.node, command);

if (complaint === undefined) {
  const { bootstrap } = await import('./lib/bootstrap.mjs');
  process.exitCode = await bootstrap(command, rest);
} else {
  console.error(complaint);
  process.exitCode = 1;
}
