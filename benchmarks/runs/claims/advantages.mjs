/** Tasks whose rewards differ in spread: which estimator of advantages deals with them best? */
function arm(name, ...settings) {
  return { name, kind: 'rl', steps: 120, settings };
}

export default {
  title: 'Estimators of advantages',
  question: 'Eight tasks pay rewards of unequal spread: maths pays 0 or 1, boxes anything between. Which advantages suit them?',
  samples: 100,
  arms: [
    arm('GRPO'),
    arm('Dr. GRPO', 'trainer.advantage={name: dr-grpo}'),
    arm('EMA-GRPO', 'trainer.advantage={name: ema-grpo}'),
    arm('rank to normal', 'trainer.advantage={name: rank-normal}'),
    arm('GDPO', 'trainer.advantage={name: gdpo}'),
  ],
};
