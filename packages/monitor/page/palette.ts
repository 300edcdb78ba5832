// Colors of curves: eight that people with any color vision tell apart, for light and dark. Further curves take them again, dashed.
const LIGHT = ['#1f6fb8', '#c8501e', '#11805f', '#b0478a', '#8a6a00', '#6a52c0', '#0e7f94', '#6b6b6b'] as const;
const DARK = ['#6cb2f0', '#f08a5a', '#45c9a0', '#e58cc4', '#e3bd4a', '#a995f5', '#4fc6dc', '#b0b0b0'] as const;

/** Color and dash of the curve at a place in its list. */
export function strokeOf(index: number, dark: boolean): { color: string; dash: number[] } {
  const colors = dark ? DARK : LIGHT;
  const round = Math.floor(index / colors.length) % 3;
  const dashes = [[], [7, 4], [2, 3]];
  return { color: colors[index % colors.length] ?? LIGHT[0], dash: dashes[round] ?? [] };
}
