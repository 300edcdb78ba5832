import type { Sample } from '@vtriune/format';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { TrainerPlugin } from '../plugins.ts';
import { readCalls } from './read-calls.ts';
import { defineTool } from './tool.ts';
import { createToolbox } from './toolbox.ts';

const clock = defineTool({
  name: 'clock',
  description: 'The time in a city.',
  settings: Type.Object({ suffix: withDefault(Type.String(), '') }, { additionalProperties: false }),
  parameters: Type.Object({ city: Type.String() }),
  run: ({ city }, { settings }) => {
    if (city === 'Atlantis') throw new Error('the sea');
    return city === 'Lisbon' ? { content: [{ type: 'text', text: `14:05${settings.suffix}` }] } : { error: `${city} is not known.` };
  },
});
const plugins: TrainerPlugin[] = [{ meta: { name: 'clocks', version: '1.0.0' }, tools: [clock] }];
const sample: Sample = {
  data_source: 'cities',
  images: [],
  prompt: [{ role: 'user', content: 'When?' }],
  ability: 'test',
  reward_model: { ground_truth: '', verifier: 'none' },
  extra_info: { id: '7' },
};
const context = { sample, images: [], imageFactor: 28 };
function call(city: string, name = 'clock'): string {
  return `<tool_call>\n${JSON.stringify({ name, arguments: { city } })}\n</tool_call>`;
}

describe('readCalls', () => {
  it('finds the calls among other text, in order', () => {
    expect(readCalls(`I look. ${call('Lisbon')} and ${call('Rome')}`)).toEqual([
      { name: 'clock', call: { city: 'Lisbon' } },
      { name: 'clock', call: { city: 'Rome' } },
    ]);
    expect(readCalls('It is two. \\boxed{2}')).toEqual([]);
  });

  it.each([
    ['<tool_call>{"name": "clock", "arguments": {}}', 'The call has no </tool_call>.'],
    ['<tool_call>{"name": "clock", </tool_call>', 'The call is not JSON.'],
    ["<tool_call>{'name': 'clock'}</tool_call>", 'The call is not JSON.'],
    ['<tool_call>[1]</tool_call>', 'The call is not an object.'],
    ['<tool_call>{"arguments": {}}</tool_call>', 'The call has no "name".'],
    ['<tool_call>{"name": "clock", "arguments": "now"}</tool_call>', 'The call has no "arguments".'],
    ['<tool_call></tool_call>', 'The call is not JSON.'],
  ])('says what is wrong with %s', (text, problem) => {
    const [found] = readCalls(text);
    expect(found).toHaveProperty('error', expect.stringContaining(problem));
  });
});

describe('createToolbox', () => {
  it('answers every call of a turn with the settings of its tool', async () => {
    const toolbox = createToolbox([{ name: 'clock', suffix: ' h' }], plugins);
    expect(await toolbox.answer(`${call('Lisbon')}${call('Rome')}${call('Lisbon', 'watch')}<tool_call>`, context)).toEqual([
      { content: [{ type: 'text', text: '14:05 h' }] },
      { error: 'Rome is not known.' },
      { error: 'There is no tool "watch". There is clock.' },
      { error: expect.stringContaining('no </tool_call>') as string },
    ]);
  });

  it('stops the run where a tool throws, and says on which call and sample', async () => {
    await expect(createToolbox([{ name: 'clock' }], plugins).answer(call('Atlantis'), context)).rejects.toMatchObject({
      code: 'tool_failed',
      message: expect.stringMatching(/"clock" failed on \{"city":"Atlantis"\} of sample "7" of cities: Error: the sea/) as string,
    });
  });

  it('refuses names that are not known or come twice, and wrong settings', () => {
    expect(() => createToolbox([{ name: 'clock' }])).toThrow(/no tool "clock"; known are image_zoom_in_tool/);
    expect(() => createToolbox([{ name: 'clock' }, { name: 'clock' }], plugins)).toThrow(/"clock" twice/);
    expect(() => createToolbox([{ name: 'clock', sufix: '' }], plugins)).toThrow(/tools\.use\.0\.sufix/);
  });

  it('tells the model about the tools in the system message', () => {
    const described = createToolbox([{ name: 'clock' }], plugins).describe(sample.prompt);
    expect(described.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(described[0]?.content).toContain('"name":"clock","description":"The time in a city."');
    const own = createToolbox([{ name: 'clock' }], plugins).describe([{ role: 'system', content: 'Be brief.' }, ...sample.prompt]);
    expect(own).toHaveLength(2);
    expect(own[0]?.content).toMatch(/^Be brief\.\n\n# Tools/);
  });
});
