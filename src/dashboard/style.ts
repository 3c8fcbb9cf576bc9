// The one stylesheet. Colours meet WCAG AA on their own backgrounds, in light and in dark; nothing is told by colour alone.

/** Served at /assets/style.css. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f8; --surface: #ffffff; --sunken: #eef0f2; --line: #d7dbe0; --strong-line: #8b939c;
  --text: #1a1d21; --soft: #545b64; --link: #0a4f99; --focus: #0a62c4;
  --good: #14602f; --good-back: #dff3e4; --warn: #744800; --warn-back: #fdf0cf; --bad: #9b1c1c; --bad-back: #fde4e2;
  --busy: #10478a; --busy-back: #dfecfb; --calm: #474e57; --calm-back: #e7eaed;
  --critical: #b3151b; --high: #b04200; --medium: #fbdf8f; --low: #cfe2fa; --info: #e1e5e9;
  --on-dark: #ffffff; --on-medium: #4c3500; --on-low: #0b3a70; --on-info: #3b434c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111417; --surface: #191d21; --sunken: #22272c; --line: #343b42; --strong-line: #79828c;
    --text: #e9ecef; --soft: #a9b1ba; --link: #86bdf7; --focus: #86bdf7;
    --good: #8fdca6; --good-back: #173322; --warn: #f4cf7c; --warn-back: #3a2d0c; --bad: #ffb1aa; --bad-back: #451a18;
    --busy: #a5cdfb; --busy-back: #172f4b; --calm: #c0c7ce; --calm-back: #2a3036;
    --critical: #c9252c; --high: #b94d08; --medium: #6d5106; --low: #1d426c; --info: #343b42;
    --on-medium: #ffe9ac; --on-low: #cfe4fc; --on-info: #d5dae0;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; font-weight: 650; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
p { margin: 0 0 .75rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .86em; }
code { background: var(--sunken); padding: .1em .3em; border-radius: 4px; }
pre { background: var(--sunken); border-radius: 6px; padding: .75rem; margin: .5rem 0; overflow: auto; max-height: 28rem; white-space: pre-wrap; }
ul, ol { margin: 0; padding: 0; list-style: none; }
.soft { color: var(--soft); }
.small { font-size: .87rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--surface); padding: .5rem 1rem; z-index: 1; }

.top { background: var(--surface); border-bottom: 1px solid var(--line); }
.top > div { max-width: 74rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 700; font-size: 1.1rem; color: var(--text); text-decoration: none; padding: .25rem 0; }
.brand svg { width: 1.35rem; height: 1.35rem; display: block; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 .15rem; }
.top nav { flex: 1; }
@media (max-width: 56rem) { .top > div { justify-content: space-between; } .top nav { order: 3; flex-basis: 100%; } .top nav a { padding: .35rem .55rem; } .top nav ul { margin-left: -.55rem; } }
.top nav a { display: block; padding: .4rem .65rem; border-radius: 6px; color: var(--soft); text-decoration: none; }
.top nav a:hover { background: var(--sunken); color: var(--text); }
.top nav a[aria-current] { color: var(--text); font-weight: 600; background: var(--sunken); }
main { max-width: 74rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem; min-width: 0; }
.card > :last-child { margin-bottom: 0; }
.columns { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
.stack { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 62rem) { .columns { grid-template-columns: minmax(0, 1fr) 21rem; } }

.tag { display: inline-block; font-size: .8rem; line-height: 1.35; font-weight: 600; padding: .1rem .5rem; border-radius: 99px; white-space: nowrap; background: var(--calm-back); color: var(--calm); }
.tag.good { background: var(--good-back); color: var(--good); }
.tag.warn { background: var(--warn-back); color: var(--warn); }
.tag.bad { background: var(--bad-back); color: var(--bad); }
.tag.busy { background: var(--busy-back); color: var(--busy); }
.severity { display: inline-block; min-width: 5.4rem; text-align: center; font-size: .76rem; line-height: 1.4; letter-spacing: .03em; font-weight: 700; padding: .12rem .45rem; border-radius: 5px; text-transform: uppercase; white-space: nowrap; }
.severity.critical { background: var(--critical); color: var(--on-dark); }
.severity.high { background: var(--high); color: var(--on-dark); }
.severity.medium { background: var(--medium); color: var(--on-medium); }
.severity.low { background: var(--low); color: var(--on-low); }
.severity.info { background: var(--info); color: var(--on-info); }

.note { border-left: 5px solid var(--strong-line); background: var(--surface); border-radius: 6px; padding: .75rem 1rem; }
.note.good { border-color: var(--good); background: var(--good-back); color: var(--good); }
.note.warn { border-color: var(--warn); background: var(--warn-back); color: var(--warn); }
.note.bad { border-color: var(--bad); background: var(--bad-back); color: var(--bad); }
.note a { color: inherit; }
.note > :last-child { margin-bottom: 0; }

.rows > li { padding: .65rem 0; border-top: 1px solid var(--line); }
.rows > li:first-child { border-top: 0; padding-top: 0; }
.rows > li:last-child { padding-bottom: 0; }
.row { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .1rem .75rem; align-items: baseline; }
.row .title { font-weight: 600; }
.row .more { grid-column: 2 / -1; }
.row.plain { grid-template-columns: minmax(0, 1fr) auto; }
.row.plain .more { grid-column: 1 / -1; }
@media (max-width: 40rem) {
  .row { grid-template-columns: minmax(0, 1fr) auto; }
  .row .title, .row .more { grid-column: 1 / -1; }
  .row .severity { justify-self: start; }
  .row .when { grid-column: 2; grid-row: 1; }
  .row.plain { grid-template-columns: minmax(0, 1fr); }
  .row.plain > a:not(.title) { grid-row: 3; }
  .row.plain.pair { grid-template-columns: minmax(0, 1fr) auto; }
  .row.plain.pair .title { grid-column: 1; }
}
.meta { display: flex; flex-wrap: wrap; gap: .15rem .9rem; align-items: baseline; }
.empty { color: var(--soft); }

.sums { display: grid; gap: .9rem; }
.sum { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: .3rem .75rem; align-items: center; }
.sum .whole { font-size: 1.45rem; font-weight: 650; line-height: 1.2; }
.sum .whole span, .part span { display: block; font-size: .85rem; font-weight: 400; color: var(--soft); line-height: 1.3; }
.parts { display: flex; flex-wrap: wrap; gap: .35rem .4rem; align-items: center; }
.parts i { font-style: normal; color: var(--soft); }
.part { min-width: 4.4rem; padding: .25rem .55rem; border: 1px solid var(--line); border-radius: 8px; font-weight: 650; font-size: 1.05rem; line-height: 1.3; color: var(--text); text-decoration: none; }
a.part:hover { border-color: var(--strong-line); }
.part.none { color: var(--soft); font-weight: 400; border-style: dashed; }
.part.warn { background: var(--warn-back); border-color: var(--warn); color: var(--warn); }
.part.bad { background: var(--bad-back); border-color: var(--bad); color: var(--bad); }
.part.warn span, .part.bad span { color: inherit; }
.share { grid-column: 1 / -1; width: 100%; height: .4rem; border-radius: 4px; overflow: hidden; background: var(--sunken); display: block; }
.share .good { fill: #35a35b; } .share .calm { fill: #98a1ab; } .share .busy { fill: #3b82d6; } .share .warn { fill: #d9a521; } .share .bad { fill: #cf3f3a; }
@media (max-width: 40rem) { .sum { grid-template-columns: minmax(0, 1fr); gap: .35rem; } .sum .whole span { display: inline; margin-left: .4rem; } .parts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); } .parts i { display: none; } .part { min-width: 0; } }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; white-space: nowrap; }
th, td { padding: .45rem .9rem .45rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; padding-top: 0; }
td.number, th.number { text-align: right; }
tr:target, li:target, article:target { outline: 2px solid var(--focus); outline-offset: 4px; border-radius: 6px; }
@media (max-width: 46rem) {
  table.folds thead { position: absolute; left: -999rem; }
  table.folds tr { display: block; border-top: 1px solid var(--line); padding: .6rem 0; }
  table.folds tr:first-child { border-top: 0; }
  table.folds td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); border: 0; padding: .1rem 0; }
  table.folds td::before { content: attr(data-label); color: var(--soft); font-size: .87rem; }
  table.folds td:empty { display: none; }
}

dl.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .3rem 1rem; margin: 0 0 .75rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
dl.facts dd code + code { margin-left: .35rem; }
@media (max-width: 30rem) { dl.facts { grid-template-columns: 6.2rem minmax(0, 1fr); gap: .3rem .75rem; } }

form.filter { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(10rem, 100%), 1fr)); gap: .6rem .75rem; align-items: end; }
form.filter .wide { grid-column: span 2; }
@media (max-width: 30rem) { form.filter { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
label { display: block; font-size: .87rem; color: var(--soft); }
input, select, textarea, button, .button { font: inherit; color: var(--text); }
input, select, textarea { display: block; width: 100%; min-width: 0; min-height: 2.5rem; padding: .4rem .6rem; margin-top: .15rem; background: var(--surface); border: 1px solid var(--strong-line); border-radius: 6px; }
textarea { min-height: 4.5rem; resize: vertical; }
button, .button { display: inline-block; min-height: 2.5rem; padding: .4rem .95rem; background: var(--surface); border: 1px solid var(--strong-line); border-radius: 6px; cursor: pointer; text-decoration: none; font-weight: 500; }
button:hover, .button:hover { background: var(--sunken); }
button.main { background: var(--link); border-color: var(--link); color: var(--surface); font-weight: 600; }
button.main:hover { filter: brightness(1.1); }
button.quiet { border-color: transparent; color: var(--soft); padding: .4rem .65rem; background: none; }
button.quiet:hover { color: var(--text); background: var(--sunken); }
button.slim { min-height: 0; padding: .15rem .6rem; font-size: .87rem; }
form + p, p + form { margin-top: .75rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin-top: .6rem; }
.buttons label { flex: 0 1 10rem; }
.pager { display: flex; gap: .5rem; }
.cards { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(27rem, 100%), 1fr)); align-items: start; }
.tries { margin: .15rem 0 .35rem .2rem; padding-left: .8rem; border-left: 2px solid var(--line); }
.narrow-only { display: none; }
@media (max-width: 62rem) { .narrow-only { display: inline-block; } }
h3 .tag, .title .tag { margin-left: .35rem; }
details { margin-top: .35rem; }
td details { margin-top: 0; }
summary { cursor: pointer; color: var(--link); width: fit-content; }
.stripe { border-left: 5px solid var(--line); padding-left: .9rem; }
.stripe.good { border-color: var(--good); } .stripe.warn { border-color: var(--warn); } .stripe.bad { border-color: var(--bad); } .stripe.busy { border-color: var(--busy); }
.time-line > li { border-left: 2px solid var(--line); padding: 0 0 1.1rem 1.1rem; position: relative; margin-left: .4rem; }
.time-line > li::before { content: ""; position: absolute; left: -.4rem; top: .45rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--surface); border: 2px solid var(--strong-line); }
.time-line > li:last-child { padding-bottom: 0; }
.changes { margin: .3rem 0; }
.changes del { color: var(--soft); }
.changes ins { text-decoration: none; font-weight: 600; }
.narrow { max-width: 26rem; margin: 8vh auto 0; width: 100%; }
footer { max-width: 74rem; margin: 0 auto; padding: 0 1rem 2rem; color: var(--soft); font-size: .87rem; }
`;

/** Served at /assets/icon.svg: a bell. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#c9252c" d="M12 2a2 2 0 0 0-2 2v.6C7 5.500 5 8.200 5 11.500V16l-2 2.500V20h18v-1.500L19 16v-4.500c0-3.300-2-6-5-6.900V4a2 2 0 0 0-2-2Zm-2.500 19.500a2.500 2.500 0 0 0 5 0Z"/></svg>`;
