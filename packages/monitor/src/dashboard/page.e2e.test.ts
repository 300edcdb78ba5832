// The page in a browser: what one sees of a recorded and of a live run, with the mouse and with the keys, and what hostile text does (nothing).
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDashboard, type Dashboard } from '@vtriune/monitor/dashboard';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../test/open-browser.ts';
import { metricLine, rolloutLine, writeRun } from '../../test/recorded-run.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** For whatever takes a moment on a quiet machine and long on a busy one. */
const PATIENCE = 60_000;
let browser: Browser;
let folder = '';
let dashboard: Dashboard;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  writeRun(join(folder, 'first'), 60);
  writeRun(join(folder, 'second'), 40);
  dashboard = await startDashboard({ runs: [folder] });
});
afterEach(async () => {
  await page.context().close();
  await dashboard.close();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

async function open(hash = '', colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  errors = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme, acceptDownloads: true });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  // Nothing may come from anywhere else.
  page.on('request', (request) => !/^(data:|blob:|http:\/\/127\.0\.0\.1:)/.test(request.url()) && errors.push(request.url()));
  await page.goto(`${dashboard.url}#runs=first${hash}`);
}

function titles() {
  return page.locator('.card .title').allTextContents();
}
function chart(name: string) {
  return page.getByRole('img', { name: new RegExp(`^${name.replace('/', '\\/')}`) });
}

/**
 * Reads until it fits. What is read must answer at once, as `allTextContents` does: a read that waits for its element is made once and
 * not again.
 */
function eventually<Value>(read: () => Value) {
  return expect.poll(read, { timeout: PATIENCE, interval: 100 });
}
async function textOf(selector: string): Promise<string> {
  return (await page.locator(selector).allTextContents()).join('|');
}
function labelOf(name: string): Promise<string> {
  return chart(name).evaluateAll((found) => found.map((element) => element.getAttribute('aria-label')).join('|'));
}

/** What axe finds that is serious. */
async function seriousFindings(): Promise<string[]> {
  // As a function call of the test and not a script element, which the page's own policy refuses.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Processor time of the page's own thread. */
async function processorSeconds(): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const found = metrics.find(({ name }) => name === 'ThreadTime');
  if (found === undefined) throw new Error(`The browser does not say ThreadTime, only ${metrics.map(({ name }) => name).join(', ')}.`);
  return found.value;
}

