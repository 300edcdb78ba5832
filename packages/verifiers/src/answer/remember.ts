/** Longer texts are read each time: few samples have them, and they would fill the memory. */
const LONGEST = 8_192;

/**
 * A pure reader of texts that remembers what it read last: the responses of a group have one ground truth, and come together. What it throws is
 * not remembered. What it returns is shared, so nobody may change it.
 */
export function remember<Value>(read: (text: string) => Value, most = 256): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text);
    if (value !== undefined) return value;
    const made = read(text);
    if (text.length > LONGEST) return made;
    const oldest = known.keys().next().value;
    if (known.size >= most && oldest !== undefined) known.delete(oldest);
    known.set(text, made);
    return made;
  };
}
