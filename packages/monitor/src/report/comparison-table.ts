import type { ComparisonRow } from './compare.ts';
import type { Estimate } from './confidence.ts';
import { html, type Markup } from './markup.ts';

/** A comparison as a table; differences whose interval leaves out 0 are bold. */
export function comparisonTable(rows: readonly ComparisonRow[], names: { before: string; after: string }): Markup {
  return html`<table>
      <thead>
        <tr>
          <th>source</th>
          <th>samples</th>
          <th>${names.before}</th>
          <th>${names.after}</th>
          <th>difference</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(rowMarkup)}
      </tbody>
    </table>
    <p class="faint">
      Mean held-out reward with 95 % confidence intervals (Student's
      t${rows.some(({ paired }) => paired) ? '; differences of the same samples in pairs' : '; Welch'}). A difference is bold where its
      interval leaves out 0.
    </p>`;
}

function rowMarkup({ source, before, after, difference }: ComparisonRow): Markup {
  const certain = difference?.margin !== undefined && Math.abs(difference.mean) > difference.margin;
  const cell =
    difference === undefined
      ? html`–`
      : certain
        ? html`<b class="${difference.mean > 0 ? 'good' : 'poor'}">${signed(difference)}</b>`
        : html`${signed(difference)}`;
  return html`<tr>
    <th>${source}</th>
    <td>${difference?.count ?? after?.count ?? before?.count ?? '–'}</td>
    <td>${plain(before)}</td>
    <td>${plain(after)}</td>
    <td>${cell}</td>
  </tr>`;
}

function plain(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–';
  return `${estimate.mean.toFixed(3)}${margin(estimate)}`;
}

function signed(estimate: Estimate): string {
  return `${estimate.mean > 0 ? '+' : ''}${estimate.mean.toFixed(3)}${margin(estimate)}`;
}

function margin({ margin: half }: Estimate): string {
  return half === undefined ? '' : ` ± ${half.toFixed(3)}`;
}
