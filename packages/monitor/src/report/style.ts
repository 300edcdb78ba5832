/** The style sheet of a report: for screens and for paper. */
export const REPORT_STYLE = `
body { max-width: 940px; margin: 32px auto; padding: 0 20px; color: #18202b; font: 14px/1.5 system-ui, 'DejaVu Sans', sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 18px; margin: 36px 0 8px; padding-top: 12px; border-top: 1px solid #dde3ea; }
h2 i { display: inline-block; width: 12px; height: 12px; margin-right: 8px; border-radius: 3px; }
h3 { font-size: 14px; margin: 24px 0 8px; }
svg { max-width: 100%; height: auto; }
.faint { color: #5b6675; font-size: 12px; }
.good { color: #0d6b4e; }
.poor { color: #b3341b; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 3px 14px 3px 0; text-align: right; border-bottom: 1px solid #eef1f5; }
th:first-child, .facts td { text-align: left; font-weight: 400; overflow-wrap: anywhere; }
thead th { color: #5b6675; font-weight: 500; }
tbody tr:first-child th, tbody tr:first-child td { font-weight: 600; }
.facts tr:first-child th, .facts tr:first-child td { font-weight: 400; }
.facts th { color: #5b6675; vertical-align: top; white-space: nowrap; }
.examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 20px; }
.example { min-width: 0; break-inside: avoid; }
.example p { margin: 4px 0; overflow-wrap: anywhere; }
.example .image { border-radius: 6px; }
.said { font-size: 12px; }
.reward { color: #1f5fae; }
code, pre { font: 12px/1.45 ui-monospace, 'DejaVu Sans Mono', monospace; }
pre { padding: 12px; overflow: auto; border-radius: 8px; background: #f4f6f9; }
summary { cursor: pointer; }
`;
