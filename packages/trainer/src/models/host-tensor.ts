import type { TensorPlace } from '../safetensors/file-tensor.ts';
import type { SafetensorsDtype } from '../safetensors/safetensors-format.ts';

/** A tensor on the host, or one that is read from its file whenever `data` is asked for. */
export interface HostTensor {
  shape: readonly number[];
  data: Float32Array;
  /** A type that holds the values exactly; float32 where absent. */
  dtype?: SafetensorsDtype;
  /** Where the values are, for a tensor that is not on the host. */
  place?: TensorPlace;
}
