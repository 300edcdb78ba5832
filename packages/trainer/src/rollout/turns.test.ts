// What is asked of an engine and of the tools turn by turn, in token ids that can be counted: a prompt of two tokens, a processor that writes every
// piece of text as one token, and an engine with stored responses.
import { at } from '@vtriune/format/at';
import { describe, expect, it } from 'vitest';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import type { ProcessedPrompt, Processor } from '../processor/processor.ts';
import { scriptedEngine } from '../testing/scripted-engine.ts';
import { processor as tiny, samples } from '../testing/tiny-training.ts';
import { TINY } from '../testing/tiny-model.ts';
import type { ToolResult } from '../tools/tool.ts';
import type { Toolbox } from '../tools/toolbox.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from './generate.ts';
import { sampleResponses, type SampleOptions, type ToolUse } from './sample-responses.ts';

const { stop: STOP, imagePad: PAD, visionStart, visionEnd } = TINY;
const TEXT = 30;
const START = 1;
const picture = { width: 4, height: 4, data: new Uint8Array(48) };
const shown = { width: 8, height: 6, resizedWidth: 16, resizedHeight: 12 };

/** Each message is a start, a token for each text and four for each image, and a stop. */
const processor: Processor = {
  ...tiny,
  config: { ...tiny.config, patchSize: 2, mergeSize: 3 },
  process: ({ messages, images }): ProcessedPrompt => ({
    tokenIds: [
      ...messages.flatMap(({ content }) => [
        START,
        ...(typeof content === 'string' ? [{ type: 'text' }] : content).flatMap(({ type }) =>
          type === 'text' ? [TEXT] : [visionStart, PAD, PAD, visionEnd],
        ),
        STOP,
      ]),
      START,
    ],
    patches: new Float32Array(images.length * 2),
    grids: images.map(() => [1, 1, 2]),
    imageSizes: [],
  }),
};
/** The turn of a tool that answers a text: opening, text, closing. */
const SAID = [START, TEXT, TEXT, TEXT, STOP, START];
const SHOWN = [START, TEXT, visionStart, PAD, PAD, visionEnd, TEXT, STOP, START];

const said: ToolResult = { content: [{ type: 'text', text: 'said' }] };
const look: ToolResult = { content: [{ type: 'image', image: picture }] };
/** Answers the turns "20 7" and "21 7" with a text and "22 7" with an image; 23 is answered twice, once by an error. */
const ANSWERS = new Map<string, ToolResult[]>([
  ['20 7', [said]],
  ['21 7', [said]],
  ['22 7', [look]],
  ['23 7', [look, { error: 'no' }]],
]);

interface Heard {
  readonly texts: string[];
  /** What texts were decoded with. */
  readonly decoded: unknown[];
  readonly contexts: Parameters<Toolbox['answer']>[1][];
}

async function sample(
  turns: (key: number, response: number, drawn: number) => number[],
  change: {
    tools?: Partial<ToolUse> | null;
    sampling?: Partial<GenerationOptions>;
    prompts?: number;
    length?: number;
  } = {},
) {
  const heard: Heard = { texts: [], contexts: [], decoded: [] };
  const decode = (ids: readonly number[], options: unknown): string => {
    heard.decoded.push(options);
    return ids.join(' ');
  };
  const { tokenizer } = processor;
  const noting: Processor = { ...processor, tokenizer: { ...tokenizer, decode } };
  const toolbox: Toolbox = {
    describe: (messages) => messages,
    answer: (text, context) => {
      heard.texts.push(text);
      heard.contexts.push(context);
      return Promise.resolve(ANSWERS.get(text) ?? []);
    },
  };
  const calls: { prompts: readonly GenerationPrompt[]; options: GenerationOptions }[] = [];
  const encoded: number[] = [];
  const { engine: plain } = scriptedEngine(() => ({ tokenIds: [], logProbs: [], truncated: false }));
  const engine: typeof plain = {
    ...plain,
    encodeImages: (images) => {
      encoded.push(images.length);
      return plain.encodeImages(images);
    },
    generate: (prompts, options) => {
      calls.push({ prompts: [...prompts], options });
      const write = (key: number, response: number, drawn: number): Generation => {
        const tokenIds = turns(key, response, drawn);
        return { tokenIds, logProbs: tokenIds.map((id) => -id), truncated: tokenIds.at(-1) !== STOP };
      };
      return Promise.resolve(
        prompts.map(({ key, continues }) =>
          Array.from({ length: options.groupSize }, (_, g) => write(key, continues?.response ?? g, continues?.drawn ?? 0)),
        ),
      );
    },
  };
  const { sample: data } = await samples.at(0);
  const asked = Array.from({ length: change.prompts ?? 1 }, (_, p) => {
    const tokenIds = Array.from({ length: change.length ?? 2 }, () => 8 + p);
    const prompt: PreparedPrompt = { sample: data, tokenIds, images: [], imageSizes: [shown], pictures: [picture] };
    return { prompt, key: 50 + p };
  });
  const sampling: GenerationOptions = {
    groupSize: 1,
    maxNewTokens: 20,
    temperature: 1,
    topP: 1,
    topK: 0,
    seed: 3,
    stopTokenIds: [STOP],
    ...change.sampling,
  };
  const tools: SampleOptions['tools'] =
    change.tools === null ? undefined : { toolbox, maxTurns: 3, maxTokens: 100, describe: false, ...change.tools };
  const groups = await sampleResponses(asked, { engine, processor: noting, sampling, tools });
  return { groups, calls, heard, encoded, data, sampling };
}

