// Operators written without their braces: `\frac12`, `\frac{a}2`, `\sqrt3`, `sqrt(2)`, `x^(2)`, `\log_28`.
// Each rule is a left-to-right scan; a search that found nothing further right is not repeated.
import { at } from '@vtriune/format/at';
import { digitsEnd, isDigitAt, isLetterAt } from '../characters.ts';

/** The command and its letters, or one character: what TeX takes as an argument without braces. */
function argumentEnd(text: string, start: number): number {
  if (text[start] !== '\\') return Math.min(start + 1, text.length);
  let end = start + 1;
  while (isLetterAt(text, end)) end += 1;
  return Math.max(end, start + 2);
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at += 1;
  return at;
}

/** Text up to `)` after `(`, in braces; the brackets may nest. */
function parenthesised(text: string, open: number): { end: number; body: string } | null {
  let depth = 0;
  for (let i = open; i < text.length && i - open < 2_000; i += 1) {
    if (text[i] === '(') depth += 1;
    else if (text[i] === ')') {
      depth -= 1;
      if (depth === 0) return { end: i + 1, body: `{${text.slice(open + 1, i)}}` };
    }
  }
  return null;
}

/** Rewrites after each occurrence of `sign`: the callback gets the position behind it and gives replacement text and end. */
function rewriteAfter(text: string, sign: string, rewrite: (at: number) => { end: number; text: string } | null): string {
  let result = '';
  let copied = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, Math.max(copied, at + 1))) {
    const replaced = rewrite(at + sign.length);
    if (!replaced) continue;
    result += text.slice(copied, at) + replaced.text;
    copied = replaced.end;
  }
  return result + text.slice(copied);
}

function fixPowers(text: string): string {
  return rewriteAfter(text, '^', (at) => {
    const open = text[at] === ' ' ? at + 1 : at;
    const group = text[open] === '(' ? parenthesised(text, open) : null;
    return group && { end: group.end, text: `^${group.body}` };
  });
}

function fixRoots(text: string): string {
  const named = rewriteAfter(text, 'sqrt', (at) => {
    const open = skipSpaces(text, at);
    const escaped = text[at - 5] === '\\';
    if (text[open] === '(') {
      const group = parenthesised(text, open);
      return group && { end: group.end, text: `${escaped ? '' : '\\'}sqrt${group.body}` };
    }
    if (!escaped || open >= text.length || text[open] === '{' || text[open] === '[') return null;
    const end = argumentEnd(text, open);
    return { end, text: `sqrt{${text.slice(open, end)}}` };
  });
  return named.replaceAll(' sqrt', '\\sqrt');
}

function fixLogarithms(text: string): string {
  return rewriteAfter(text, '\\log_', (at) => {
    const base = text[at] === ' ' ? at + 1 : at;
    const next = text[base + 1] === ' ' ? base + 2 : base + 1;
    const end = digitsEnd(text, next);
    return isDigitAt(text, base) && end > next ? { end, text: `\\log_{${text.charAt(base)}}{${text.slice(next, end)}}` } : null;
  });
}

/** Position behind the group that opens at `open`, or -1. */
function groupEnd(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '{') depth += 1;
    else if (text[i] === '}') {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

/** Braces around the numerator and denominator of a fraction that lacks them; two digits in a row take the rest as denominator. */
function fixFraction(text: string, at: number): { end: number; text: string } | null {
  const top = skipSpaces(text, at);
  if (text[top] === '{') {
    const close = groupEnd(text, top);
    const bottom = close < 0 ? -1 : skipSpaces(text, close);
    if (bottom < 0 || bottom >= text.length || text[bottom] === '{') return null;
    const end = argumentEnd(text, bottom);
    return { end, text: `\\frac${text.slice(top, close)}{${text.slice(bottom, end)}}` };
  }
  const topEnd = argumentEnd(text, top);
  const bottom = skipSpaces(text, topEnd);
  if (bottom >= text.length) return null;
  if (text[bottom] === '{') return { end: bottom, text: `\\frac{${text.slice(top, topEnd)}}` };
  const argument = argumentEnd(text, bottom);
  const end = isDigitAt(text, top) && isDigitAt(text, bottom) ? digitsEnd(text, argument) : argument;
  return { end, text: `\\frac{${text.slice(top, topEnd)}}{${text.slice(bottom, end)}}` };
}

const MAX_FRACTIONS = 500;

function fixFractions(text: string): string {
  let left = MAX_FRACTIONS;
  return rewriteAfter(text, '\\frac', (at) => {
    left -= 1;
    return left < 0 ? null : fixFraction(text, at);
  });
}

const SLASH = /^(-?(?:0|[1-9]\d*))\/(-?(?:0|[1-9]\d*))$/;

/** All repairs, in the reference's order. */
export function fixMalformed(text: string): string {
  let result = text.includes('^') ? fixPowers(text) : text;
  if (result.includes('sqrt')) result = fixRoots(result);
  if (result.includes('\\log_')) result = fixLogarithms(result);
  if (result.includes('\\frac')) result = fixFractions(result);
  const slash = result.length < 100 ? SLASH.exec(result) : null;
  return slash ? `\\frac{${at(slash, 1)}}{${at(slash, 2)}}` : result;
}
