import { definePackage } from '@vtriune/tooling/define-package';

// Beside the public entries, the file that each rank's worker thread starts from.
export default definePackage({ entry: { index: 'src/index.ts', testing: 'src/testing.ts', 'rank-worker': 'src/engines/rank-worker.ts' } });
