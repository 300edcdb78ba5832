// A response with tools, turn by turn, and the text that is scored.
import { describe, expect, it } from 'vitest';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import type { Generation } from '../rollout/generate.ts';
import { processor, samples } from '../testing/tiny-training.ts';
import type { ToolTurn } from '../tools/tool-turn.ts';
import { resolveTrainConfig } from './config.ts';
import { draftRollouts, scoreRollouts } from './rollout.ts';
import { prepareFor, toolUse } from './tool-use.ts';
import { trajectoryOf } from './trajectory.ts';

const picture = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
function turn(after: number, change: Partial<ToolTurn> = {}): ToolTurn {
  return { after, tokenIds: [1, 2], images: [], pictures: [], text: `answer after ${String(after)}`, calls: 1, errors: 0, ...change };
}
const tokenIds = [10, 11, 12, 13, 14, 15];
const plain: Generation = { tokenIds, logProbs: tokenIds.map(() => -1), truncated: false };
const zoomed: Generation = {
  ...plain,
  toolTurns: [turn(2, { pictures: [picture], calls: 2, errors: 1 }), turn(5, { calls: 3, errors: 2 })],
};

describe('trajectoryOf', () => {
  it('is the one turn of a response without tools', () => {
    expect(trajectoryOf(processor, plain)).toEqual({
      turns: [{ role: 'assistant', text: '10 11 12 13 14 15', images: [] }],
      toolCalls: 0,
      toolErrors: 0,
    });
  });

  it('is cut where the tools answered', () => {
    expect(trajectoryOf(processor, zoomed)).toEqual({
      turns: [
        { role: 'assistant', text: '10 11', images: [] },
        { role: 'tool', text: 'answer after 2', images: [picture] },
        { role: 'assistant', text: '12 13 14', images: [] },
        { role: 'tool', text: 'answer after 5', images: [] },
        { role: 'assistant', text: '15', images: [] },
      ],
      toolCalls: 5,
      toolErrors: 3,
    });
  });

  it('is without special tokens', () => {
    const asked: unknown[] = [];
    const { tokenizer } = processor;
    const decode = (_ids: readonly number[], options: unknown): string => {
      asked.push(options);
      return '';
    };
    const noting = { ...processor, tokenizer: { ...tokenizer, decode } as typeof tokenizer };
    trajectoryOf(noting, zoomed);
    draftRollouts(noting, { prompts: [{} as PreparedPrompt], generations: [[plain]], tools: false, idOf: () => '' });
    expect(asked).toEqual(Array(4).fill({ skipSpecialTokens: true }));
  });
});

describe('what is scored', () => {
  const sizes = [{ width: 4, height: 2, resizedWidth: 8, resizedHeight: 4 }];
  async function scoredWith(tools: boolean) {
    const { sample } = await samples.at(3);
    const prompts: PreparedPrompt[] = [0, 1].map(() => ({ sample, tokenIds: [1], images: [], imageSizes: sizes, pictures: [] }));
    const idOf = (p: number, g: number): string => `${String(p)}/${String(g)}`;
    const drafts = draftRollouts(processor, { prompts, generations: [[plain, zoomed], [zoomed]], tools, idOf });
    const seen: unknown[] = [];
    const rollouts = await scoreRollouts(
      (given) => {
        seen.push(...given);
        return Promise.resolve(given.map((_, reward) => ({ status: 'scored' as const, reward })));
      },
      drafts,
      { split: 'test', progress: { step: 2, totalSteps: 5 } },
    );
    return { drafts, seen, rollouts, prompts, sample };
  }

  it('is the last turn, with the sizes of its images; all turns come along where there are tools', async () => {
    const { seen, rollouts, prompts, sample } = await scoredWith(true);
    const same = { sample, split: 'test', progress: { step: 2, totalSteps: 5 }, imageSizes: sizes };
    expect(seen).toEqual([
      { ...same, id: '0/0', response: '10 11 12 13 14 15', trajectory: trajectoryOf(processor, plain) },
      { ...same, id: '0/1', response: '15', trajectory: trajectoryOf(processor, zoomed) },
      { ...same, id: '1/0', response: '15', trajectory: trajectoryOf(processor, zoomed) },
    ]);
    expect(rollouts.map(({ outcome, advantage }) => [outcome, advantage])).toEqual(
      [0, 1, 2].map((reward) => [{ status: 'scored', reward }, null]),
    );
    // Groups are told apart by the object.
    expect(rollouts.map(({ prompt }) => prompts.findIndex((own) => own === prompt))).toEqual([0, 0, 1]);
  });

  it.each([0, 2, 4])('is refused where there are %i rewards for three responses', async (count) => {
    const { drafts } = await scoredWith(false);
    const outcomes = Array.from({ length: count }, (_, reward) => ({ status: 'scored' as const, reward }));
    await expect(
      scoreRollouts(() => Promise.resolve(outcomes), drafts, { split: 'test', progress: { step: 1, totalSteps: 1 } }),
    ).rejects.toMatchObject({
      code: 'reward_failures',
      message: expect.stringContaining(`returned ${String(count)} outcomes for 3 responses`) as string,
    });
  });

  it('has no turns where there are no tools', async () => {
    const { seen, drafts } = await scoredWith(false);
    for (const one of [...seen, ...drafts]) expect(one).not.toHaveProperty('trajectory');
  });
});

describe('prepareFor', () => {
  const zoom = { name: 'image_zoom_in_tool' };
  async function asked(tools: Parameters<typeof toolUse>[0] | undefined) {
    const item = await samples.at(2);
    const heard: (readonly { role: string; content: unknown }[])[] = [];
    const noting: typeof processor = {
      ...processor,
      process: (given) => {
        heard.push(given.messages);
        return processor.process({ ...given, messages: given.messages.slice(-1) });
      },
    };
    const prepare = (maxTokens?: number): PreparedPrompt =>
      prepareFor(tools === undefined ? undefined : toolUse(tools), noting, { item, ...(maxTokens === undefined ? {} : { maxTokens }) });
    return { item, heard, prepare };
  }
  const config = (describing: boolean) => resolveTrainConfig({ steps: 1, tools: { use: [zoom], describe: describing } }).tools;

  it('tells the model about the tools and leaves the sample as it is', async () => {
    const { item, heard, prepare } = await asked(config(true));
    expect(prepare().sample).toBe(item.sample);
    expect(heard[0]?.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(heard[0]?.[0]?.content).toContain('"name":"image_zoom_in_tool"');
    expect(item.sample.prompt).toHaveLength(1);
    expect(() => prepare(9)).toThrow('maxPromptTokens allows 9');
    expect(prepare(10).tokenIds).toHaveLength(10);
  });

  it.each([[false], [undefined]])('says nothing where describe is %s', async (describing) => {
    const { item, heard, prepare } = await asked(describing === undefined ? undefined : config(describing));
    expect(prepare().sample).toBe(item.sample);
    expect(heard).toEqual([item.sample.prompt]);
    expect(() => prepare(9)).toThrow('maxPromptTokens allows 9');
  });
});
