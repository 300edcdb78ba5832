import { defineAlarm, positive, ruleSettings, steps } from './rule.ts';
import { createTrend, medianOf, show } from './trend.ts';

/** The vision tower gets far larger gradients than the language model; in the paper's runs detection collapsed after that (section 5.3). */
export const visionGradients = defineAlarm({
  name: 'vision_gradients',
  settings: ruleSettings('The gradient of the vision tower is far larger than that of the language model.', {
    window: steps('Steps whose median ratio counts.', 10),
    ratio: positive('How many times as large the gradient norm of vit must be as that of llm.', 10),
  }),
  watch: ({ window, ratio }) => {
    const trend = createTrend(window);
    return ({ value }) => {
      const [vit, llm] = [value('optimizer/grad_norm/vit'), value('optimizer/grad_norm/llm')];
      if (vit === undefined || llm === undefined || llm <= 0) return [];
      trend.add(vit / llm);
      const median = medianOf(trend.recent);
      if (trend.count < window || median < ratio) return [];
      return [
        {
          severity: 'warning',
          message: `The gradient norm of vit is ${show(median)} times that of llm (median of ${window} steps). Watch detection closely: freeze vit, or give it a smaller learning rate, if its reward falls.`,
          values: { ratio: median, vit, llm },
        },
      ];
    };
  },
});
