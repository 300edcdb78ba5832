import { describe, expect, it } from 'vitest';
import { checkOptions } from './options.ts';

describe('checkOptions', () => {
  it('fills in defaults, and takes each address once', () => {
    const checked = checkOptions({ urls: ['http://a:1/', 'https://b/rewards//', 'http://a:1'] });
    expect(checked).toMatchObject({
      urls: ['http://a:1', 'https://b/rewards'],
      timeoutMs: 30_000,
      concurrency: 64,
      retries: 3,
      batchSize: 256,
    });
  });

  it.each([
    [{ urls: [] }, 'urls is empty'],
    [{ urls: ['localhost:8080'] }, '"localhost:8080" is no address'],
    [{ urls: ['ftp://a'] }, '"ftp://a" is no address'],
    [{ urls: ['http://me:secret@a'] }, 'The address of a holds a user name or password'],
    [{ urls: ['http://a'], timeoutMs: 0 }, 'timeoutMs is 0'],
    [{ urls: ['http://a'], timeoutMs: Infinity }, 'timeoutMs is Infinity'],
    [{ urls: ['http://a'], concurrency: 0 }, 'concurrency is 0'],
    [{ urls: ['http://a'], retries: -1 }, 'retries is -1'],
    [{ urls: ['http://a'], batchSize: 1.5 }, 'batchSize is 1.5'],
  ])('refuses %j', (options, message) => {
    expect(() => checkOptions(options)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(message) }),
    );
  });
});
