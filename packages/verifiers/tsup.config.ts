import { definePackage } from '@vtriune/tooling/define-package';

export default definePackage();
