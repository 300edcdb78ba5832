/** One HTML page about a set: tables, distributions and thumbnails. It loads nothing, and every text of the data is escaped. */
import type { Distribution, SetMeasures } from './measure-set.ts';

/** A sample as the page shows it. */
export interface Thumbnail {
  /** PNG as a data URI. */
  readonly image: string;
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.15rem .8rem .15rem 0;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}
.bar{background:#4a7;height:.8rem;border-radius:2px}.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem}
figure{margin:0}img{max-width:100%;border:1px solid #ddd}figcaption{font-size:.8rem;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}img{border-color:#444}}`;

/** The page as text. */
export function statsPage(title: string, measures: SetMeasures, thumbnails: readonly Thumbnail[]): string {
  const { samples, images, unreadableImages, bySource, byVerifier, byAbility, distributions } = measures;
  const unread = unreadableImages === 0 ? '' : `, ${String(unreadableImages)} of them cannot be read`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(title)}</h1>
<p>${count(samples)} samples, ${count(images)} images${unread}</p>
${table('Source', bySource)}${table('Verifier', byVerifier)}${table('Ability', byAbility)}
${distributions
  .filter(({ bins }) => bins.some((bin) => bin.count > 0))
  .map(histogram)
  .join('')}
<h2>Samples</h2><div class="grid">${thumbnails.map(figure).join('')}</div>
</body></html>
`;
}

/** Text for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

function table(head: string, counts: Readonly<Record<string, number>>): string {
  const most = Math.max(1, ...Object.values(counts));
  return `<h2>${head}</h2><table>${Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => row(name, value, most))
    .join('')}</table>`;
}

function histogram({ name, bins }: Distribution): string {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const rows = bins.map(({ from, to, count: value }) =>
    row(to === null ? `${String(from)} and more` : `${String(from)} up to ${String(to)}`, value, most),
  );
  return `<h2>${escapeHtml(name)}</h2><table>${rows.join('')}</table>`;
}

function row(name: string, value: number, most: number): string {
  const width = (value / most) * 20;
  return `<tr><td>${escapeHtml(name)}</td><td class="n">${count(value)}</td><td><div class="bar" style="width:${width.toFixed(2)}rem"></div></td></tr>`;
}

function figure({ image, id, question, answer }: Thumbnail): string {
  const picture = image === '' ? '' : `<img src="${escapeHtml(image)}" alt="">`;
  return `<figure>${picture}<figcaption><b>${escapeHtml(id)}</b><br>${escapeHtml(question)}<br><i>${escapeHtml(answer)}</i></figcaption></figure>`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
