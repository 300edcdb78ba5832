/** A tensor on the host. */
export interface HostTensor {
  shape: readonly number[];
  data: Float32Array;
}