async function readDownload(download: Promise<Download>): Promise<{ name: string; bytes: Buffer }> {
  const file = await download;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

describe('curves', () => {
  it('show the aggregate of a run first, and filter by pattern, source and split', async () => {
    await open();
    await chart('reward/total').waitFor();
    await eventually(titles).toEqual(['reward/total', 'time/step']);
    await page.getByRole('checkbox', { name: 'boxes' }).check();
    await eventually(titles).toEqual(['reward/total', 'detection/iou_50_recall', 'verifier/iou_threshold', 'time/step']);
    await page.keyboard.press('Escape');
    await page.locator('h1, h2').first().click();
    await page.keyboard.press('/');
    await page.keyboard.type('^(reward|detection)/');
    await eventually(titles).toEqual(['reward/total', 'detection/iou_50_recall']);
    // The threshold in force over detection, dotted.
    await eventually(() => labelOf('detection/iou_50_recall')).toMatch(/IoU threshold.* 0\.5/);
    await page.locator('#filter').fill('reward/(');
    await page.locator('#filter[aria-invalid=true]').waitFor();
  });

  it('of two runs are in one chart, with what a link brings back', async () => {
    await open();
    await page.getByRole('checkbox', { name: /second/ }).check();
    await eventually(() => labelOf('reward/total')).toMatch(/first [\d.]+, second [\d.]+/);
    await page.reload();
    await eventually(() => labelOf('reward/total')).toMatch(/first [\d.]+, second [\d.]+/);
  });

  it('say their values under the mouse, zoom together, and change their axis and layout by keys', async () => {
    await open('&smoothing=0.5');
    const box = await chart('reward/total').boundingBox();
    if (box === null) throw new Error('no chart');
    await chart('reward/total').locator('canvas').waitFor();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60);
    await eventually(() => textOf('.tooltip')).toMatch(/step \d+first[\d.]+[\d.]+/);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'reset zoom' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'reset zoom' }).waitFor({ state: 'detached' });
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'time', exact: true, pressed: true }).waitFor();
    // The chart is drawn anew under the mouse, which rests.
    await eventually(() => textOf('.tooltip strong')).toMatch(/^1m\d\ds$/);
    await page.keyboard.press('s');
    await eventually(titles).toEqual(['all', 'all']);
  });

  it('keep crosshair, values and a drag while numbers come and the mouse rests', async () => {
    await open('&smoothing=0&filter=reward');
    await chart('reward/total').locator('canvas').waitFor();
    const box = await chart('reward/total').boundingBox();
    if (box === null) throw new Error('no chart');
    const at = { x: box.x + box.width - 12, y: box.y + 60 };
    await page.mouse.move(at.x, at.y);
    await eventually(() => textOf('.tooltip')).toContain('step 60first0.9951');
    const canvas = await chart('reward/total').locator('canvas').elementHandle();
    appendFileSync(join(folder, 'first/metrics.jsonl'), metricLine(61, 0.125));
    await eventually(() => textOf('.tooltip')).toContain('step 61first0.125');
    // A drag goes on over numbers that come meanwhile.
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, at.y, { steps: 4 });
    appendFileSync(join(folder, 'first/metrics.jsonl'), metricLine(62, 0.25));
    await eventually(() => labelOf('reward/total')).toContain('first 0.25');
    await page.mouse.up();
    await page.getByRole('button', { name: 'reset zoom' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
    // Another look needs another canvas, which is drawn under the mouse.
    await page.keyboard.press('t');
    await eventually(() => canvas?.evaluate((element) => element.isConnected)).toBe(false);
    await eventually(() => textOf('.tooltip')).toMatch(/^step \d+first0\.\d+$/);
  });

  it('follow the width of the window, also while no numbers come', async () => {
    await open();
    const canvas = chart('reward/total').locator('canvas');
    await canvas.waitFor();
    const isAsWideAsItsPlace = async (): Promise<boolean> => {
      const [drawn, place] = await Promise.all([canvas.boundingBox(), chart('reward/total').boundingBox()]);
      return drawn !== null && place !== null && drawn.width <= place.width && drawn.width > place.width - 60;
    };
    await eventually(isAsWideAsItsPlace).toBe(true);
    await page.route('**/api/curves', () => new Promise(() => undefined));
    const size = page.viewportSize();
    await page.setViewportSize({ width: 720, height: 720 });
    await eventually(isAsWideAsItsPlace).toBe(true);
    if (size !== null) await page.setViewportSize(size);
    await eventually(isAsWideAsItsPlace).toBe(true);
  });

  it('are saved as CSV and PNG', async () => {
    await open('&filter=reward');
    await chart('reward/total').locator('canvas').waitFor();
    await chart('reward/total').hover();
    const csv = readDownload(page.waitForEvent('download'));
    await page.getByRole('button', { name: 'Save reward/total as CSV' }).click();
    const { name, bytes } = await csv;
    const rows = bytes.toString('utf8').trim().split('\n');
    expect([name, rows.length, rows[0]]).toEqual([
      'reward-total.csv',
      61,
      '"step","first all train reward/total","first all train reward/total (smoothed)"',
    ]);
    expect(Number(rows[1]?.split(',')[1])).toBeCloseTo(Math.tanh(1 / 20), 6);
    const png = readDownload(page.waitForEvent('download'));
    await page.getByRole('button', { name: 'Save reward/total as PNG' }).click();
    expect((await png).bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('of 200 series with 10,000 points each are drawn and follow the mouse', async () => {
    const run = join(folder, 'many');
    mkdirSync(run);
    for (let step = 0; step < 10_000; step += 500)
      appendFileSync(
        join(run, 'metrics.jsonl'),
        Array.from({ length: 500 * 200 }, (_, i) =>
          metricLine(step + Math.floor(i / 200), Math.sin((step + i / 200) / 500 + (i % 200)), { source: `s${String(i % 200)}` }),
        ).join(''),
      );
    const sources = Array.from({ length: 200 }, (_, i) => `s${String(i)}`).join('%0A');
    await open(`&sources=${sources}`);
    await page.goto(`${dashboard.url}#runs=many&sources=${sources}`);
    await chart('reward/total').locator('canvas').waitFor({ timeout: 180_000 });
    const box = await chart('reward/total').boundingBox();
    if (box === null) throw new Error('no chart');
    const began = await processorSeconds();
    for (let i = 0; i < 40; i++) await page.mouse.move(box.x + 60 + i * 5, box.y + 70);
    await eventually(() => page.locator('.tooltip .entry').count()).toBe(14);
    await eventually(() => textOf('.tooltip')).toContain('and 186 more');
    // Work and not time, since the tests share their machine: under a tenth of a second a move.
    expect((await processorSeconds()) - began).toBeLessThan(4);
  });
});

describe('a live run', () => {
  it('draws what comes while one looks, and shows a run that begins', async () => {
    await open('&smoothing=0');
    await eventually(() => labelOf('reward/total')).toContain('first 0.9951');
    appendFileSync(join(folder, 'first/metrics.jsonl'), metricLine(61, 0.125));
    await eventually(() => labelOf('reward/total')).toContain('first 0.125');
    // Half a line waits for its end.
    const line = metricLine(62, 0.25);
    appendFileSync(join(folder, 'first/metrics.jsonl'), line.slice(0, 30));
    await eventually(() => textOf('aside .note')).toBe('542 records · 1 half-written');
    appendFileSync(join(folder, 'first/metrics.jsonl'), line.slice(30));
    await eventually(() => labelOf('reward/total')).toContain('first 0.25');
    writeRun(join(folder, 'third'), 3);
    await page.getByRole('checkbox', { name: /third/ }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
  });
});

describe('rollouts', () => {
  it('show prompts of a step, all responses, and boxes on the image', async () => {
    await open('&view=rollouts');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.locator('.detail').getByText('answer 1 at step 60').waitFor();
    await eventually(() => page.locator('.group').count()).toBe(2);
    await eventually(() => page.locator('.response').count()).toBe(2);
    await eventually(() => textOf('.truth-text')).toBe('true answer answer 1');
    await eventually(() => textOf('.facts >> nth=1')).toBe('advantage +1accuracy 0.75');
    await eventually(() => page.locator('.boxed svg[viewBox="0 0 1 1"] g').count()).toBe(3);
    await page.keyboard.press('j');
    await page.getByText('answer 3 at step 60').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('answer 3 at step 59').waitFor();
    await page.getByRole('slider', { name: 'Step' }).fill('0');
    await page.getByText('answer 3 at step 1', { exact: true }).waitFor();
  });

  it('show the same prompt at two steps side by side', async () => {
    await open('&view=rollouts');
    await page.locator('.detail').first().waitFor();
    await page.keyboard.press('c');
    await page.getByRole('combobox', { name: 'Step to compare with' }).selectOption('7');
    await page.getByText('answer 1 at step 7', { exact: true }).waitFor();
    await eventually(() => page.getByRole('article').allTextContents()).toEqual([
      expect.stringContaining('step 7'),
      expect.stringContaining('step 60'),
    ]);
  });

  it('are filtered by text, outcome and source', async () => {
    const line = rolloutLine(60, 6, {
      sample: 'odd',
      source: 'other',
      response: 'needle',
      result: { id: 'x', data_source: 'other', verifier: 'v', status: 'failed', error: { code: 'timeout', message: 'too late' } },
    });
    appendFileSync(join(folder, 'first/rollouts.jsonl'), line);
    await open('&view=rollouts');
    await page.getByText('3 prompts').waitFor();
    await page.locator('#rollout-text').fill('NEEDLE');
    await page.getByText('1–1 of 1 prompts').waitFor();
    await page.locator('.detail').getByText('timeout: too late').waitFor();
    await page.locator('#rollout-text').fill('');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('mixed');
    await page.getByText('1–2 of 2 prompts').waitFor();
    await page.getByRole('combobox', { name: 'Source' }).selectOption('other');
    await page.getByText('No prompt of this step fits').waitFor();
  });
});

describe('everything', () => {
  it('is text, whatever a record holds', async () => {
    const hostile = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>"\'`${1}javascript:';
    const run = join(folder, 'hostile');
    writeRun(run, 2);
    appendFileSync(join(run, 'metrics.jsonl'), metricLine(1, 1, { name: hostile }) + metricLine(1, 1, { source: hostile }));
    const boxes = [{ bbox_2d: [0, 0, 1, 1], label: hostile, kind: 'predicted' }];
    const result = {
      id: hostile,
      data_source: hostile,
      verifier: hostile,
      status: 'scored',
      reward: 1,
      components: { [hostile]: 1 },
      metrics: {},
    };
    appendFileSync(
      join(run, 'rollouts.jsonl'),
      rolloutLine(2, 8, {
        source: hostile,
        sample: hostile,
        prompt: hostile,
        ground_truth: hostile,
        response: hostile,
        boxes,
        result,
        images: ['images/a.png', hostile],
      }),
    );
    const alarm = { run: 'r', step: 2, source: hostile, alarm: hostile, severity: 'warning', message: hostile, values: { [hostile]: 1 } };
    writeFileSync(join(run, 'alarms.jsonl'), `${JSON.stringify(alarm)}\n`);
    await open();
    await page.goto(`${dashboard.url}#runs=hostile&filter=`);
    await page.reload();
    await page.locator('.card .title', { hasText: 'onerror' }).waitFor();
    await page.keyboard.press('2');
    await page.locator('#rollout-text').fill('onerror');
    await page.locator('.detail pre', { hasText: '<script>' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.brand').click();
    await page.keyboard.press('3');
    await page.locator('.alarm p', { hasText: '<script>' }).waitFor();
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('img[src="x"], script:not([src="page.js"])').count()).toBe(0);
    // The image of that name is not there, which the browser says.
    errors = errors.filter((text) => !text.includes('404'));
  });

  it.each(['light', 'dark'] as const)('has names for those who cannot see it, and enough contrast (%s)', async (scheme) => {
    await open('', scheme);
    await chart('reward/total').locator('canvas').waitFor();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(scheme);
    const found: string[] = await seriousFindings();
    await page.keyboard.press('2');
    await page.locator('.response').first().waitFor();
    found.push(...(await seriousFindings()));
    await page.keyboard.press('c');
    await page.locator('.details.two .detail').nth(1).waitFor();
    found.push(...(await seriousFindings()));
    await page.keyboard.press('3');
    await page.locator('.alarm').waitFor();
    found.push(...(await seriousFindings()));
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    found.push(...(await seriousFindings()));
    expect(found).toEqual([]);
    // Nothing is wider than the window.
    expect(await page.evaluate('document.documentElement.scrollWidth <= 1280 && document.documentElement.scrollHeight <= 720')).toBe(true);
  });

  it('shows alarms with their numbers', async () => {
    await open('&view=alarms');
    const alarm = page.locator('.alarm');
    await alarm.waitFor();
    expect(await alarm.textContent()).toContain('criticalreward_collapsefirst · step 3 · boxes');
    expect(await alarm.locator('dl').textContent()).toBe('reward0.1before0.6');
    await page.getByRole('button', { name: 'look at its rollouts' }).click();
    await page.locator('.detail').getByText('answer 1 at step 3', { exact: true }).waitFor();
  });
});
