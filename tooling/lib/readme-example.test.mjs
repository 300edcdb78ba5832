import { describe, expect, it } from 'vitest';
import { readmeExample } from './readme-example.mjs';

function fence(language, body) {
  return `\`\`\`${language}\n${body}\n\`\`\`\n`;
}
const readme = `# x\n\n${fence('ts', 'console.log(1)')}\n${fence('text', '1')}\n<!-- run -->\n\n${fence('ts', 'console.log(2)')}${fence('sh', 'ls')}`;

describe('readmeExample', () => {
  it('takes the first ts block and the text block behind it', () => {
    expect(readmeExample(readme)).toEqual({ code: 'console.log(1)\n', output: '1\n' });
  });

  it('takes the block after the mark, and says that no output is shown', () => {
    expect(readmeExample(readme, { onlyMarked: true })).toEqual({ code: 'console.log(2)\n', output: undefined });
  });

  it('finds nothing where nothing is', () => {
    expect(readmeExample(fence('sh', 'ls'))).toBeUndefined();
    expect(readmeExample(fence('ts', 'x'), { onlyMarked: true })).toBeUndefined();
  });
});
