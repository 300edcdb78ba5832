import { settings, withDefault, type Settings, type SettingsInput } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { divergence } from './divergence.ts';
import { entropyCollapse } from './entropy-collapse.ts';
import { formatOverAccuracy } from './format-over-accuracy.ts';
import { gradientSpike } from './gradient-spike.ts';
import { heldOutFalls } from './held-out-falls.ts';
import { learnsNothing } from './learns-nothing.ts';
import { lengthExplosion } from './length-explosion.ts';
import { noSignal } from './no-signal.ts';
import { otherSpace } from './other-space.ts';
import { rewardCollapse } from './reward-collapse.ts';
import { verifierFailures } from './verifier-failures.ts';
import { visionGradients } from './vision-gradients.ts';

/** The settings of all alarms. A new rule is a line here and one in `create-alarms.ts`. */
export const AlarmSettings = Type.Object(
  {
    repeatEvery: withDefault(
      Type.Integer({ minimum: 1, description: 'Steps before the same alarm of the same source is raised again.' }),
      50,
    ),
    rewardCollapse: withDefault(rewardCollapse.settings, {}),
    learnsNothing: withDefault(learnsNothing.settings, {}),
    heldOutFalls: withDefault(heldOutFalls.settings, {}),
    lengthExplosion: withDefault(lengthExplosion.settings, {}),
    formatOverAccuracy: withDefault(formatOverAccuracy.settings, {}),
    entropyCollapse: withDefault(entropyCollapse.settings, {}),
    gradientSpike: withDefault(gradientSpike.settings, {}),
    visionGradients: withDefault(visionGradients.settings, {}),
    otherSpace: withDefault(otherSpace.settings, {}),
    verifierFailures: withDefault(verifierFailures.settings, {}),
    noSignal: withDefault(noSignal.settings, {}),
    divergence: withDefault(divergence.settings, {}),
  },
  { additionalProperties: false, description: 'Which alarms are on, and from when on they are raised.' },
);

/** Settings of the alarms as people write them: every one may be left out. */
export type AlarmSettingsInput = SettingsInput<typeof AlarmSettings>;

/** The alarms as a settings kit. */
export const alarmSettings: Settings<typeof AlarmSettings> = settings(AlarmSettings);
