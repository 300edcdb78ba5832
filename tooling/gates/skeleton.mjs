import { licenseProblems, nameProblems, skeletonProblems } from '../lib/skeleton.mjs';
import { allMembers, publishedPackages } from '../lib/workspace.mjs';

/** Packages look alike: the same files, the same fields in package.json, one license, file names that say what is inside. */
export const skeleton = {
  what: 'packages have the same files and fields',
  run: async () => ({
    problems: [
      ...publishedPackages().flatMap(skeletonProblems),
      ...allMembers().flatMap((member) => [...licenseProblems(member), ...nameProblems(member)]),
    ],
  }),
};
