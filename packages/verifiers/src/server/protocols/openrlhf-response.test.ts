import { expect, it } from 'vitest';
import { responseIn } from './openrlhf-response.ts';

const chatml = '<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>How many?<|im_end|>\n<|im_start|>assistant\n';
const expanded = chatml.replace('<|image_pad|>', '<|image_pad|>'.repeat(4));
const llama = '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n';
const gemma = '<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n';
const history =
  '<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\none<|im_end|>\n<|im_start|>user\n2<|im_end|>\n<|im_start|>assistant\n';

it.each([
  ['behind the prompt', `${chatml}Three.<|im_end|>`, chatml, 'Three.'],
  ['behind the header where image placeholders are expanded', `${expanded}Three.<|im_end|>\n`, chatml, 'Three.'],
  ['behind the header where the prompt is the bare question', `${chatml}Three.`, 'How many?', 'Three.'],
  ['behind the header without any prompt', `${chatml}Three.<|im_end|>`, '', 'Three.'],
  ['in the format of Llama 3', `${llama}Hello.<|eot_id|>`, 'Hi', 'Hello.'],
  ['in the format of Gemma', `${gemma}Hello.<end_of_turn>\n<eos>`, 'Hi', 'Hello.'],
  ['behind a plain prompt', 'Q: 1+1\nA: 2</s>', 'Q: 1+1\nA:', ' 2'],
  ['behind a header that the prompt lacks', 'Q<|im_start|>assistant\n2', 'Q', '2'],
  ['without prompt and header, all of it', 'just 2 <|endoftext|><pad><pad>', 'something else', 'just 2 '],
  ['behind the last header of the prompt', `${history.replace('1', '11')}two<|im_end|>`, history, 'two'],
  ['with a header that the model wrote', `${expanded}a<|im_start|>assistant\nb<|im_end|>`, chatml, 'a<|im_start|>assistant\nb'],
  [
    'without what the template opened the turn with',
    `${expanded}<think>\nso 3\n</think>\n3<|im_end|>`,
    `${chatml}<think>\n`,
    'so 3\n</think>\n3',
  ],
  ['with its own line breaks', `${chatml}<answer>\n3\n</answer>\n`, chatml, '<answer>\n3\n</answer>\n'],
  ['when it is empty', `${expanded}<|im_end|>`, chatml, ''],
])('finds the response %s', (_name, query, prompt, response) => {
  expect(responseIn(query, prompt)).toBe(response);
});

it('takes the last header that there is when the query has fewer than the prompt', () => {
  expect(responseIn(`x${chatml}3`, history)).toBe('3');
});
