/** Counts samples per source, verifier and ability, and measures prompts, in one pass. */
export async function sampleStats(samples) {
    const counts = { source: new Map(), verifier: new Map(), ability: new Map() };
    let count = 0;
    let images = 0;
    let [min, total, max] = [Infinity, 0, 0];
    for await (const sample of samples) {
        const characters = sample.prompt.reduce((sum, message) => sum + message.content.length, 0);
        [min, total, max] = [Math.min(min, characters), total + characters, Math.max(max, characters)];
        count += 1;
        images += sample.images.length;
        increment(counts.source, sample.data_source);
        increment(counts.ability, sample.ability);
        for (const verifier of verifiersOf(sample))
            increment(counts.verifier, verifier);
    }
    return {
        samples: count,
        images,
        bySource: sorted(counts.source),
        byVerifier: sorted(counts.verifier),
        byAbility: sorted(counts.ability),
        promptCharacters: count === 0 ? { min: 0, mean: 0, max: 0 } : { min, mean: total / count, max },
    };
}
/** The names of the verifiers that score a sample. */
export function verifiersOf(sample) {
    const { verifier, rewards } = sample.reward_model;
    if (rewards !== undefined)
        return [...new Set(rewards.map((term) => term.verifier))];
    return verifier === undefined ? [] : [verifier];
}
function increment(counts, key) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
}
function sorted(counts) {
    return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
