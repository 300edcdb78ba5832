import { run } from '../lib/run.mjs';

/** The guide as a site: VitePress stops at a link to a page that is not there and at markup that it cannot read. */
export const docs = {
  what: 'the guide builds as a site',
  run: async () => {
    const { code, output, errors } = await run('vitepress', ['build', 'docs'], { capture: true });
    return { problems: code === 0 ? [] : [`vitepress build ended with code ${code}: ${output}${errors}`] };
  },
};
