// What V-Triune loads, and the geometry for other uses.
import type { VerifierPlugin } from '@vtriune/verifiers';
import { polygon } from './polygon.ts';

export { polygon } from './polygon.ts';
export { polygonIou } from './polygon-iou.ts';
export type { Point, Polygon } from './polygon-iou.ts';

const plugin: VerifierPlugin = { meta: { name: 'vtriune-verifier-polygon', version: '0.1.0' }, verifiers: [polygon] };
export default plugin;
