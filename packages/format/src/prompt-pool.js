import { FormatError } from "./errors.js";
import { PERCEPTION_POOL, REASONING_POOL } from "./prompt-pool-data.js";
import { hashText } from "./random.js";
import { verifiersOf } from "./stats.js";
const BOX_VERIFIERS = ['detection', 'grounding'];
/** The kind of a sample: perception where `detection` or `grounding` scores it, so that boxes are asked for; otherwise reasoning. */
export function promptKindOf(sample) {
    return verifiersOf(sample).some((verifier) => BOX_VERIFIERS.includes(verifier)) ? 'perception' : 'reasoning';
}
/**
 * A copy of the sample whose last user message asks for thinking and for the answer in one of a hundred wordings; seed and
 * sample id decide which. Apply it once, to prompts that do not ask for a format. Throws FormatError if there is no user message.
 */
export function applyPromptPool(sample, options) {
    const kind = options.kind ?? promptKindOf(sample);
    const instruction = instructionFor(kind === 'perception' ? PERCEPTION_POOL : REASONING_POOL, `${options.seed} ${sample.extra_info.id}`);
    const last = sample.prompt.findLastIndex((message) => message.role === 'user');
    if (last < 0) {
        const roles = sample.prompt.map((message) => message.role).join(', ');
        throw new FormatError('invalid_argument', `applyPromptPool: the prompt has no user message (roles: ${roles}); add the question as one`, { pointer: '/prompt' });
    }
    const asked = (message) => ({ ...message, content: `${message.content}\n\n${instruction}` });
    return { ...sample, prompt: sample.prompt.map((message, index) => (index === last ? asked(message) : message)) };
}
function instructionFor(pool, key) {
    const think = pool.think[hashText(`think ${key}`) % pool.think.length];
    const answer = pool.answer[hashText(`answer ${key}`) % pool.answer.length];
    return `${think} ${answer}\n${pool.layout}`;
}
