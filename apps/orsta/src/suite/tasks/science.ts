// Science: read an instrument (gauge, thermometer, clock), measure with a ruler, weigh with a lever, follow a circuit.
import type { SuiteTask } from '../contract.ts';
import { circuitScene } from './science/circuit.ts';
import { clockScene } from './science/clock.ts';
import { gaugeScene } from './science/gauge.ts';
import { leverScene } from './science/lever.ts';
import { rulerScene } from './science/ruler.ts';
import { thermometerScene } from './science/thermometer.ts';

/** Science: six instruments and experiments. */
export const science: SuiteTask = {
  name: 'science',
  sources: [
    'nano_science_gauge',
    'nano_science_thermometer',
    'nano_science_clock',
    'nano_science_ruler',
    'nano_science_lever',
    'nano_science_circuit',
  ],
  generate: (random) => random.pick([gaugeScene, thermometerScene, clockScene, rulerScene, leverScene, circuitScene])(random),
};
