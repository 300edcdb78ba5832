import { addMean, addTo, createMean, type Mean } from './mean.ts';

/** The responses of one group, without keeping them. */
export interface Group {
  readonly first: number;
  scores: number;
  /** All rewards are equal. */
  same: boolean;
  /** Responses known to be right, and known to be right or wrong. */
  correct: number;
  judged: number;
}

/** Groups by name. */
export type Groups = Map<string, Group>;

/** Shares of groups with at least two scored responses. */
export interface GroupShares {
  /** All rewards are equal, so that the group teaches nothing. */
  readonly zeroVariance: Mean;
  /** At least one response is right: pass@k with k the size of the group. */
  readonly solved: Mean;
  /** Every response is right. */
  readonly allCorrect: Mean;
}

// A trainer that always reports the same step must not fill the memory: groups over this number are not followed.
const MAX_GROUPS = 65_536;

/** No groups. */
export function createGroups(): Groups {
  return new Map();
}

/** Shares of no groups. */
export function createShares(): GroupShares {
  return { zeroVariance: createMean(), solved: createMean(), allCorrect: createMean() };
}

/** Takes a scored response into its group; `correct` is undefined where its verifier does not say. */
export function addToGroups(groups: Groups, name: string, { reward, correct }: { reward: number; correct: boolean | undefined }): void {
  const judged = correct === undefined ? 0 : 1;
  const group = groups.get(name);
  if (group === undefined) {
    if (groups.size < MAX_GROUPS) groups.set(name, { first: reward, scores: 1, same: true, correct: correct === true ? 1 : 0, judged });
    return;
  }
  group.scores += 1;
  group.same &&= group.first === reward;
  group.judged += judged;
  if (correct === true) group.correct += 1;
}

/** Takes in what another process saw of the same groups of the same source. */
export function mergeGroups(groups: Groups, others: ReadonlyMap<string, Group>): void {
  for (const [name, other] of others) {
    const group = groups.get(name);
    if (group === undefined) {
      if (groups.size < MAX_GROUPS) groups.set(name, { ...other });
      continue;
    }
    group.same &&= other.same && group.first === other.first;
    group.scores += other.scores;
    group.judged += other.judged;
    group.correct += other.correct;
  }
}

/** The shares of these groups. A group of one response says nothing about variance and is left out of all of them. */
export function shareOfGroups(groups: Groups): GroupShares {
  const shares = createShares();
  for (const { scores, same, correct, judged } of groups.values()) {
    if (scores < 2) continue;
    addTo(shares.zeroVariance, Number(same));
    if (judged < scores) continue;
    addTo(shares.solved, Number(correct > 0));
    addTo(shares.allCorrect, Number(correct === scores));
  }
  return shares;
}

/** Adds the groups of another source. */
export function mergeShares(shares: GroupShares, other: GroupShares): void {
  addMean(shares.zeroVariance, other.zeroVariance);
  addMean(shares.solved, other.solved);
  addMean(shares.allCorrect, other.allCorrect);
}
