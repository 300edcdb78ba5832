/**
 * Tools that the policy may call in the middle of a response, such as a look at a part of the image. A tool is one object in one file, looked
 * up by name:
 *
 * ```ts
 * export const clock = defineTool({
 *   name: 'clock',
 *   description: 'The time in a city.',
 *   settings: Type.Object({}),
 *   parameters: Type.Object({ city: Type.String({ description: 'Name of the city.' }) }),
 *   run: ({ city }) => (city === 'Lisbon' ? { content: [{ type: 'text', text: '14:05' }] } : { error: `${city} is not known.` }),
 * });
 * ```
 *
 * What a tool answers becomes a turn of the conversation that the policy reads and is not trained on. Tools run in the main thread, so that they
 * may use files, networks and other threads. The same call on the same sample should get the same answer: a resumed run asks again.
 */
import type { Sample } from '@vtriune/format';
import type { Static, TObject } from 'typebox';
import type { RgbImage } from '../processor/rgb-image.ts';

/** An image of the prompt, as it was given, and the size at which the model sees it. */
export interface ToolImage {
  readonly image: RgbImage;
  readonly resizedWidth: number;
  readonly resizedHeight: number;
}

/** What a tool is given beside the arguments of the call. */
export interface ToolContext<Settings = unknown> {
  readonly settings: Settings;
  readonly sample: Sample;
  /** Images of the prompt, in order. */
  readonly images: readonly ToolImage[];
  /** Both sides of an image that the model sees are multiples of this many pixels. */
  readonly imageFactor: number;
}

/** A piece of an answer. */
export type ToolPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly image: RgbImage };

/**
 * The answer to a call. An `error` is the policy's own mistake, such as a box outside of the image: it reads the message and may try again. A tool
 * that cannot work at all throws, and the run ends with `tool_failed`.
 */
export type ToolResult = { readonly content: readonly ToolPart[] } | { readonly error: string };

/** Something that the policy can call. */
export interface Tool {
  readonly name: string;
  /** What it does, as the model is told. */
  readonly description: string;
  /** Schema of its settings. */
  readonly settings: TObject;
  /** Schema of the arguments of a call; the model is told, and a call with others gets an error. */
  readonly parameters: TObject;
  run(call: unknown, context: ToolContext): ToolResult | Promise<ToolResult>;
}

/** A tool as it is written: settings and arguments have the types of their schemas. */
export interface ToolDefinition<Settings extends TObject, Parameters extends TObject> {
  readonly name: string;
  readonly description: string;
  readonly settings: Settings;
  readonly parameters: Parameters;
  run(call: Static<Parameters>, context: ToolContext<Static<Settings>>): ToolResult | Promise<ToolResult>;
}

/** Makes a tool. Its settings and the arguments of calls are checked by their schemas before they reach it. */
export function defineTool<Settings extends TObject, Parameters extends TObject>(definition: ToolDefinition<Settings, Parameters>): Tool {
  return definition;
}
