// A pool of Vitest with one thread that is kept from run to run. Stryker runs the tests once for each mutant, and loading the sources and the
// backend of tensors takes most of such a run: here they are loaded once, and only the test files again. That is enough for a mutant in a
// function, since the sources look at each place up whether it is the one to change. A mutant that runs while a module is loaded gets a
// thread of its own. The thread is replaced after a run that did not end, and after some runs in any case, so that little can pile up in it.
import { setImmediate } from 'node:timers';
import { ThreadsPoolWorker } from 'vitest/node';

const RUNS_OF_A_THREAD = 40;
let kept;

/** Makes this pool the one of a project; a plugin, since Stryker asks for the pool of threads by name. */
export function keptThread() {
  return {
    name: 'kept-thread',
    configureVitest({ project, vitest }) {
      vitest.onClose(() => end());
      project.config.pool = 'kept-thread';
      project.config.poolRunner = { name: 'kept-thread', createPoolWorker };
    },
  };
}

/** The worker of one run. It answers the requests to start and to stop by itself while the thread goes on. */
function createPoolWorker(options) {
  const listeners = [];
  const answer = (type) => {
    for (const { event, callback } of listeners) if (event === 'message') callback({ type, __vitest_worker_response__: true });
  };
  const own = options.project.getProvidedContext().mutantActivation === 'static';
  let ended = true;
  return {
    name: 'kept-thread',
    async start() {
      if (own || kept?.runs === RUNS_OF_A_THREAD) await end();
      kept ??= { thread: new ThreadsPoolWorker(options), runs: 0 };
      if (kept.runs === 0) await kept.thread.start();
    },
    async stop() {
      for (const { event, callback } of listeners.splice(0)) kept.thread.off(event, callback);
      if (own || !ended) await end();
    },
    send(message) {
      if (message.type === 'start' && kept.runs > 0) return setImmediate(answer, 'started');
      if (message.type === 'stop') return setImmediate(answer, 'stopped');
      // A run that has failed ends itself; word of that would come back late and end the next one.
      if (message.m === 'onCancel') return;
      if (message.type === 'run') {
        kept.runs++;
        ended = false;
      }
      kept.thread.send(message);
    },
    on(event, callback) {
      const heard =
        event !== 'message'
          ? callback
          : (message) => {
              if (message.type === 'testfileFinished') ended = true;
              callback(message);
            };
      listeners.push({ event, callback: heard });
      kept.thread.on(event, heard);
    },
    off(event, callback) {
      kept.thread.off(event, callback);
    },
    deserialize: (message) => message,
  };
}

async function end() {
  const ending = kept;
  kept = undefined;
  await ending?.thread.stop();
}
