/**
 * Reads bodies of requests within limits. Memory is charged for bytes that have arrived, never for bytes that were announced, so a client
 * that announces much and sends nothing takes nothing from others. Counting the values of a body while it arrives bounds what parsing
 * it costs: `[],` takes three bytes here and forty in memory. Hono's own body limit has no budget over several requests.
 */
import { ServiceError } from '../service-error.ts';
import { parseJsonBody } from './json-body.ts';

/** What one body, and all bodies together, may take. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** Bytes of all bodies that are read or worked on at one time. */
  readonly maxHeldBytes: number;
  /** Values (lists, objects and their members) in one body. */
  readonly maxValues: number;
  /** Milliseconds that may pass without a byte. */
  readonly bodyIdleMs: number;
}

/** Reads JSON bodies; one reader for one service, since all bodies share a budget. */
export interface BodyReader {
  /**
   * Reads a body, hands its value to `use`, and gives its bytes back after that.
   *
   * @throws ServiceError `unsupported_media_type`, `too_large`, `overloaded`, `too_slow` or `invalid_body`.
   */
  read<Result>(request: Request, use: (value: unknown) => Promise<Result>): Promise<Result>;
}

const DEEPEST = 500;
// What is read of a refused body: so many times the longest body that is taken, for so long.
const DROPPED_BODIES = 8;
const DROPPING_MS = 10_000;
// Bodies up to this size are taken in one piece, which is several times faster than a stream.
const SMALL_BYTES = 65_536;
const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** A reader with all of its budget free. */
export function createBodyReader(limits: BodyLimits): BodyReader {
  const { maxBodyBytes, maxHeldBytes } = limits;
  const budget = { held: 0 };
  return {
    read: async (request, use) => {
      const body = { parts: [] as Uint8Array[], bytes: 0 };
      const check = createStructureCheck(limits.maxValues);
      try {
        for await (const part of partsOf(request, limits)) {
          if (body.bytes + part.length > maxBodyBytes) throw tooLarge(`over ${maxBodyBytes} bytes`, `${maxBodyBytes} bytes`);
          if (budget.held + part.length > maxHeldBytes) throw overloaded(budget.held, part.length, maxHeldBytes);
          budget.held += part.length;
          body.bytes += part.length;
          body.parts.push(part);
          check(part);
        }
        return await use(parseJsonBody(decode(body.parts)));
      } finally {
        budget.held -= body.bytes;
      }
    },
  };
}

function checkHead({ headers }: Request, maxBodyBytes: number): void {
  const type = headers.get('content-type');
  if (type === null || !JSON_TYPE.test(type)) {
    const found = type === null ? 'has no content-type' : `is ${JSON.stringify(type.slice(0, 80))}`;
    throw new ServiceError('unsupported_media_type', `The body ${found}. Send JSON with the header "content-type: application/json".`);
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity')
    throw new ServiceError(
      'unsupported_media_type',
      `The body is packed: content-encoding ${JSON.stringify(encoding.slice(0, 80))}. Send it unpacked, without that header.`,
    );
  const announced = headers.get('content-length');
  if (announced !== null && !(Number(announced) <= maxBodyBytes)) throw tooLarge(`${announced} bytes`, `${maxBodyBytes} bytes`);
}

/** The body as it arrives. Leaving the loop early, by an error too, reads what is left and drops it. */
async function* partsOf(request: Request, { bodyIdleMs, maxBodyBytes }: BodyLimits): AsyncGenerator<Uint8Array> {
  const announced = request.headers.get('content-length');
  try {
    if (announced !== null && Number(announced) <= SMALL_BYTES) {
      checkHead(request, maxBodyBytes);
      yield new Uint8Array(await withinIdle(request.arrayBuffer(), bodyIdleMs));
      return;
    }
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
    // Until a read fails there is more to come.
    let open = true;
    try {
      checkHead(request, maxBodyBytes);
      while (reader !== undefined) {
        open = false;
        const { value } = await withinIdle(reader.read(), bodyIdleMs);
        if (value === undefined) return;
        open = true;
        yield value;
      }
    } finally {
      if (open && reader !== undefined) await dropRest(reader, DROPPED_BODIES * maxBodyBytes);
      // Nobody waits for this: a connection that is gone may never settle it.
      reader?.cancel().catch(() => undefined);
    }
  } catch (error) {
    throw error instanceof ServiceError ? error : cutShort(error);
  }
}

/**
 * Reads on without keeping anything. Most HTTP clients send a body to its end before they read an answer, and learn nothing but a broken
 * connection from a server that closes it first: not why, and not that halves would be taken.
 */
async function dropRest(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<void> {
  const until = performance.now() + DROPPING_MS;
  try {
    for (let bytes = 0; bytes <= most;) {
      const { value } = await withinIdle(reader.read(), until - performance.now());
      if (value === undefined) return;
      bytes += value.length;
    }
  } catch {
    // The client is gone or too slow; the answer is written all the same.
  }
}

async function withinIdle<Value>(work: Promise<Value>, idleMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ServiceError('too_slow', `No byte of the body came for ${idleMs} ms. Send it again, faster.`));
    }, idleMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Checks the parts of a JSON text as they come: how many values, and how deep. Quotes and brackets are never part of a longer UTF-8 sequence. */
function createStructureCheck(maxValues: number): (part: Uint8Array) => void {
  const state = { inText: false, escaped: false, values: 0, depth: 0 };
  return (part) => {
    for (const byte of part) {
      if (state.inText) {
        if (state.escaped) state.escaped = false;
        else if (byte === BACKSLASH) state.escaped = true;
        else if (byte === QUOTE) state.inText = false;
      } else if (byte === QUOTE) state.inText = true;
      else if (byte === COMMA) state.values += 1;
      else if (byte === LIST || byte === OBJECT) {
        state.values += 1;
        state.depth += 1;
        if (state.depth > DEEPEST)
          throw new ServiceError('invalid_body', `The body nests lists and objects over ${DEEPEST} deep. Send it flatter.`);
      } else if (byte === LIST_END || byte === OBJECT_END) state.depth -= 1;
    }
    if (state.values > maxValues) throw tooLarge(`over ${maxValues} values`, `${maxValues} values`);
  };
}

const [QUOTE, BACKSLASH, COMMA, LIST, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

function decode(parts: readonly Uint8Array[]): string {
  const bytes = Buffer.concat(parts);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ServiceError('invalid_body', `The body is not UTF-8 from byte ${firstInvalid(bytes)}. Send JSON in UTF-8.`, { cause });
  }
}

// Only for bodies that are refused: what is decoded leniently differs first where the bytes are wrong.
function firstInvalid(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'), 'utf8');
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== again[at]) return at;
  return bytes.length;
}

// The client went away: that is no fault of the service.
function cutShort(cause: unknown): ServiceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServiceError('invalid_body', `The body did not arrive whole (${reason}). Send it again.`, { cause });
}

function tooLarge(found: string, most: string): ServiceError {
  return new ServiceError('too_large', `The body has ${found}. At most ${most} are taken; send fewer requests at once.`);
}

function overloaded(held: number, more: number, most: number): ServiceError {
  const message = `The bodies at hand hold ${held} bytes, and ${more} more would pass the limit of ${most}. Ask again later.`;
  return new ServiceError('overloaded', message);
}
