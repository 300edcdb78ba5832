/**
 * The element of a list at an index. A missing element is a bug of the caller, so it throws instead of giving back `undefined`.
 *
 * @throws RangeError that names the index and the length
 */
export function at<T>(list: ArrayLike<T>, index: number): T {
  if (!Number.isInteger(index) || index < 0 || index >= list.length)
    throw new RangeError(`There is no element ${String(index)} in a list of ${String(list.length)}.`);
  return list[index] as T;
}
