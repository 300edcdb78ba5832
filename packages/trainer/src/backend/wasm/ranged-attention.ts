import { FUSED } from '../fused-kernels.ts';
import type { KernelPack, TensorInfo } from './kernel-pack.ts';
import type { PackKernel } from './pack-kernel.ts';

type Inputs<Names extends string> = Record<Names, TensorInfo>;

/** Attention over two ranges of keys a query. */
export const rangedAttentionKernel: PackKernel = {
  kernelName: FUSED.rangedAttention,
  run: (pack, inputs) => {
    const { query, key, value, ranges } = inputs as Inputs<'query' | 'key' | 'value' | 'ranges'>;
    const out = pack.output(query.shape, 'float32');
    const statistics = pack.output([...query.shape.slice(0, -1), 2], 'float32');
    withAttentionWork(pack, { query, key }, (sizes) => {
      const pointers = [query, key, value, ranges, out, statistics].map((tensor) => pack.pointer(tensor));
      pack.kernels.attention(...pointers, ...sizes, pack.scratch);
    });
    return [out, statistics];
  },
};

/** Its gradients for query, key and value. */
export const rangedAttentionGradientKernel: PackKernel = {
  kernelName: FUSED.rangedAttentionGradient,
  run: (pack, inputs) => {
    const { dy, query, key, value, ranges, out, statistics } = inputs as Inputs<
      'dy' | 'query' | 'key' | 'value' | 'ranges' | 'out' | 'statistics'
    >;
    const outputs = [query, key, value].map(({ shape }) => pack.output(shape, 'float32'));
    withAttentionWork(pack, { query, key }, (sizes) => {
      const pointers = [dy, query, key, value, ranges, out, statistics, ...outputs].map((tensor) => pack.pointer(tensor));
      pack.kernels.attentionGradient(...pointers, ...sizes, pack.scratch);
    });
    return outputs;
  },
};

/** Calls back with the sizes of an attention, its scale and memory to work in. */
function withAttentionWork(pack: KernelPack, { query, key }: Inputs<'query' | 'key'>, run: (sizes: number[]) => void): void {
  const [batch = 1, heads = 1, time = 1, dim = 1] = query.shape;
  const [, keyHeads = 1, length = 1] = key.shape;
  const work = pack.output([pack.kernels.attentionWorkBytes(heads / keyHeads, length, dim) / 4], 'float32');
  run([batch, heads, keyHeads, time, length, dim, 1 / Math.sqrt(dim), pack.pointer(work)]);
  pack.backend.disposeData(work.dataId);
}
