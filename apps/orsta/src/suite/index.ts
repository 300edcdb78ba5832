// Contract
export { TASK_NAMES } from './contract.ts';
export type { Question, Scene, SceneObject, SuiteTask, TaskName } from './contract.ts';
// Generators
export { loadAssets } from './assets.ts';
export type { Split, SuiteAssets } from './assets.ts';
export { createRandom } from './random.ts';
export { furtherTasks, generateScene, suite } from './suite.ts';
// Samples and answers
export { sceneToPng, toSample } from './sample.ts';
export { toAskedFormat } from './answer-styles.ts';
// Preview
export { renderContactSheet } from './contact-sheet.ts';
