import { run } from './run.mjs';

/**
 * A gate that is one program: it passes where the program ends with 0.
 *
 * @param {string} what
 * @param {string[]} command
 */
export function toolGate(what, [program, ...args]) {
  return {
    what,
    run: async () => {
      const { code, errors } = await run(program, args);
      return { problems: code === 0 ? [] : [`\`${[program, ...args].join(' ')}\` ended with code ${code}. ${errors}`.trim()] };
    },
  };
}
