// Where the mouse is. A chart that is drawn under a mouse at rest hears no event of it, and asks here.
const pointer: { x: number; y: number; target: EventTarget | null } = { x: 0, y: 0, target: null };

/** Begins to follow the mouse. */
export function followPointer(): void {
  addEventListener('pointermove', ({ clientX, clientY, target }) => Object.assign(pointer, { x: clientX, y: clientY, target }), true);
  document.documentElement.addEventListener('pointerleave', () => (pointer.target = null));
}

/** Whether the mouse is over an element. Forces no layout, so that all charts can ask at each move. */
export function isUnderPointer(element: Element): boolean {
  return pointer.target instanceof Node && element.contains(pointer.target);
}

/** The place of the mouse in an element that was just made, in pixels; undefined where the mouse is elsewhere. */
export function enterPointer(element: Element): { left: number; top: number } | undefined {
  const under = pointer.target === null ? null : document.elementFromPoint(pointer.x, pointer.y);
  if (under === null || !element.contains(under)) return undefined;
  pointer.target = under;
  const { left, top } = element.getBoundingClientRect();
  return { left: pointer.x - left, top: pointer.y - top };
}
