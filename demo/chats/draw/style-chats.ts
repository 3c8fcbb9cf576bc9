// How the chats look: close enough to the real ones to judge a message by, in plain CSS.

/** Slack and Teams follow the system's setting; Discord is dark, as most people see it. */
export const CHAT_STYLE = `
.message { display: flex; gap: 10px; padding: 8px 14px; } .inside { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 8px; display: grid; place-items: center; color: #fff; font-weight: 700; background: #b71c1c; }
.who { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 7px; font-size: 12px; color: var(--soft); } .sender { font-size: 15px; color: var(--ink); }
.app { font-size: 10px; font-weight: 600; padding: 0 4px; border-radius: 3px; background: var(--line); color: var(--soft); align-self: center; }
.note { border: 1px solid var(--line); border-radius: 99px; padding: 0 7px; font-size: 11px; } .note.ping { color: var(--open); border-color: currentColor; font-weight: 600; }
.message pre, .message code { font-family: var(--mono); font-size: 12px; background: var(--code); border: 1px solid var(--line); border-radius: 4px; }
.message pre { padding: 7px 9px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; } .message code { padding: 1px 4px; }
.mention { background: #f2c74466; border-radius: 3px; padding: 0 3px; } .quote { display: block; border-left: 4px solid var(--line); padding-left: 8px; }
.item { display: inline-block; padding-left: 8px; }
.slack .message code { color: #c01343; } .slack .message pre code { color: inherit; }
.sl-text { font-size: 15px; } .sl-att { border-left: 4px solid; border-radius: 4px; padding: 2px 0 2px 12px; margin-top: 6px; }
.sl-header { font-size: 17px; font-weight: 800; line-height: 1.3; margin: 2px 0 6px; } .sl-title { font-weight: 700; } .sl-section, .sl-rich { margin: 5px 0; font-size: 15px; }
.sl-fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 14px; margin: 7px 0; font-size: 15px; }
.sl-context { display: flex; flex-wrap: wrap; gap: 2px 8px; color: var(--soft); font-size: 12px; margin: 7px 0 2px; }
.sl-actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
.sl-button { border: 1px solid var(--line); border-radius: 8px; padding: 4px 11px; font-weight: 700; font-size: 13px; color: var(--ink); background: var(--card); }
.sl-button.primary { background: #007a5a; border-color: #007a5a; color: #fff; } .sl-button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.message hr { border: 0; border-top: 1px solid var(--line); margin: 8px 0; }
@media (prefers-color-scheme: dark) { .slack .message code { color: #e8912d; } }
.column.discord { --card: #313338; --ink: #dbdee1; --soft: #949ba4; --line: #46484e; --code: #2b2d31; --link: #00a8fc; --strip: #3a3027; --stripdone: #2a3830; --open: #ffb061; --done: #7ddc9b;
  background: var(--card); color: var(--ink); }
.discord .avatar { border-radius: 50%; } .discord .sender { color: #f2f3f5; font-weight: 600; } .discord .app { background: #5865f2; color: #fff; }
.discord .mention { background: #5865f24d; color: #c9cdfb; } .discord .message pre { background: #1e1f22; border-color: #1e1f22; } .discord .message code { background: #1e1f22; border: 0; }
.dc-content { font-size: 15px; } .dc-embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px 12px; margin-top: 5px; font-size: 14px; max-width: 520px; }
.dc-author { font-weight: 600; font-size: 13px; } .dc-title { font-weight: 600; font-size: 15px; margin: 2px 0; color: #f2f3f5; } .dc-description { margin-top: 5px; }
.dc-fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 8px 10px; margin-top: 9px; } .dc-fields > div { grid-column: 1 / -1; min-width: 0; } .dc-fields > .inline { grid-column: auto; }
.dc-fields > div > b { font-size: 13px; color: #f2f3f5; } .dc-footer { font-size: 12px; color: #b5bac1; margin-top: 9px; } .dc-edited { font-size: 11px; color: var(--soft); }
.dc-row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 7px; } .dc-button { background: #4e5058; color: #fff; border-radius: 4px; padding: 5px 14px; font-size: 13px; font-weight: 500; }
.dc-h1 { font-size: 20px; font-weight: 700; } .dc-h2 { font-size: 17px; font-weight: 700; } .dc-h3 { font-size: 15px; font-weight: 700; }
.spoiler { background: #1e1f22; color: #1e1f22; border-radius: 3px; } .spoiler:hover { color: inherit; }
.teams .avatar { background: linear-gradient(135deg, #0f6cbd, #5b5fc7); }
.tm-card { border: 1px solid var(--line); border-radius: 8px; padding: 12px; margin-top: 5px; overflow: hidden; display: grid; gap: 8px; background: var(--card); box-shadow: 0 1px 2px #00000014; }
.tm-container { padding: 10px 12px; border-radius: 4px; display: grid; gap: 6px; } .tm-container:not([class*="style-"]) { padding: 0; }
.tm-container[class*="style-"]:first-child { margin: -12px -12px 0; border-radius: 0; }
.tm-columns { display: flex; gap: 10px; } .tm-column { flex: 1; min-width: 0; display: grid; gap: 6px; align-content: start; } .tm-column.auto { flex: 0 0 auto; }
[class*="tm-"].style-attention { background: #fdf3f4; color: #b10e1c; } [class*="tm-"].style-warning { background: #fff9f0; color: #8a5300; } [class*="tm-"].style-good { background: #f1faf1; color: #0e700e; }
[class*="tm-"].style-accent { background: #ebf3fc; color: #115ea3; } [class*="tm-"].style-emphasis { background: #f3f3f3; color: #242424; }
.tm-text { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .tm-text.wrap { white-space: normal; } .tm-rule { border-top: 1px solid var(--line); padding-top: 8px; }
.size-small { font-size: 12px; } .size-medium { font-size: 16px; } .size-large { font-size: 18px; line-height: 1.3; } .size-extralarge { font-size: 22px; line-height: 1.3; } .weight-bolder { font-weight: 700; } .weight-lighter { font-weight: 300; }
.fonttype-monospace { font-family: var(--mono); } .subtle { color: var(--soft); } .color-attention { color: #c4314b; } .color-good { color: #237b4b; } .color-warning { color: #a15c00; } .color-accent { color: #4f52b2; }
.horizontalalignment-right { text-align: right; } .horizontalalignment-center { text-align: center; }
.tm-facts { display: grid; grid-template-columns: auto 1fr; gap: 3px 14px; } .tm-facts dt { font-weight: 600; } .tm-facts dd { min-width: 0; }
.tm-actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 2px; } .tm-button { border: 1px solid var(--line); border-radius: 4px; padding: 5px 12px; font-weight: 600; font-size: 13px; color: var(--ink); }
.teams .mention { background: none; color: #5b5fc7; font-weight: 600; }
@media (prefers-color-scheme: dark) { [class*="tm-"].style-attention { background: #3b1519; color: #f1bbc1; } [class*="tm-"].style-warning { background: #3d2b10; color: #fcd9a5; }
  [class*="tm-"].style-good { background: #12301a; color: #a5dcaf; } [class*="tm-"].style-accent { background: #122b45; color: #a9d3f5; } [class*="tm-"].style-emphasis { background: #292929; color: #e0e0e0; }
  .color-attention { color: #f09aa6; } .color-good { color: #92c353; } .color-warning { color: #f8c36b; } .color-accent { color: #a6a9f0; } .teams .mention { color: #a6a9f0; } }
.webhook .message { display: block; } .wh-line { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font-size: 14px; } .wh-id { font: 11px var(--mono); color: var(--soft); margin-top: 2px; }
.badge { font-size: 11px; border-radius: 99px; padding: 1px 8px; background: var(--code); color: var(--soft); border: 1px solid var(--line); } .badge.good { color: var(--done); border-color: currentColor; background: var(--stripdone); font-weight: 600; }
.wh-json { line-height: 1.5; } .wh-json i { font-style: normal; color: #0550ae; } .wh-json b { font-weight: 400; color: #0a6b3d; } .wh-json u { text-decoration: none; color: #953800; }
@media (prefers-color-scheme: dark) { .wh-json i { color: #79c0ff; } .wh-json b { color: #8ddb9f; } .wh-json u { color: #ffa657; } }
.column:is(.slack, .teams, .webhook) .message + .message { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
`;