/** A call in the first turn and an end in the second. */
function twice(_key: number, _response: number, drawn: number): number[] {
  return drawn === 0 ? [20, STOP] : [25, 26, STOP];
}

describe('a response that calls a tool', () => {
  it('goes on behind the answer, with its number, what it has drawn and what is left', async () => {
    const { groups, calls, sampling } = await sample(twice);
    expect(calls).toEqual([
      { prompts: [{ tokenIds: [8, 8], images: [], key: 50 }], options: sampling },
      {
        prompts: [{ tokenIds: [8, 8, 20, STOP, ...SAID], images: [], key: 50, continues: { response: 0, drawn: 2, limit: 18 } }],
        options: sampling,
      },
    ]);
    expect(groups).toEqual([
      [
        {
          tokenIds: [20, STOP, 25, 26, STOP],
          logProbs: [-20, -STOP, -25, -26, -STOP],
          truncated: false,
          toolTurns: [
            {
              after: 2,
              tokenIds: SAID,
              images: [],
              pictures: [],
              text: '<tool_response>\nsaid\n</tool_response>',
              calls: 1,
              errors: 0,
            },
          ],
        },
      ],
    ]);
  });

  it('goes on alone of its group, each with its own number', async () => {
    const { groups, calls } = await sample(
      (key, response, drawn) => (drawn > 0 ? [25 + response] : key === 50 && response !== 1 ? [20, STOP] : [24, STOP]),
      { prompts: 2, sampling: { groupSize: 3 } },
    );
    expect(calls.map(({ options }) => options.groupSize)).toEqual([3, 1]);
    expect(calls[1]?.prompts.map(({ key, continues }) => [key, continues?.response])).toEqual([
      [50, 0],
      [50, 2],
    ]);
    expect(groups.map((group) => group.map(({ tokenIds, truncated }) => [tokenIds, truncated]))).toEqual([
      [
        [[20, STOP, 25], true],
        [[24, STOP], false],
        [[20, STOP, 27], true],
      ],
      [
        [[24, STOP], false],
        [[24, STOP], false],
        [[24, STOP], false],
      ],
    ]);
  });

  it('is answered by its last turn, with the images of the prompt at their sizes', async () => {
    const { heard, data, calls } = await sample((_key, _response, drawn) =>
      drawn === 0 ? [20, STOP] : drawn === 2 ? [21, STOP] : [25, STOP],
    );
    expect(heard.texts).toEqual(['20 7', '21 7']);
    for (const context of heard.contexts) expect(context).toEqual({ sample: data, images: [{ image: picture, ...shown }], imageFactor: 6 });
    expect(calls[2]?.prompts[0]).toEqual({
      tokenIds: [8, 8, 20, STOP, ...SAID, 21, STOP, ...SAID],
      images: [],
      key: 50,
      continues: { response: 0, drawn: 4, limit: 16 },
    });
  });

  it('shows each response its own images, encoded once for all', async () => {
    const { groups, calls, encoded } = await sample(
      (_key, response, drawn) => (drawn > 2 ? [25, STOP] : drawn > 0 ? [22, STOP] : response === 1 ? [20, STOP] : [23, STOP]),
      { sampling: { groupSize: 3 } },
    );
    // Numbers in `encoded` are those of the images among all of the turn: responses 0 and 2 have one each, then all three.
    expect(encoded).toEqual([2, 3]);
    const numbers = (prompt: GenerationPrompt): (number | undefined)[] => prompt.images.map(({ encoded: own }) => own?.[0]);
    expect(calls[1]?.prompts.map(numbers)).toEqual([[0], [], [1]]);
    expect(calls[2]?.prompts.map(numbers)).toEqual([[0, 0], [1], [1, 2]]);
    expect(calls[2]?.prompts[1]?.tokenIds).toEqual([8, 8, 20, STOP, ...SAID, 22, STOP, ...SHOWN]);
    expect(groups[0]?.map(({ toolTurns = [] }) => toolTurns.map(({ after, calls: made, errors }) => [after, made, errors]))).toEqual([
      [
        [2, 2, 1],
        [4, 1, 0],
      ],
      [
        [2, 1, 0],
        [4, 1, 0],
      ],
      [
        [2, 2, 1],
        [4, 1, 0],
      ],
    ]);
    expect(groups[0]?.map(({ toolTurns = [] }) => toolTurns.flatMap(({ images }) => images.map((image) => image.encoded?.[0])))).toEqual([
      [0, 0],
      [1],
      [1, 2],
    ]);
  });
});

