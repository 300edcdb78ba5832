/**
 * What several reward services remember together: how far runs are, and which calls were counted. Everything is small and in three kinds of
 * keys. Each change is one script, so it happens in Redis at once or not at all. While Redis is away, requests are answered 503 and asked
 * again by their clients. Left out: results and curves, which each service records in a folder of its own.
 */
import { declareRun, reportRun, ServiceError, type RunEntry, type RunState } from '@vtriune/verifiers/server';
import { createClient } from 'redis';
import { OrstaError } from '../errors.ts';

const DAY_S = 86_400;
/** Longer than any client tries again. */
const KEY_S = DAY_S;
/** Longer than any run. */
const RUN_S = 90 * DAY_S;
const MOST_TRIES = 20;

// An entry is replaced only where nobody else replaced it meanwhile.
const REPLACE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;

// 0: counted and recorded before. 2: counted by a service that died before it recorded the results, so they are new, and not counted again.
const COUNT = `
if ARGV[3] == '1' then
  local before = redis.call('GET', KEYS[2])
  if before == 'recorded' then return 0 end
  if before then return 2 end
  redis.call('SET', KEYS[2], 'counted', 'EX', ARGV[4])
end
redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`;

/** Connects to a Redis server. Throws `usage` where none answers. */
export async function openRedisRunState(url: string): Promise<RunState> {
  const redis = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 3000 } });
  // Told to whoever asks meanwhile; the client connects again by itself.
  redis.on('error', () => undefined);
  const connected = redis.connect();
  await Promise.race([connected, after(5000)]).catch(() => undefined);
  if (!redis.isReady) {
    connected.catch(() => undefined);
    redis.destroy();
    throw new OrstaError('usage', `No Redis answers at ${withoutPassword(url)}. Start one, or correct redisUrl.`);
  }
  const entryKey = (run: string): string => `vtriune:run:${run}`;
  const countKey = (run: string): string => `vtriune:answered:${run}`;
  const callKey = (run: string, key: string): string => `vtriune:call:${JSON.stringify([run, key])}`;
  const read = async (run: string): Promise<{ text: string; entry: RunEntry | undefined; answered: number }> => {
    const [text, answered] = await redis.mGet([entryKey(run), countKey(run)]);
    return {
      text: text ?? '',
      entry: typeof text === 'string' ? (JSON.parse(text) as RunEntry) : undefined,
      answered: Number(answered ?? 0),
    };
  };
  return {
    declare: (run, declaration) =>
      available(async () => {
        for (let tries = 0; tries < MOST_TRIES; tries++) {
          const { text, entry, answered } = await read(run);
          const next = declareRun(entry, declaration, answered);
          const arguments_ = [text, JSON.stringify(next), String(RUN_S)];
          if ((await redis.eval(REPLACE, { keys: [entryKey(run)], arguments: arguments_ })) === 1) return reportRun(next, answered);
        }
        throw new ServiceError('unavailable', `Others keep declaring run "${run}". Ask again later.`);
      }),
    read: (run) =>
      available(async () => {
        const { entry, answered } = await read(run);
        return entry === undefined ? undefined : reportRun(entry, answered);
      }),
    count: (run, requests, key) =>
      available(async () => {
        const keys = [countKey(run), callKey(run, key ?? '')];
        const given = [String(requests), String(RUN_S), key === undefined ? '0' : '1', String(KEY_S)];
        return (await redis.eval(COUNT, { keys, arguments: given })) !== 0;
      }),
    confirm: (run, key) =>
      available(async () => {
        await redis.set(callKey(run, key), 'recorded', { expiration: { type: 'EX', value: KEY_S } });
      }),
    close: () => redis.close(),
  };
}

async function available<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError('unavailable', `The state that services share cannot be reached (${reason}). Ask again later.`, { cause });
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds).unref();
  });
}

function withoutPassword(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
