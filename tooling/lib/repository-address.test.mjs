import { describe, expect, it } from 'vitest';
import { moveAddress, slugOf } from './repository-address.mjs';

describe('slugOf', () => {
  it('is owner and name, with .git or without', () => {
    expect(slugOf({ url: 'git+https://github.com/a-b/c.d.git' })).toBe('a-b/c.d');
    expect(slugOf({ url: 'https://github.com/a/b' })).toBe('a/b');
  });

  it('refuses what is no repository on GitHub', () => {
    expect(() => slugOf({ url: 'https://example.org/a/b' })).toThrow(/is not a repository on GitHub/);
  });
});

describe('moveAddress', () => {
  const moved = (text) => moveAddress(text, { from: 'a/b', to: 'new/home' });

  it('changes pages, raw files and the address for git', () => {
    expect(moved('[x](https://github.com/a/b/tree/main/x#readme)')).toBe('[x](https://github.com/new/home/tree/main/x#readme)');
    expect(moved('https://raw.githubusercontent.com/a/b/main/x.png')).toBe('https://raw.githubusercontent.com/new/home/main/x.png');
    expect(moved('"git+https://github.com/a/b.git"')).toBe('"git+https://github.com/new/home.git"');
  });

  it('leaves other repositories and packages as they are', () => {
    for (const text of ['https://github.com/a/bc', 'https://github.com/a/b-c', '@a/b', 'https://github.com/x/a/b'])
      expect(moved(text)).toBe(text);
  });
});
