import type { TSchema } from 'typebox';
import { RewardRequest, RewardResult } from './contract.ts';

/** The JSON Schemas of this package by file name, as published under `schema/`. */
export const schemas: Readonly<Record<string, TSchema>> = { 'reward-request': RewardRequest, 'reward-result': RewardResult };
