import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PROCESSOR_CONFIG, readProcessorConfig, writeProcessorConfig } from './processor-config.ts';

let folder = '';
function write(file: object): Promise<void> {
  return writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(file));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processor-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('preprocessor_config.json', () => {
  it('reads back what was written', async () => {
    const config = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 8, minPixels: 9216, maxPixels: 9216, imageMean: [0.5, 0.4, 0.3] };
    await writeProcessorConfig(folder, config);
    expect(await readProcessorConfig(folder)).toEqual(config);
  });

  it('reads both spellings of the limits, the older one first', async () => {
    await write({ size: { shortest_edge: 100, longest_edge: 900 } });
    expect(await readProcessorConfig(folder)).toMatchObject({ minPixels: 100, maxPixels: 900 });
    await write({ min_pixels: 200, max_pixels: 800, size: { shortest_edge: 100, longest_edge: 900 } });
    expect(await readProcessorConfig(folder)).toMatchObject({ minPixels: 200, maxPixels: 800 });
    await write({ min_pixels: null });
    expect(await readProcessorConfig(folder)).toMatchObject({
      minPixels: 3136,
      maxPixels: 1_003_520,
      patchSize: 14,
      rescaleFactor: 1 / 255,
    });
  });

  it('names the field that is wrong', async () => {
    await write({ patch_size: 'big', image_mean: [1] });
    await expect(readProcessorConfig(folder)).rejects.toThrow(/patch_size must be integer.*image_mean/);
    await write({ resample: 2 });
    await expect(readProcessorConfig(folder)).rejects.toThrow(/resample/);
    await write({ min_pixels: 10, max_pixels: 5 });
    await expect(readProcessorConfig(folder)).rejects.toThrow(/min_pixels 10 above max_pixels 5/);
  });

  it('says so where the file is missing', async () => {
    await expect(readProcessorConfig(folder)).rejects.toThrow(/has neither preprocessor_config.json nor processor_config.json/);
  });

  it('reads processor_config.json, alone or before preprocessor_config.json', async () => {
    const nested = {
      image_processor: { patch_size: 4, size: { shortest_edge: 64, longest_edge: 4096 } },
      processor_class: 'Qwen2_5_VLProcessor',
    };
    await rm(join(folder, 'preprocessor_config.json'), { force: true });
    await writeFile(join(folder, 'processor_config.json'), JSON.stringify(nested));
    expect(await readProcessorConfig(folder)).toMatchObject({ patchSize: 4, minPixels: 64, maxPixels: 4096 });
    await write({ patch_size: 14 });
    expect((await readProcessorConfig(folder)).patchSize).toBe(4);
    await writeFile(join(folder, 'processor_config.json'), '{"processor_class":"Qwen2_5_VLProcessor"}');
    expect((await readProcessorConfig(folder)).patchSize).toBe(14);
    await writeFile(join(folder, 'processor_config.json'), '{"image_processor":{"patch_size":"x"}}');
    await expect(readProcessorConfig(folder)).rejects.toThrow(/processor_config.json" is not a Qwen2-VL preprocessor/);
  });
});
