const LIGHT = `
  --scheme: light; color-scheme: light;
  --ground: #ffffff; --stripe: #f7f8fa; --panel: #f2f4f7; --rule: #e3e6eb;
  --text: #1b2430; --soft: #66707f; --accent: #1f6feb;
  --bad: #c8232c; --bad-fill: #fde3e3; --good: #1a7f43; --good-fill: #dcf5e4;
  --warn: #8a5200; --warn-fill: #fdefd3; --found: #e0a800;`;

const DARK = `
  --scheme: dark; color-scheme: dark;
  --ground: #12161c; --stripe: #161b22; --panel: #1a2029; --rule: #2a323d;
  --text: #e4e9f0; --soft: #95a0b0; --accent: #6aa9ff;
  --bad: #ff7b72; --bad-fill: #4a1d20; --good: #56d08a; --good-fill: #143524;
  --warn: #e8b04b; --warn-fill: #3c2d10; --found: #ffd34d;`;

/** The page's style sheet: system fonts, two colour schemes, nothing from the network. */
export const STYLE: string = `
:root { ${LIGHT}
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${DARK} } }
:root[data-theme="dark"] { ${DARK} }
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
html, body { height: 100%; }
body { display: grid; grid: auto minmax(0, 1fr) / 280px minmax(0, 1fr); overflow: hidden;
  background: var(--ground); color: var(--text); font: 13px/1.45 var(--sans); }
header { grid-column: 1 / -1; padding: 12px 16px 11px; border-bottom: 1px solid var(--rule); }
.line { display: flex; align-items: center; gap: 10px; min-width: 0; }
.grow { flex: 1; }
h1 { font-size: 16px; font-weight: 650; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
h2 { font-size: 12px; font-weight: 650; }
.badge { padding: 2px 9px; border-radius: 99px; font-size: 12px; font-weight: 650; white-space: nowrap; }
.badge.ok { background: var(--good-fill); color: var(--good); }
.badge.illegal { background: var(--bad-fill); color: var(--bad); }
.badge.unknown { background: var(--warn-fill); color: var(--warn); }
#facts { display: flex; gap: 4px 14px; flex-wrap: wrap; list-style: none; padding: 0; color: var(--soft); }
#facts b { font-weight: 500; color: var(--text); }
#sentence { margin-top: 4px; max-width: 130ch; }
aside { overflow-y: auto; background: var(--panel); border-right: 1px solid var(--rule);
  display: flex; flex-direction: column; }
aside section { padding: 12px 12px 10px; border-bottom: 1px solid var(--rule); }
aside section.last { border: 0; flex: 1; min-height: 150px; display: flex; flex-direction: column; }
aside h2 { display: flex; align-items: baseline; gap: 8px; margin: 0 4px 6px; }
aside h2 span { font-weight: 400; color: var(--soft); }
.note { color: var(--soft); margin: 6px 4px 0; }
button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--rule);
  border-radius: 6px; padding: 3px 10px; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--soft); }
button:disabled { opacity: .45; cursor: default; }
button.quiet { background: none; border-color: transparent; padding: 2px 7px; color: var(--soft); }
button.quiet:hover:not(:disabled) { color: var(--text); border-color: var(--rule); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
#lanes:focus-visible { outline-offset: -2px; }
#core { list-style: none; padding: 0; display: grid; gap: 4px; }
#core button { display: flex; flex-wrap: wrap; gap: 0 10px; justify-content: space-between; align-items: baseline;
  width: 100%; text-align: left; padding: 4px 9px; border-left: 3px solid var(--bad);
  border-radius: 4px; }
#core button[aria-current="true"] { border-color: var(--accent); border-left-color: var(--bad);
  box-shadow: 0 0 0 1px var(--accent); }
#core .text { font: 12px/1.4 var(--mono); overflow-wrap: anywhere; }
#core .where { color: var(--soft); font-size: 12px; }
#core .pivot { background: var(--bad-fill); }
#core .why { color: var(--bad); font-size: 12px; flex-basis: 100%; }
.list { position: relative; overflow-y: auto; max-height: 236px; }
.last .list { max-height: none; flex: 1; min-height: 110px; }
.sheet { position: relative; }
.list .row { position: absolute; left: 0; right: 0; }
.row { display: flex; align-items: center; gap: 8px; width: 100%; height: 26px; padding: 0 6px; border: 0;
  background: none; border-radius: 5px; text-align: left; cursor: pointer; }
.row:hover { background: var(--rule); }
.row[aria-current="true"] { background: var(--ground); box-shadow: inset 0 0 0 1px var(--accent); }
.row input { accent-color: var(--accent); margin: 0; }
.row .name { flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.row .group { font-weight: 600; }
.row .count { color: var(--soft); font-variant-numeric: tabular-nums; }
.dot { width: 9px; height: 9px; border-radius: 50%; background: var(--rule); flex: none; }
.dot.ok { background: var(--good); } .dot.illegal { background: var(--bad); } .dot.unknown { background: var(--warn); }
.dot.skipped { background: none; border: 1.5px solid var(--soft); }
.swatch { width: 16px; height: 12px; border-radius: 3px; border: 1px solid; flex: none; }
.legend { list-style: none; padding: 6px 6px 0; display: grid; grid-template-columns: 1fr 1fr; gap: 3px 8px;
  color: var(--soft); font-size: 12px; }
.legend li { display: flex; align-items: center; gap: 7px; }
.mark { width: 16px; height: 11px; border-radius: 3px; border: 1px solid var(--soft); flex: none; }
.mark.point { width: 7px; height: 7px; margin: 0 4.5px; border-radius: 50%; background: var(--text); border: 0; }
.mark.lost { border-style: dashed; border-right: 0; border-radius: 3px 0 0 3px; }
.mark.maybe { border-style: dashed; } .mark.next { border: 1.5px solid var(--warn); }
.mark.failed { background: repeating-linear-gradient(135deg, var(--rule) 0 2px, transparent 2px 4px); }
main { display: grid; grid: auto minmax(0, 1fr) auto auto / minmax(0, 1fr); min-width: 0; }
.bar { display: flex; align-items: center; gap: 10px; padding: 7px 12px; border-bottom: 1px solid var(--rule); }
.segments { display: flex; }
.segments button { border-radius: 0; margin-left: -1px; }
.segments button:not([hidden]):first-of-type, .segments button[hidden] + button { border-radius: 6px 0 0 6px; }
.segments button:last-child { border-radius: 0 6px 6px 0; }
[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--ground); }
#shown, #found { color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
input[type="search"] { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--rule);
  border-radius: 6px; padding: 3px 9px; width: 100%; }
#search { width: 230px; } #parts-filter { margin-bottom: 6px; }
#stage { position: relative; overflow-y: auto; overflow-x: hidden; }
#lanes { position: sticky; top: 0; display: block; touch-action: none; cursor: grab; }
#nothing { position: absolute; inset: 45% 0 auto; text-align: center; color: var(--soft); pointer-events: none; }
#strip { height: 46px; border-top: 1px solid var(--rule); overflow: hidden; }
#overview { display: block; cursor: col-resize; touch-action: none; }
#details { height: 128px; padding: 10px 16px; border-top: 1px solid var(--rule); overflow-y: auto;
  background: var(--panel); }
#details .head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; }
#details .what { font: 600 14px/1.4 var(--mono); overflow-wrap: anywhere; }
#details .hint { color: var(--soft); }
#details dl { display: flex; flex-wrap: wrap; gap: 3px 20px; margin-top: 6px; }
#details dl div { display: flex; gap: 6px; } #details dt { color: var(--soft); }
#details dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#details .wide { flex-basis: 100%; } #details .wide dd { font: 12px/1.6 var(--mono); }
#details .steps { margin: 5px 0 0 -7px; }
.chip { padding: 1px 8px; border-radius: 99px; font-size: 12px; border: 1px solid var(--rule); }
.chip.bad { background: var(--bad-fill); color: var(--bad); border-color: transparent; }
.chip.warn { background: var(--warn-fill); color: var(--warn); border-color: transparent; }
kbd { font: 11px/1 var(--mono); padding: 2px 5px; border: 1px solid var(--rule); border-radius: 4px;
  background: var(--ground); color: var(--text); }
#help-page { position: fixed; inset: auto; top: 50%; left: 50%; transform: translate(-50%, -50%); max-width: 560px;
  width: calc(100% - 40px); max-height: 90%; overflow: auto; padding: 18px 22px; border-radius: 10px;
  background: var(--ground); border: 1px solid var(--rule); box-shadow: 0 12px 48px rgb(0 0 0 / .28); z-index: 2; }
#keys { margin: 10px 0; display: grid; gap: 4px; }
#keys div { display: grid; grid-template-columns: 110px 1fr; gap: 10px; } #keys dt { display: flex; gap: 4px; }
#help-close { margin-top: 12px; }
noscript { position: fixed; inset: 0; display: grid; place-items: center; background: var(--ground); }
@media (max-width: 900px) {
  body { grid: auto minmax(120px, 34%) minmax(400px, 1fr) / minmax(0, 1fr); overflow: hidden auto; }
  .bar { flex-wrap: wrap; } .bar .grow { display: none; } .bar button, #shown { white-space: nowrap; }
  #search { flex: 1 1 150px; }
  aside { border-right: 0; border-bottom: 1px solid var(--rule); }
  #facts { display: none; } #search { width: 150px; }
}
`;
