/** What a group is made of: how many responses to a prompt, and how varied they are. The number of responses a step is the same. */
function arm(name, ...settings) {
  return { name, kind: 'rl', steps: 120, settings };
}

export default {
  title: 'Group size and temperature',
  question: 'With 256 responses a step: more prompts or larger groups, and how varied should responses be?',
  samples: 100,
  arms: [
    arm('8 responses, temperature 1'),
    arm('4 responses', 'trainer.groupSize=4', 'trainer.promptsPerStep=64'),
    arm('16 responses', 'trainer.groupSize=16', 'trainer.promptsPerStep=16'),
    arm('temperature 0.7', 'trainer.temperature=0.7'),
    arm('temperature 1.3', 'trainer.temperature=1.3'),
  ],
};
