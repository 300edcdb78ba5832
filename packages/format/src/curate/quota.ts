import { at } from '../at.ts';
import { hashText } from '../random.ts';

/** Chooses so many members of each group, the same ones whatever the order in which they come. */
export interface Quota {
  /** Adds a member to a group; a member without a group is not counted and always kept. */
  readonly count: (group: string | undefined, id: string) => void;
  readonly keeps: (group: string | undefined, id: string) => boolean;
}

/**
 * A quota whose sizes follow from the counts of all groups; a group that `sizes` does not name is kept whole. Members are chosen by a hash of
 * seed and id, so that memory is eight bytes a member.
 */
export function createQuota(seed: string, sizes: (counts: ReadonlyMap<string, number>) => ReadonlyMap<string, number>): Quota {
  const hashes = new Map<string, number[]>();
  let limits: ReadonlyMap<string, number> | undefined;
  const limitsOf = (): ReadonlyMap<string, number> => {
    const wanted = sizes(new Map([...hashes].map(([group, members]) => [group, members.length])));
    const found = [...wanted].map(([group, size]): [string, number] => {
      const members = (hashes.get(group) ?? []).sort((a, b) => a - b);
      if (size >= members.length) return [group, Infinity];
      return [group, size === 0 ? -1 : at(members, size - 1)];
    });
    return new Map(found);
  };
  return {
    count: (group, id) => {
      if (group === undefined) return;
      const members = hashes.get(group);
      if (members === undefined) hashes.set(group, [hashText(`${seed} ${id}`)]);
      else members.push(hashText(`${seed} ${id}`));
    },
    keeps: (group, id) => {
      limits ??= limitsOf();
      const limit = group === undefined ? undefined : limits.get(group);
      return limit === undefined || hashText(`${seed} ${id}`) <= limit;
    },
  };
}
