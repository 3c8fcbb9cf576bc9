// The look of the page itself. The chats' own looks are in style-chats.ts.

/** Colours follow the system's light or dark setting. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --page: #eceef2; --card: #ffffff; --ink: #1b1d22; --soft: #5c6370; --line: #d9dce3;
  --open: #c25700; --done: #217a3c; --strip: #fff7ec; --stripdone: #f0f8f2; --code: #f3f4f6; --link: #1264a3;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --page: #0e1013; --card: #1a1d21; --ink: #e6e8eb; --soft: #9aa2ad; --line: #2e3238;
  --open: #ffa654; --done: #6ccf8b; --strip: #2a2118; --stripdone: #18251c; --code: #24282e; --link: #6cb6ff; } }
* { box-sizing: border-box; margin: 0; }
html { height: 100%; scroll-behavior: smooth; }
body { height: 100%; display: flex; flex-direction: column; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif, "Noto Color Emoji"; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
time { font-variant-numeric: tabular-nums; }
.top { display: flex; align-items: baseline; gap: 4px 16px; padding: 12px 20px 8px; flex-wrap: wrap; }
.top h1 { font-size: 18px; letter-spacing: -.01em; } .top h1 em { font-style: normal; font-weight: 400; color: var(--soft); }
.top p { color: var(--soft); font-size: 13px; flex: 1 1 320px; }
.legend { white-space: nowrap; margin-left: 10px; } .dot { display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin: 0 5px 0 8px; }
.dot.open { background: var(--open); } .dot.done { background: var(--done); }
.live { font-size: 12px; color: var(--soft); } .live::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%;
  background: var(--soft); margin-right: 6px; } .live.on::before { background: #2fb35a; }
.tabs { display: none; }
main { flex: 1; min-height: 0; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(340px, 1fr); gap: 12px; padding: 4px 20px 16px;
  overflow-x: auto; scrollbar-width: thin; }
.column { display: flex; flex-direction: column; min-height: 0; min-width: 0; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; overflow: hidden; }
.head { display: flex; align-items: center; gap: 10px; padding: 10px 14px; border-bottom: 1px solid var(--line); }
.glyph { width: 30px; height: 30px; border-radius: 8px; display: grid; place-items: center; color: #fff; font-weight: 700; background: var(--tone); flex: none; }
.slack { --tone: #7d3986; } .discord { --tone: #5865f2; } .teams { --tone: #5b5fc7; } .mattermost { --tone: #1e325c; } .googlechat { --tone: #00832d; } .webhook { --tone: #3c6e71; } .email { --tone: #0b7285; } .telegram { --tone: #229ed9; }
.name { min-width: 0; } .name h2 { font-size: 15px; line-height: 1.25; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.name span { display: block; font-size: 12px; color: var(--soft); line-height: 1.3; } .name b { color: var(--ink); font-weight: 600; }
.strip:empty { display: none; }
.strip { border-bottom: 1px solid var(--line); font-size: 12px; flex: none; }
.strip p { display: flex; gap: 8px; padding: 4px 14px; border-left: 3px solid var(--open); background: var(--strip); }
.strip p.done { border-color: var(--done); background: var(--stripdone); }
.strip b { color: var(--open); font-variant-numeric: tabular-nums; } .strip .done b { color: var(--done); } .strip time { color: var(--soft); }
.strip .after { color: var(--done); font-weight: 600; } .strip span { min-width: 0; overflow-wrap: anywhere; }
.feed { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 6px 0; scrollbar-width: thin; }
.feed:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; }
.feed:empty::before { content: "Nothing has arrived yet."; display: block; padding: 32px 16px; text-align: center; color: var(--soft); }
@media (prefers-reduced-motion: no-preference) { .fresh { animation: fresh 1.6s ease-out; }
  @keyframes fresh { from { background: color-mix(in srgb, var(--tone) 22%, transparent); } } }
@media (max-width: 760px) {
  .top { padding: 10px 14px 6px; } .top h1 { font-size: 17px; } .top p { flex-basis: 100%; order: 3; font-size: 12px; } .live { margin-left: auto; }
  .legend { display: block; margin: 2px 0 0; } .legend .dot:first-child { margin-left: 0; }
  .tabs { display: flex; gap: 6px; overflow-x: auto; padding: 4px 14px 8px; scrollbar-width: none; flex: none; }
  .tabs a { flex: none; padding: 5px 11px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); color: var(--ink); font-size: 13px; }
  .tabs a small { color: var(--soft); } .tabs a:hover { text-decoration: none; } .tabs a.here { border-color: var(--tone); box-shadow: inset 0 0 0 1px var(--tone); }
  .tabs i { display: inline-block; width: 8px; height: 8px; border-radius: 3px; background: var(--tone); margin-right: 6px; }
  main { grid-auto-columns: calc(100vw - 20px); gap: 8px; padding: 0 10px 10px; scroll-snap-type: x mandatory; scroll-padding: 0 10px; }
  .column { scroll-snap-align: start; }
}
`;
