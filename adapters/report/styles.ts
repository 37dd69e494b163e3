/** The report's style sheet: the console's tokens, light and dark, and paper. */
export const REPORT_STYLES = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#fbfcfd, #0f1419); --panel: light-dark(#ffffff, #171d24);
  --fg: light-dark(#14202b, #e6edf3); --muted: light-dark(#52606d, #9aa7b4);
  --control: light-dark(#7b8794, #6b7885); --line: light-dark(#d5dce3, #2d3742); --hair: light-dark(#e8edf1, #232c35);
  --s1: light-dark(#0b5cad, #66b2ff); --s2: light-dark(#b4470c, #f59e5b); --s3: light-dark(#0f6b6b, #4fc3c3);
  --s4: light-dark(#7a3fb0, #c39bf0); --s5: light-dark(#a1246b, #f08ab8);
  --warn: light-dark(#8a5a00, #e6b450); --bad: light-dark(#b42318, #ff8a80);
  --hit: light-dark(#0b5cad, #66b2ff); --miss: light-dark(#b4470c, #f59e5b);
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1240px; padding: 40px 24px 64px; background: var(--bg); color: var(--fg); font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1, h2, h3 { text-wrap: balance; }
ul { list-style: none; }
a { color: var(--s1); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--s1); outline-offset: 2px; border-radius: 6px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; background: var(--panel); padding: 8px 12px; }
.kind { font-size: 13px; color: var(--muted); }
.lead { font-size: 17px; color: var(--muted); max-width: 72ch; }
.lead.small { font-size: 15px; max-width: none; }
.muted { color: var(--muted); }
.foot { font-size: 13px; line-height: 1.45; color: var(--muted); }

.masthead { display: grid; gap: 6px; }
.masthead .kind { text-transform: uppercase; letter-spacing: .08em; font-weight: 600; font-size: 12px; color: var(--s1); }
h1 { font-size: 40px; line-height: 1.1; letter-spacing: -.022em; font-weight: 680; }
.facts { display: flex; flex-wrap: wrap; gap: 10px 36px; margin-top: 18px; }
.facts dt { font-size: 13px; color: var(--muted); }
.facts dd { font-weight: 550; }
nav { position: sticky; top: 0; z-index: 1; margin: 24px -24px 0; padding: 0 24px; background: var(--bg); border-bottom: 1px solid var(--line); }
nav ul { display: flex; gap: 4px; overflow-x: auto; margin: 0 -10px; }
nav a { display: block; padding: 12px 10px; color: var(--muted); text-decoration: none; white-space: nowrap; font-weight: 550; font-size: 14px; }
nav a:hover { color: var(--fg); }

.summary { padding-top: 40px; display: grid; gap: 14px; scroll-margin-top: 40px; }
.summary h2 { font-size: 28px; line-height: 1.22; letter-spacing: -.015em; font-weight: 640; max-width: 30em; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 16px; margin-top: 14px; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0; break-inside: avoid; }
.tile .kind { font-weight: 600; color: var(--fg); display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; }
.tile .kind span { font-weight: 400; color: var(--muted); font-size: 12px; }
.tile .value { font-size: 34px; line-height: 1.25; font-weight: 640; letter-spacing: -.02em; margin-top: 4px; }
.tile svg { margin: 2px 0 6px; max-width: none; }

.chapter { padding-top: 56px; scroll-margin-top: 24px; }
.chapter > header { margin-bottom: 18px; }
.chapter h2 { font-size: 24px; line-height: 1.25; letter-spacing: -.012em; font-weight: 640; }
.chapter > header p { color: var(--muted); max-width: 110ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 16px; align-items: start; }
.cards + .card, .card + .cards { margin-top: 16px; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px 14px; min-width: 0; break-inside: avoid; display: flex; flex-direction: column; gap: 6px; height: 100%; }
.card.plain { height: auto; padding: 6px 8px 10px; }
.card.plain .foot { padding: 4px 10px 0; }
.card.wide { grid-column: span 2; }
.card.wide .tall > .scroll { max-height: 420px; }
.card h3 { font-size: 15px; line-height: 1.4; font-weight: 600; }
.card details { margin-top: auto; padding-top: 4px; }
summary { cursor: pointer; font-size: 13px; color: var(--s1); padding: 4px 0; width: max-content; }
details .scroll { max-height: 320px; overflow: auto; margin-top: 4px; }
.tall > .scroll { max-height: 516px; overflow: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 18px; height: 10px; flex: none; }

svg { display: block; width: 100%; height: auto; max-width: 480px; font: 12px/1 inherit; font-family: inherit; overflow: visible; }
svg text { fill: var(--muted); font-size: 11.5px; }
svg text.label, svg text.note { fill: var(--fg); }
svg text.note { paint-order: stroke; stroke: var(--panel); stroke-width: 3px; stroke-linejoin: round; }
svg text.small { font-size: 10.5px; }
.grid { stroke: var(--hair); stroke-width: 1; }
.axis { stroke: var(--control); stroke-width: 1; }
.rule { stroke: var(--fg); stroke-width: 1; stroke-dasharray: 3 3; }
.base { stroke: var(--muted); stroke-width: 2; }
.whisker { stroke: var(--fg); stroke-width: 1.2; opacity: .75; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.line.thick { stroke-width: 3; }
.line.dashed { stroke-dasharray: 7 4; }
.line.dotted { stroke-dasharray: 1 4.5; }
.line.reference { stroke: var(--control); stroke-width: 1.4; stroke-dasharray: 4 4; }
.line.ideal { stroke: var(--control); stroke-width: 1.4; }
.line.s1, .range.s1, .chip.s1 { stroke: var(--s1); } .line.s2, .chip.s2 { stroke: var(--s2); } .line.s3, .chip.s3 { stroke: var(--s3); } .line.s4, .chip.s4 { stroke: var(--s4); } .chip.s5 { stroke: var(--s5); }
.range { stroke-width: 5; opacity: .45; stroke-linecap: round; }
.chip { stroke-width: 10; }
.area.s1 { fill: var(--s1); opacity: .08; }
.bar.s1, .dot.s1, .speck.s1 { fill: var(--s1); } .bar.s2 { fill: var(--s2); } .bar.s3 { fill: var(--s3); } .bar.s4 { fill: var(--s4); } .bar.s5 { fill: var(--s5); }
.dot { stroke: var(--panel); stroke-width: 2; }
.speck { opacity: .45; }
svg.inline { width: 120px; height: 12px; display: inline-block; vertical-align: middle; }

.scroll { overflow-x: auto; }
.tall > .scroll, details .scroll { background: linear-gradient(var(--panel) 40%, transparent) 0 0 / 100% 48px local no-repeat, linear-gradient(transparent, var(--panel) 60%) 0 100% / 100% 48px local no-repeat, linear-gradient(transparent, light-dark(#14202b1f, #00000080)) 0 100% / 100% 14px scroll no-repeat; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 7px 10px; text-align: right; white-space: nowrap; font-weight: 400; }
th.text, td.text { text-align: left; }
thead th { color: var(--muted); font-size: 13px; font-weight: 550; border-bottom: 1px solid var(--line); position: sticky; top: 0; background: var(--panel); }
tbody tr + tr > * { border-top: 1px solid var(--hair); }
tbody th { font-weight: 550; }
tbody th.text { white-space: normal; min-width: 9em; }
details table { font-size: 13px; }
details th, details td { padding: 4px 8px; }
.weak { color: var(--bad); font-weight: 600; }
.meter { display: inline-block; min-width: 132px; background: linear-gradient(90deg, color-mix(in srgb, var(--s1) 22%, transparent) var(--share), transparent 0); border-radius: 3px; padding: 0 6px; }
.confusion { border-collapse: separate; border-spacing: 6px; table-layout: auto; }
.confusion th { font-size: 13px; font-weight: 550; color: var(--muted); border: 0; text-align: center; padding: 2px 4px; background: none; white-space: normal; }
.confusion th[scope=row] { text-align: left; } .confusion th small { display: block; font-weight: 400; }
.confusion tbody tr > * { border: 0; }
.confusion td.hit, .confusion td.miss { text-align: left; border-radius: 8px; padding: 16px; }
.confusion td.hit { background: color-mix(in srgb, var(--hit) calc(5% + var(--share) * .25), transparent); }
.confusion td.miss { background: color-mix(in srgb, var(--miss) calc(5% + var(--share) * .25), transparent); }
.confusion strong { display: block; font-size: 26px; line-height: 1.15; font-weight: 640; }
.confusion td span, .confusion td small { font-size: 13px; }
.confusion td small { display: block; }
.warnings { display: grid; gap: 8px; margin-bottom: 16px; }
.warnings li { border: 1px solid var(--warn); border-left-width: 4px; border-radius: 8px; padding: 8px 14px; background: var(--panel); }
.warnings strong { color: var(--warn); }
footer { margin-top: 56px; border-top: 1px solid var(--line); padding-top: 16px; color: var(--muted); font-size: 13px; }

@media (max-width: 780px) { .card.wide { grid-column: auto; } }
@media (max-width: 560px) {
  body { padding: 24px 12px 48px; }
  h1 { font-size: 32px; }
  nav { margin: 16px -12px 0; padding: 0 12px; }
  .summary h2 { font-size: 22px; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
  .tile { padding: 12px; } .tile .value { font-size: 28px; }
  .card { padding: 14px 12px 10px; }
  .confusion { border-spacing: 4px; } .confusion td.hit, .confusion td.miss { padding: 10px; }
  summary { padding: 12px 0; }
  th, td { padding: 7px 7px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  :root { color-scheme: light; --bg: #fff; }
  body { padding: 0; max-width: none; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, details, .skip { display: none; }
  .chapter { padding-top: 28px; }
  .chapter > header, h3, .kind { break-after: avoid; break-inside: avoid; }
  .cards { break-before: avoid; }
  .cards { grid-template-columns: 1fr 1fr; }
  .tiles { grid-template-columns: repeat(5, 1fr); gap: 8px; }
  .tile { padding: 8px 10px; } .tile .kind span { display: none; } .tile .value { font-size: 20pt; }
  .tall > .scroll, .card.wide .tall > .scroll { max-height: none; overflow: visible; }
  .scroll { overflow: visible; }
  .card:has(> .tall), .card.tall { break-inside: auto; }
  table { font-size: 8.5pt; } th, td { padding: 3px 6px; } tr { break-inside: avoid; }
}
`
