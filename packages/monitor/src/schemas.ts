import type { TSchema } from 'typebox';
import { AlarmRecord, MetricRecord, RolloutRecord } from './record.ts';

/** The JSON Schemas this package publishes: file name without `.json` -> schema. */
export const schemas: Record<string, TSchema> = {
  'metric-record': MetricRecord,
  'rollout-record': RolloutRecord,
  'alarm-record': AlarmRecord,
};
