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

/** Counts of groups with at least two scored responses. */
export interface GroupCounts {
  groups: number;
  /** All rewards are equal, so that the group teaches nothing. */
  same: number;
  /** All responses are known to be right or wrong. */
  judged: number;
  /** At least one response is right: pass@k with k the size of the group. */
  solved: number;
  /** Every response is right. */
  allCorrect: number;
}

// A trainer that always reports the same step must not fill the memory: groups over this number are not followed.
const MAX_GROUPS = 65_536;

/** No groups. */
export function createGroups(): Groups {
  return new Map();
}

/** Counts of no groups. */
export function createGroupCounts(): GroupCounts {
  return { groups: 0, same: 0, judged: 0, solved: 0, allCorrect: 0 };
}

/** Adds a scored response to its group; `correct` is undefined where its verifier does not say. */
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

/** Adds what another process counted for the same groups of the same source. */
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

/** Adds the counts of these groups. A group of one response says nothing about variance and is left out. */
export function countGroups(counts: GroupCounts, groups: Groups): void {
  for (const { scores, same, correct, judged } of groups.values()) {
    if (scores < 2) continue;
    counts.groups += 1;
    if (same) counts.same += 1;
    if (judged < scores) continue;
    counts.judged += 1;
    if (correct > 0) counts.solved += 1;
    if (correct === scores) counts.allCorrect += 1;
  }
}

/** Adds the counts of other groups. */
export function addGroupCounts(counts: GroupCounts, other: GroupCounts): void {
  counts.groups += other.groups;
  counts.same += other.same;
  counts.judged += other.judged;
  counts.solved += other.solved;
  counts.allCorrect += other.allCorrect;
}
