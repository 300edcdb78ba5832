import { updateAddresses } from '../lib/repository-address.mjs';
import { licenseProblems, nameProblems, pageProblems, skeletonProblems } from '../lib/skeleton.mjs';
import { allMembers, publishedMembers, publishedPackages } from '../lib/workspace.mjs';

/** Packages look alike: the same files, the same fields in package.json, one license, file names that say what is inside. */
export const skeleton = {
  what: 'packages have the same files and fields',
  run: async ({ update }) => {
    if (update) await updateAddresses();
    return {
      problems: [
        ...publishedPackages().flatMap(skeletonProblems),
        ...publishedMembers().flatMap(pageProblems),
        ...allMembers().flatMap((member) => [...licenseProblems(member), ...nameProblems(member)]),
      ],
    };
  },
};
