import { defineTool, type TrainerPlugin } from '@vtriune/trainer';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { toolSettings } from './tool-settings.ts';

const clock = defineTool({
  name: 'clock',
  description: 'The time.',
  settings: Type.Object({}, { additionalProperties: false }),
  parameters: Type.Object({}),
  run: () => ({ content: [{ type: 'text', text: '14:05' }] }),
});
const plugins: TrainerPlugin[] = [{ meta: { name: 'clocks', version: '1.0.0' }, tools: [clock] }];
const trained = { use: [{ name: 'image_zoom_in_tool', pixels: 6400 }], maxTurns: 2, maxTokens: 128, describe: false };
const zoom = { name: 'image_zoom_in_tool', coordinates: 'pixel_resized', minSide: 8 };

describe('toolSettings', () => {
  it('are none where nothing is given and nothing was trained', () => {
    expect(toolSettings({ plugins })).toBeUndefined();
    expect(toolSettings({ trained: { use: [] }, plugins })).toBeUndefined();
  });

  it('are those of the run, names and settings in their place, or none', () => {
    expect(toolSettings({ trained, plugins })).toEqual({ ...trained, use: [{ ...zoom, pixels: 6400 }] });
    expect(toolSettings({ trained, given: ['maxTurns=5', 'use.0.minSide=4'], plugins })).toEqual({
      ...trained,
      maxTurns: 5,
      use: [{ ...zoom, pixels: 6400, minSide: 4 }],
    });
    expect(toolSettings({ trained, given: ['clock', 'describe=true'], plugins })).toEqual({
      ...trained,
      use: [{ name: 'clock' }],
      describe: true,
    });
    expect(toolSettings({ trained, given: ['none'], plugins })).toBeUndefined();
  });

  it('have the defaults of a recipe without a run', () => {
    const defaults = { maxTurns: 4, maxTokens: 4096, describe: true };
    expect(toolSettings({ given: ['clock', 'image_zoom_in_tool'], plugins })).toEqual({
      ...defaults,
      use: [{ name: 'clock' }, { ...zoom, pixels: 200_704 }],
    });
    expect(toolSettings({ given: ['use=[{name: image_zoom_in_tool, pixels: 6400}]'], plugins })).toMatchObject({ use: [{ pixels: 6400 }] });
  });

  it.each([
    [['zoom'], /There is no tool "zoom"; known are image_zoom_in_tool, clock/],
    [['clock', 'clock'], /"clock" twice/],
    [['clock', 'maxTurns=0'], /tools\.maxTurns is 0; it must be >= 1/],
    [['clock', 'maxTurn=2'], /tools\.maxTurn is not a setting\. Did you mean "maxTurns"/],
    [['use=[{name: image_zoom_in_tool, pixel: 4}]'], /tools\.use\.0\.pixel is not a setting\. Did you mean "pixels"/],
    [['maxTurns=2'], /--tools maxTurns=2 names no tool.*Add a name, such as image_zoom_in_tool/],
    [['clock', 'none'], /--tools has none beside clock/],
    [['clock', 'maxTurns=[1'], /The value of "maxTurns=\[1" is not YAML/],
  ])('%j is refused, and the message says what is wrong', (given, message) => {
    expect(() => toolSettings({ given, plugins })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) as string }),
    );
  });
});
