// Contract
export { SCENE_SIZE } from './contract.ts';
export type { Question, Scene, SceneObject, Split, SuiteTask, TaskName } from './contract.ts';
export { SuiteError } from './errors.ts';
export type { SuiteErrorCode } from './errors.ts';
// Generators
export { loadAssets } from './assets.ts';
export type { SuiteAssets } from './assets.ts';
export { createRandom } from './random.ts';
export type { Random } from './random.ts';
export { generateScene, suite } from './suite.ts';
// Samples and answers
export { promptText, sceneToPng, toSample } from './sample.ts';
export type { SampleOptions } from './sample.ts';
export { ANSWER_FORMATS, formatsFor, parseLenient, renderAnswer, toAskedFormat } from './answer-formats.ts';
export type { AnswerFormat } from './answer-formats.ts';
// Vocabulary and preview
export { ADDED_TOKENS, corpus } from './vocabulary.ts';
export { renderContactSheet } from './contact-sheet.ts';
export type { ContactSheetOptions } from './contact-sheet.ts';
