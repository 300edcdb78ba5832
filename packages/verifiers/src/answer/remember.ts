/** Longer texts are read each time: few samples have them, and they would fill the memory. */
const LONGEST = 8_192;

/**
 * A pure reader of texts that remembers what it read last, of at most `most` texts of at most `longest` characters: the responses of a group have
 * one ground truth, and come together. What it throws is not remembered. What it returns is shared, so nobody may change it.
 */
export function remember<Value>(read: (text: string) => Value, most = 256, longest = LONGEST): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    if (text.length > longest) return read(text);
    const value = known.get(text);
    if (value !== undefined) return value;
    const own = copyOf(text);
    const made = read(own);
    const oldest = known.size >= most ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(own, made);
    return made;
  };
}

// A part of a longer text keeps all of that in memory. The copy does not, nor does what is read from the copy.
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
