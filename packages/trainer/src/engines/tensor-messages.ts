import { fileTensor, type TensorPlace } from '../safetensors/file-tensor.ts';
import type { EngineSnapshot, HostTensor } from './engine.ts';

/** A tensor as it travels between threads: by its place where it is in a file, since every thread can read there, else as it is. */
export type TensorMessage = { readonly place: TensorPlace } | { readonly tensor: Omit<HostTensor, 'place'> };

/** A snapshot as it travels between threads. */
export type SnapshotMessage = Omit<EngineSnapshot, 'parameters'> & { parameters: Map<string, TensorMessage> };

/** Parameters as messages. */
export function toMessages(parameters: ReadonlyMap<string, HostTensor>): Map<string, TensorMessage> {
  return new Map([...parameters].map(([name, tensor]) => [name, tensor.place === undefined ? { tensor } : { place: tensor.place }]));
}

/** Parameters from messages. */
export function fromMessages(messages: ReadonlyMap<string, TensorMessage>): Map<string, HostTensor> {
  return new Map([...messages].map(([name, message]) => [name, 'place' in message ? fileTensor(message.place) : message.tensor]));
}
