/** Reads bodies of requests within limits: each on its own, and all that are held at one time together. */
import { ServiceError } from './service-error.ts';

/** A budget of bytes that several requests share. */
export interface ByteBudget {
  /**
   * Takes bytes; give the same number back.
   *
   * @throws ServiceError `overloaded` when they are not there.
   */
  take(bytes: number): void;
  give(bytes: number): void;
}

/** A budget of this many bytes. */
export function createByteBudget(limit: number): ByteBudget {
  let held = 0;
  return {
    take: (bytes) => {
      if (held + bytes > limit) {
        const message = `The bodies at hand hold ${held} bytes, and ${bytes} more would be over the limit of ${limit}. Ask again later.`;
        throw new ServiceError('overloaded', message);
      }
      held += bytes;
    },
    give: (bytes) => {
      held -= bytes;
    },
  };
}

/** A body as text, and the bytes to be given back when it is done with. */
export interface ReadBody {
  readonly text: string;
  readonly bytes: number;
}

/**
 * The whole body as text. One that says its length is refused before it is read; of one that does not, no more than the limit is.
 *
 * @throws ServiceError `too_large`, `overloaded` or, for one that ends too early, `invalid_body`; nothing is held then.
 */
export async function readBody(request: Request, maxBytes: number, budget: ByteBudget): Promise<ReadBody> {
  const said = request.headers.get('content-length');
  if (said === null) return readStream(request, maxBytes, budget);
  const bytes = Number(said);
  if (!(bytes <= maxBytes)) throw tooLarge(`${said} bytes`, maxBytes);
  budget.take(bytes);
  try {
    // On Node the parser of HTTP holds the body to its length, so that the short way is safe.
    const text = await request.text();
    if (text.length > maxBytes) throw tooLarge(`over ${maxBytes} bytes`, maxBytes);
    return { text, bytes };
  } catch (error) {
    budget.give(bytes);
    throw cutShort(error);
  }
}

async function readStream(request: Request, maxBytes: number, budget: ByteBudget): Promise<ReadBody> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      if (bytes + part.value.byteLength > maxBytes) throw tooLarge(`over ${maxBytes} bytes`, maxBytes);
      budget.take(part.value.byteLength);
      bytes += part.value.byteLength;
      parts.push(part.value);
    }
  } catch (error) {
    budget.give(bytes);
    await reader?.cancel().catch(() => undefined);
    throw cutShort(error);
  }
  return { text: new TextDecoder().decode(Buffer.concat(parts)), bytes };
}

// The client went away or was too slow: that is no fault of the service.
function cutShort(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError('invalid_body', `The body did not arrive whole (${reason}). Send it again.`, { cause: error });
}

function tooLarge(size: string, maxBytes: number): ServiceError {
  return new ServiceError('too_large', `The body has ${size}. At most ${maxBytes} are taken; send fewer requests at once.`);
}
