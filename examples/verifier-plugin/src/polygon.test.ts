import { createRegistry, score } from '@vtriune/verifiers';
import { testVerifier } from '@vtriune/verifiers/testing';
import { describe, expect, it } from 'vitest';
import plugin, { polygon } from './index.ts';

const cell = '[{"polygon": [[10, 10], [50, 10], [50, 30], [30, 20], [10, 30]], "label": "cell"}]';
const half = '[{"polygon": [[10, 10], [30, 10], [30, 20], [10, 30]], "label": "cell"}]';
const crossing = '[{"polygon": [[0, 0], [9, 9], [9, 0], [0, 9]], "label": "cell"}]';

const registry = createRegistry(plugin.verifiers);
async function scoreOne(response: string, more: Record<string, unknown> = {}) {
  return (await score([{ id: '1', data_source: 'cells', verifier: 'polygon', response, ground_truth: cell, ...more }], { registry }))[0];
}

describe('polygon', () => {
  it('passes the conformance suite', async () => {
    await testVerifier(polygon, {
      accepts: [
        { response: cell, ground_truth: cell },
        { response: `<think>{}</think>It is here:\n\`\`\`json\n${cell}\n\`\`\``, ground_truth: JSON.parse(cell) },
        { response: cell.replace('cell', 'Blob'), ground_truth: cell, verifier_parm: { label_match: 'ignore' } },
        { response: cell.replace('[[10, 10]', '[[10, 30], [10, 10]'), ground_truth: cell },
      ],
      rejects: [
        { response: cell.replace('cell', 'blob'), ground_truth: cell },
        { response: half, ground_truth: cell, verifier_parm: { minimum_iou: 0.6 } },
        { response: crossing, ground_truth: cell },
        { response: 'There is one cell.', ground_truth: cell },
        { response: cell.replace(']]', '],'), ground_truth: cell },
      ],
    });
  });

  it('pays the IoU from the threshold on, and divides by what was asked and what was said', async () => {
    expect(await scoreOne(half)).toMatchObject({ reward: 0.5, metrics: { mean_iou: 0.5, matched: 1 } });
    const doubled = JSON.stringify([...JSON.parse(cell), ...JSON.parse(cell)]);
    expect(await scoreOne(doubled)).toMatchObject({ reward: 0.5, metrics: { matched: 1, predicted_polygons: 2 } });
    const broken = JSON.stringify([...JSON.parse(cell), ...JSON.parse(crossing)]);
    expect(await scoreOne(broken)).toMatchObject({ reward: 0.5, components: { format: 0 }, metrics: { malformed_polygons: 1 } });
  });

  it('refuses truths and parameters that it cannot mean', async () => {
    expect(await scoreOne(cell, { ground_truth: crossing })).toMatchObject({ error: { code: 'invalid_ground_truth' } });
    expect(await scoreOne(cell, { ground_truth: '[]' })).toMatchObject({ error: { code: 'invalid_ground_truth' } });
    expect(await scoreOne(cell, { verifier_parm: { minimum_iou: 2 } })).toMatchObject({ error: { code: 'invalid_parameters' } });
  });

  it('comes back from answers made to keep it busy', async () => {
    const spiral = Array.from({ length: 2000 }, (_, index) => [Math.cos(index) * index, Math.sin(index) * index]);
    expect(await scoreOne(JSON.stringify([{ polygon: spiral, label: 'cell' }]))).toMatchObject({ reward: 0 });
    expect(await scoreOne('[{'.repeat(1e6))).toMatchObject({ reward: 0 });
    expect(await scoreOne(cell.replace('50', '1e300'))).toMatchObject({ reward: 0, metrics: { malformed_polygons: 1 } });
  });
});
