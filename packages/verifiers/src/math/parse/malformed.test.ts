import { describe, expect, it } from 'vitest';
import { fixMalformed } from './malformed.ts';

describe('fixMalformed', () => {
  it.each([
    ['\\frac12', '\\frac{1}{2}'],
    ['\\frac123', '\\frac{1}{23}'],
    ['\\frac{1}2', '\\frac{1}{2}'],
    ['\\frac1{2}', '\\frac{1}{2}'],
    ['\\frac\\pi 2', '\\frac{\\pi}{2}'],
    ['\\sqrt3', '\\sqrt{3}'],
    ['\\sqrt\\pi', '\\sqrt{\\pi}'],
    ['\\sqrt(2)', '\\sqrt{2}'],
    ['sqrt(2)', '\\sqrt{2}'],
    ['x^(2+1)', 'x^{2+1}'],
    ['\\log_28', '\\log_{2}{8}'],
    ['3/4', '\\frac{3}{4}'],
    ['\\sqrt[3]{x}', '\\sqrt[3]{x}'],
    ['\\frac{\\frac12}{3}', '\\frac{\\frac12}{3}'],
  ])('%s', (text, expected) => {
    expect([expected, expected.replace('\\frac12', '\\frac{1}{2}')]).toContain(fixMalformed(text));
  });
});
