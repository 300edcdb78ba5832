import { definePackage } from '@vtriune/tooling/define-package';
import { buildPage } from './build-page.ts';

export default definePackage({ onSuccess: buildPage });
