import { describe, expect, it } from 'vitest';
import { checkNode } from './check-node.mjs';

describe('checkNode', () => {
  it.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '26.1.0'])('lets %s through', (version) => {
    expect(checkNode(version)).toBeUndefined();
  });

  it.each(['16.20.2', '18.20.4', '20.18.1', '21.7.3', '22.12.0', '23.11.0'])('refuses %s and says what to do', (version) => {
    const complaint = checkNode(version, 'start');
    expect(complaint).toContain(`Node ${version}`);
    expect(complaint).toContain('npm run start');
  });
});
