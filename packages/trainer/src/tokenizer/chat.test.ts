import { describe, expect, it } from 'vitest';
import { CHAT_TEMPLATE, compileChatTemplate, toParts } from './chat.ts';

describe('toParts', () => {
  it('splits text at its image marks and leaves empty texts out', () => {
    expect(toParts('<image>\nHow many?')).toEqual([{ type: 'image' }, { type: 'text', text: '\nHow many?' }]);
    expect(toParts('a<image><image>')).toEqual([{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'image' }]);
    expect(toParts('')).toEqual([]);
  });

  it('keeps parts, and splits marks inside their text', () => {
    expect(toParts([{ type: 'image' }, { type: 'text', text: 'x<image>' }])).toEqual([
      { type: 'image' },
      { type: 'text', text: 'x' },
      { type: 'image' },
    ]);
  });
});

describe('compileChatTemplate', () => {
  it('renders marks and parts alike', () => {
    const render = compileChatTemplate(CHAT_TEMPLATE);
    const marked = render([{ role: 'user', content: '<image>Where?' }], { addGenerationPrompt: true });
    const parts = render([{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'Where?' }] }], { addGenerationPrompt: true });
    expect(marked).toBe('<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>Where?<|im_end|>\n<|im_start|>assistant\n');
    expect(parts).toBe(marked);
  });

  it('gives text without marks to the template as text', () => {
    const render = compileChatTemplate('{{ messages[0].content is string }}{{ eos_token }}', { eos_token: '!' });
    expect(render([{ role: 'user', content: 'plain' }], { addGenerationPrompt: false })).toBe('true!');
  });

  it('names what is wrong with a template', () => {
    expect(() => compileChatTemplate('{% if %}')).toThrow(/not valid Jinja/);
    const render = compileChatTemplate("{{ raise_exception('roles must alternate') }}");
    expect(() => render([{ role: 'tool', content: '' }], { addGenerationPrompt: false })).toThrow(/\[tool\].*roles must alternate/);
  });
});
