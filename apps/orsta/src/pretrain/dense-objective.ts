/**
 * The objective of pre-training: next-token loss over the answers, and dense labels for the visual tokens. A module of its own, which every
 * rank imports as it does a third party's.
 */
import {
  counterRandom,
  defineObjective,
  nextTokenLoss,
  type HostTensor,
  type ObjectiveContext,
  type PackedRow,
  type TrainerPlugin,
} from '@vtriune/trainer';
import { Type } from 'typebox';
import { OrstaError } from '../errors.ts';
import { denseLoss, type DenseHead, type DenseLabels } from './dense-loss.ts';

/** A row whose image has dense labels. */
export interface LabeledRow extends PackedRow {
  extras: DenseLabels;
}

/** Next-token loss with dense labels; its rows are `LabeledRow`s. */
export const denseNextToken = defineObjective({
  name: 'dense-next-token',
  settings: Type.Object({ outputs: Type.Integer({ minimum: 1 }), seed: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
  statistics: [],
  parameters: ({ outputs, seed }, { text: { hiddenSize } }) =>
    new Map([
      ['dense.weight', freshMatrix(outputs, hiddenSize, seed)],
      ['dense.bias', { shape: [outputs], data: new Float32Array(outputs) }],
      ['sides.weight', freshMatrix(4 * hiddenSize, hiddenSize, seed + 1)],
    ]),
  loss: ({ logProbs, weights }, { normalizer }) => ({ loss: nextTokenLoss(logProbs, weights, normalizer.tokens), statistics: {} }),
  visionLoss: (vision, context) => denseLoss(vision, denseHead(context), joinLabels(context.rows)),
});

const plugin: TrainerPlugin = { meta: { name: 'orsta-pretrain', version: '1.0.0' }, objectives: [denseNextToken] };
export { plugin as default };

function freshMatrix(rows: number, width: number, seed: number): HostTensor {
  return {
    shape: [rows, width],
    data: Float32Array.from({ length: rows * width }, (_, i) => (counterRandom(seed, rows, i) - 0.5) / Math.sqrt(width)),
  };
}

function denseHead({ own, parameter }: ObjectiveContext): DenseHead {
  return {
    weight: own('dense.weight'),
    bias: own('dense.bias'),
    sides: own('sides.weight'),
    embeddings: parameter('model.embed_tokens.weight'),
  };
}

function joinLabels(rows: readonly PackedRow[]): DenseLabels {
  const sets = (rows as readonly LabeledRow[]).map(({ extras }) => extras);
  const [first] = sets;
  if (first === undefined) throw new OrstaError('invalid_data', 'A batch of pre-training has no rows.');
  return {
    classIds: Int32Array.from(sets.flatMap((set) => [...set.classIds])),
    boxes: Float32Array.from(sets.flatMap((set) => [...set.boxes])),
    boxWeights: Float32Array.from(sets.flatMap((set) => [...set.boxWeights])),
    names: Int32Array.from(sets.flatMap((set) => [...set.names])),
    sides: Int32Array.from(sets.flatMap((set) => [...set.sides])),
    words: first.words,
    weight: first.weight,
    normalizer: first.normalizer,
  };
}
