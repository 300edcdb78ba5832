/** Padded base64 text as bytes, or undefined where the text is not padded base64. */
export function decodeBase64(text) {
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
        return undefined;
    // A copy: Node carves small buffers out of one shared pool, which must not be transferred to a worker.
    return new Uint8Array(Buffer.from(text, 'base64'));
}
/** Bytes as padded base64 text. */
export function encodeBase64(bytes) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
