/** Checks for sinks, for any test framework: `expect(await checkSink(() => mySink(...))).toEqual([])`. */
export { checkSink, type SinkFactory } from './testing/check-sink.ts';
