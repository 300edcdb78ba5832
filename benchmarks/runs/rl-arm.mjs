/** An arm of a claim that trains by RL with these settings beside those of the recipe `nano`. */
export function rlArm(name, settings = [], more = {}) {
  return { name, kind: 'rl', steps: 120, settings, ...more };
}