describe('a response ends', () => {
  it('where it calls nothing, and where its turn is not closed', async () => {
    const { calls, heard } = await sample((_key, response) => (response === 0 ? [24, STOP] : [20]), { sampling: { groupSize: 2 } });
    expect(calls).toHaveLength(1);
    expect(heard.texts).toEqual(['24 7']);
    expect(heard.decoded).toEqual([{ skipSpecialTokens: true }]);
    // The last token closes a turn, whatever stands before it.
    const open = await sample((_key, response) => (response === 0 ? [20, STOP, 20] : [19, 24, STOP]), { sampling: { groupSize: 2 } });
    expect(open.heard.texts).toEqual(['19 24 7']);
  });

  it.each([
    [1, 1],
    [2, 2],
    [4, 4],
  ])('after %i turns of the policy, whose calls are not answered', async (maxTurns, asked) => {
    const { calls, groups } = await sample(() => [20, STOP], { tools: { maxTurns }, sampling: { maxNewTokens: 99 } });
    expect(calls).toHaveLength(asked);
    expect(groups[0]?.[0]?.toolTurns ?? []).toHaveLength(asked - 1);
    expect(groups[0]?.[0]?.truncated).toBe(false);
  });

  // Two tokens of the policy and six of the tool: eight in all.
  it.each([
    [{ maxTokens: 8 }, {}, undefined],
    [{ maxTokens: 9 }, {}, 1],
    [{ maxTokens: 12 }, {}, 4],
    [{}, { maxNewTokens: 2 }, undefined],
    [{}, { maxNewTokens: 3 }, 1],
    [{ maxTokens: 12 }, { maxNewTokens: 5 }, 3],
    [{ maxTokens: 10 }, { maxNewTokens: 20 }, 2],
  ])('where nothing is left of %j and %j, else it has %s to come', async (tools, sampling, limit) => {
    const { groups, calls } = await sample(twice, { tools, sampling });
    if (limit !== undefined) {
      expect(calls[1]?.prompts[0]?.continues?.limit).toBe(limit);
      return;
    }
    expect(calls).toHaveLength(1);
    expect(groups).toEqual([[{ tokenIds: [20, STOP], logProbs: [-20, -STOP], truncated: true }]]);
  });

  it('where the tokens of all its tool turns leave nothing', async () => {
    const again = (): number[] => [20, STOP];
    // 2 + 6 + 2 + 6 = 16 tokens before the third turn.
    const { calls } = await sample(again, { tools: { maxTokens: 17 } });
    expect(calls[2]?.prompts[0]?.continues?.limit).toBe(1);
    const cut = await sample(again, { tools: { maxTokens: 16 } });
    expect(cut.calls).toHaveLength(2);
    expect(cut.groups[0]?.[0]).toMatchObject({ tokenIds: [20, STOP, 20, STOP], truncated: true });
    expect(cut.groups[0]?.[0]?.toolTurns).toHaveLength(1);
  });

  it('at the first turn where there are no tools', async () => {
    const { groups, calls, heard, sampling } = await sample(twice, { tools: null, sampling: { groupSize: 2 } });
    expect(calls).toEqual([{ prompts: [{ tokenIds: [8, 8], images: [], key: 50 }], options: sampling }]);
    expect(heard.texts).toEqual([]);
    expect(at(groups, 0)).toHaveLength(2);
  });
});

describe('responses that go on', () => {
  it.each([2, 40_000])('behind prompts of %i tokens, are asked for together: the engine cuts them into parts', async (length) => {
    const { calls, groups } = await sample(twice, { length, sampling: { groupSize: 5 } });
    expect(calls.slice(1).map(({ prompts }) => prompts.length)).toEqual([5]);
    expect(calls.slice(1).flatMap(({ prompts }) => prompts.map(({ continues }) => continues?.response))).toEqual([0, 1, 2, 3, 4]);
    for (const { tokenIds } of at(groups, 0)) expect(tokenIds).toEqual([20, STOP, 25, 26, STOP]);
  });
});
