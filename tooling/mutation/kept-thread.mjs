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
      vitest.onClose(() => leave());
      project.config.pool = 'kept-thread';
      project.config.poolRunner = { name: 'kept-thread', createPoolWorker };
    },
  };
}

/** The worker of one run. It answers the requests to start and to stop by itself while the thread goes on. */
function createPoolWorker(options) {
  const { project } = options;
  const alone = project.getProvidedContext().mutantActivation === 'static';
  const listeners = [];
  let mine;
  let running = false;

  const answer = (type) => {
    for (const { event, callback } of [...listeners]) if (event === 'message') callback({ type, __vitest_worker_response__: true });
  };
  const requests = {
    start: (message) => (mine.runs === 0 ? mine.thread.send(message) : setImmediate(answer, 'started')),
    run: (message) => {
      mine.runs++;
      running = true;
      // The settings, such as the names of the tests to run, are those of this run and not of the one that the thread was started for.
      mine.thread.send({ ...message, context: { ...message.context, config: project.serializedConfig } });
    },
    stop: () => setImmediate(answer, 'stopped'),
  };

  return {
    name: 'kept-thread',
    async start() {
      if (alone || kept?.alone || kept?.runs === RUNS_OF_A_THREAD) await leave();
      kept ??= { thread: new ThreadsPoolWorker(options), runs: 0, alone };
      mine = kept;
      if (mine.runs === 0) await mine.thread.start();
      this.on('message', ({ type }) => {
        if (type === 'testfileFinished') running = false;
      });
    },
    async stop() {
      if (kept !== mine) return;
      for (const { event, callback } of listeners.splice(0)) mine.thread.off(event, callback);
      if (alone || running) await leave();
    },
    send(message) {
      const request = requests[message.type];
      if (request !== undefined) request(message);
      // A run that has failed ends itself; word of that would come back late and end the next one.
      else if (message.m !== 'onCancel') mine.thread.send(message);
    },
    on(event, callback) {
      listeners.push({ event, callback });
      mine.thread.on(event, callback);
    },
    off: (event, callback) => mine.thread.off(event, callback),
    deserialize: (message) => message,
  };
}

async function leave() {
  const left = kept;
  kept = undefined;
  await left?.thread.stop();
}
