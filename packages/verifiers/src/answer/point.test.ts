import { describe, expect, it } from 'vitest';
import { locatePoint } from './point.ts';

describe('locatePoint', () => {
  it.each([
    ['(3, 4)', [3, 4]],
    ['{"point_2d": [3, 4], "label": "x"}', [3, 4]],
    ['[{"point_2d": [3, 4]}]', [3, 4]],
    ['{"x": 3, "y": 4}', [3, 4]],
    ['click at [3.5, 4], i.e. (3.5, 4)', [3.5, 4]],
    ['(3, 4) or (5, 6)', undefined],
    ['[3, 4, 5, 6]', [4, 5]],
    ['3, 4', [3, 4]],
    ['The answer is 3, 4.', [3, 4]],
    ["click(point='<point>3 4</point>')", [3, 4]],
    ['<point x="3.5" y="4" alt="ok">ok</point>', [3.5, 4]],
    ['<points x1="3" y1="4" alt="a">', [3, 4]],
    ["click(start_box='[2, 3, 4, 5]')", [3, 4]],
    ['<|box_start|>(3,4)<|box_end|>', [3, 4]],
    ['pyautogui.click(x=3, y=4)', [3, 4]],
    ['x: 3, y: 4', [3, 4]],
    ['(3，4)', [3, 4]],
    ['3 or 4', undefined],
    ['<point>3 4</point> <point>5 6</point>', undefined],
    ['max=3, why=4', undefined],
  ])('of %s is %j', (text, expected) => {
    expect(locatePoint(text)).toEqual(expected);
  });
});
