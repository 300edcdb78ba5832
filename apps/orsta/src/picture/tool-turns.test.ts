import type { Trajectory } from '@vtriune/trainer';
import { describe, expect, it } from 'vitest';
import { toolCells, turnLines } from './tool-turns.ts';

const image = { width: 2, height: 1, data: new Uint8Array(6) };
const call = '<tool_call>\n{"name": "look"}\n</tool_call>';
const trajectory: Trajectory = {
  turns: [
    { role: 'assistant', text: `${call}${call}`, images: [] },
    {
      role: 'tool',
      text: '<tool_response>\n<image>\n</tool_response>\n<tool_response>\nError: The box is\noutside.\n</tool_response>',
      images: [image],
    },
    { role: 'assistant', text: call, images: [] },
    { role: 'tool', text: '<tool_response>\n14:05\n</tool_response>', images: [] },
    { role: 'assistant', text: '\\boxed{4}', images: [] },
  ],
  toolCalls: 3,
  toolErrors: 1,
};

describe('the turns of a response with tools', () => {
  it('are a cell for each image, with the call that brought it', () => {
    const cells = toolCells(trajectory, 640);
    expect(cells.map((cell) => cell.image)).toEqual([image]);
    expect(cells[0]?.captions.map(({ text }) => text).join(' ')).toContain('{"name": "look"}');
  });

  it('are lines with what was shown and why a call was refused; the answer is none of them', () => {
    expect(turnLines(trajectory)).toEqual([
      '<tool_call> {"name": "look"} </tool_call><tool_call> {"name": "look"} </tool_call>',
      '  -> an image of 2x1; Error: The box is outside.',
      '<tool_call> {"name": "look"} </tool_call>',
      '  -> 14:05',
    ]);
  });

  it('are nothing without tools', () => {
    expect([toolCells(undefined, 640), turnLines(undefined)]).toEqual([[], []]);
  });
});
