export { readTextLines as linesOf } from '@vtriune/format';
