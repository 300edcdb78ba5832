import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

// Those of the package itself are for one process without a second context.
const ARGUMENTS = ['--no-sandbox', '--no-zygote', '--disable-dev-shm-usage', '--lang=en-US'];

/** A browser that is there after `npm install`: the Chromium in a package on Linux, the system's elsewhere. */
export async function openBrowser(): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64')
    return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ARGUMENTS, headless: true });
  const path = SYSTEM.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`No Chrome is at ${SYSTEM.join(', ')}. Install it to run the tests of the page.`);
  return chromium.launch({ executablePath: path, headless: true });
}
