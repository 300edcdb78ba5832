/** The one error class of this package; branch on `code`. */
export class FormatError extends Error {
    code;
    /** File and line or row, e.g. `train.jsonl:12`; undefined when the value did not come from a file. */
    location;
    /** JSON pointer into the record, e.g. `/reward_model/accuracy_ratio`; undefined when the record as a whole is meant. */
    pointer;
    constructor(code, message, details = {}) {
        super(details.location === undefined ? message : `${details.location}: ${message}`, { cause: details.cause });
        this.name = 'FormatError';
        this.code = code;
        this.location = details.location;
        this.pointer = details.pointer;
    }
}
