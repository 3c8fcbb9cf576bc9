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
.thread { margin-top: 8px; border-left: 2px solid var(--line); padding-left: 12px; } .replies, .answers { font-size: 12px; color: var(--soft); } .replies { color: var(--link); font-weight: 600; }
.reply { padding: 6px 0 2px; } .reply + .reply { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); } .reply .sender { font-size: 13px; }
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
.column.telegram .feed { background: color-mix(in srgb, var(--tone) 9%, var(--page)); } .telegram .avatar { background: linear-gradient(#72d5fd, #2a9ef1); border-radius: 50%; } .telegram .sender { color: #168acd; }
.telegram .app { background: none; color: var(--soft); border: 1px solid var(--line); } .tg-bubble { background: var(--card); border-radius: 4px 14px 14px 14px; padding: 8px 12px 10px; margin-top: 3px; max-width: 520px; font-size: 14.5px; overflow-wrap: anywhere; box-shadow: 0 1px 1px #00000017; }
.telegram .message code { border: 0; background: none; padding: 0; color: #b3541e; font-size: 13px; } .telegram .message pre { border: 0; border-left: 3px solid var(--tone); background: color-mix(in srgb, var(--tone) 9%, transparent); }
.telegram .mention, .tg-found { background: none; color: #168acd; padding: 0; } .tg-row { display: flex; gap: 4px; margin-top: 4px; max-width: 520px; }
.tg-button { flex: 1; text-align: center; background: color-mix(in srgb, var(--tone) 30%, var(--card)); color: var(--ink); border-radius: 8px; padding: 6px 10px; font-size: 13px; font-weight: 600; }
@media (prefers-color-scheme: dark) { .telegram .message code { color: #ffb37a; } .telegram .sender, .telegram .mention, .tg-found { color: #6cc4f5; } }
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
.mm-text { font-size: 14px; } .mm-att { border: 1px solid var(--line); border-left: 4px solid; border-radius: 4px; padding: 8px 12px 9px; margin-top: 6px; display: grid; gap: 8px; }
.mm-title { font-weight: 700; font-size: 15px; } .mm-h { font-weight: 700; font-size: 17px; } .mm-footer { color: var(--soft); font-size: 12px; }
.mm-fields { display: grid; grid-template-columns: 1fr 1fr; gap: 7px 14px; font-size: 14px; } .mm-fields > div { min-width: 0; } .mm-fields > .long { grid-column: 1 / -1; } .mm-fields b { font-size: 13px; }
.mm-flags { margin-bottom: 2px; } .mm-flag { font-size: 10px; font-weight: 700; text-transform: uppercase; padding: 1px 6px; border-radius: 4px; color: #fff; background: #d24b4e; } .mm-flag.important { background: #5d89ea; }
.mattermost .avatar { border-radius: 50%; background: #1e325c; } .mattermost .mention { background: none; color: var(--link); font-weight: 600; }
.googlechat .avatar { border-radius: 50%; background: #00832d; } .googlechat .mention { background: #e8f0fe; color: #1967d2; }
.gc-text { font-size: 14px; } .gc-card { border: 1px solid var(--line); border-radius: 12px; margin-top: 6px; overflow: hidden; max-width: 480px; font-size: 14px; }
.gc-head { padding: 12px 16px; display: grid; } .gc-head span, .gc-small { font-size: 12px; color: var(--soft); } .gc-section { padding: 9px 16px; display: grid; gap: 8px; } .gc-section + .gc-section { border-top: 1px solid var(--line); }
.gc-label { font-size: 12px; font-weight: 600; color: #1967d2; } .gc-row { display: grid; color: var(--ink); } .gc-buttons { display: flex; flex-wrap: wrap; gap: 8px; }
.gc-button { border-radius: 99px; padding: 6px 15px; font-weight: 500; font-size: 13px; background: #c2e7ff66; color: #0b57d0; }
@media (prefers-color-scheme: dark) { .googlechat .mention { background: #283a5c; color: #a8c7fa; } .gc-label, .gc-button { color: #a8c7fa; } .gc-button { background: #004a7766; } .googlechat [style*="#5F6368"] { color: #9aa0a6 !important; } }
.webhook .message { display: block; } .wh-line { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font-size: 14px; } .wh-id { font: 11px var(--mono); color: var(--soft); margin-top: 2px; }
.badge { font-size: 11px; border-radius: 99px; padding: 1px 8px; background: var(--code); color: var(--soft); border: 1px solid var(--line); } .badge.good { color: var(--done); border-color: currentColor; background: var(--stripdone); font-weight: 600; }
.wh-json { line-height: 1.5; } .wh-json i { font-style: normal; color: #0550ae; } .wh-json b { font-weight: 400; color: #0a6b3d; } .wh-json u { text-decoration: none; color: #953800; }
@media (prefers-color-scheme: dark) { .wh-json i { color: #79c0ff; } .wh-json b { color: #8ddb9f; } .wh-json u { color: #ffa657; } }
.email .avatar { background: var(--tone); } .email .message .app { display: none; } .ml-subject { font-size: 15px; font-weight: 600; margin-top: 1px; overflow-wrap: anywhere; } .ml-to { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; } .ml-urgent { color: #d92d20; font-weight: 800; }
.ml-body { margin-top: 7px; border-radius: 8px; overflow: hidden; color-scheme: light; background: #eef0f3; color: #1c2026; } .ml-body pre { font-size: 13px; }
.column:is(.slack, .teams, .webhook, .mattermost, .googlechat) .message + .message { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
.pagerduty { --tone: #06ac38; } .iris { --tone: #2b6cb0; } .ntfy { --tone: #338574; }
.column:is(.pagerduty, .iris, .ntfy) .message { display: block; } .column:is(.pagerduty, .iris, .ntfy) .who { margin-bottom: 5px; }
.pd-incident { border: 1px solid var(--line); border-left: 5px solid #cc3340; border-radius: 6px; padding: 9px 12px 10px; font-size: 14px; } .pd-incident.acknowledged { border-left-color: #e4a000; } .pd-incident.resolved { border-left-color: #06ac38; }
.pd-line { display: flex; gap: 8px; align-items: center; } .pd-state { background: #cc3340; color: #fff; font-size: 11px; font-weight: 700; border-radius: 3px; padding: 1px 7px; }
.acknowledged .pd-state { background: #e4a000; color: #241a00; } .resolved .pd-state { background: #06803a; } .pd-severity { font-size: 12px; color: var(--soft); }
.pd-title { font-weight: 700; font-size: 15px; line-height: 1.35; margin: 5px 0 3px; } .resolved .pd-title { font-weight: 600; color: var(--soft); }
.pd-places { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 12px; } .pd-places i { font-style: normal; color: var(--soft); }
.pd-details { border-collapse: collapse; width: 100%; margin: 8px 0 6px; font-size: 12.5px; } .pd-details th { text-align: left; font-weight: 600; color: var(--soft); vertical-align: top; padding: 3px 12px 3px 0; white-space: nowrap; width: 1%; }
.pd-details td { padding: 3px 0; white-space: pre-wrap; overflow-wrap: anywhere; } .pd-details tr + tr > * { border-top: 1px solid color-mix(in srgb, var(--line) 60%, transparent); }
.pd-links { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; margin: 4px 0; } .pd-log { list-style: none; padding: 6px 0 0; border-top: 1px solid var(--line); font-size: 12px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 1px 12px; }
.pd-key { font: 11px var(--mono); color: var(--soft); margin-top: 4px; overflow-wrap: anywhere; }
.ir-alert { --ir: #8a94a6; border: 1px solid var(--line); border-top: 3px solid var(--ir); border-radius: 6px; padding: 9px 12px; font-size: 13.5px; } .ir-alert.critical { --ir: #9b1c31; } .ir-alert.high { --ir: #e5484d; } .ir-alert.medium { --ir: #e08a00; } .ir-alert.low { --ir: #3b82c4; } .ir-alert.informational { --ir: #6b9bd1; }
.ir-title { display: flex; justify-content: space-between; gap: 10px; font-size: 15px; line-height: 1.3; } .ir-id { color: var(--soft); font-size: 12px; white-space: nowrap; font-variant-numeric: tabular-nums; } .ir-text { margin: 6px 0; line-height: 1.4; }
.ir-context { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; font-size: 12.5px; background: var(--code); border-radius: 5px; padding: 7px 10px; margin: 6px 0; } .ir-context dt { font-weight: 600; } .ir-context dd { min-width: 0; overflow-wrap: anywhere; }
.ir-list { font-size: 12px; margin: 4px 0; } .ir-list i { font-style: normal; font-weight: 600; margin-right: 4px; }
.ir-foot { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; font-size: 12px; color: var(--soft); margin-top: 7px; } .ir-status { border-radius: 99px; padding: 0 8px; font-weight: 600; background: #e5484d; color: #fff; } .ir-status.in-progress { background: #e08a00; color: #241600; } .ir-status.closed { background: #2f8f57; }
.ir-severity { color: var(--ir); font-weight: 700; } .ir-tag { border: 1px solid var(--line); border-radius: 4px; padding: 0 5px; } .ir-ref { font: 11px var(--mono); margin-top: 5px; overflow-wrap: anywhere; }
.nt-card { background: var(--code); border: 1px solid var(--line); border-radius: 16px; padding: 10px 14px 11px; font-size: 14px; } .nt-card.p5 { border-color: #cc3340; box-shadow: 0 0 0 1px #cc3340; } .nt-card:is(.p1, .p2) { opacity: .86; }
.nt-app { display: flex; align-items: center; gap: 6px; font-size: 11.5px; color: var(--soft); margin-bottom: 3px; } .nt-icon { background: #338574; color: #fff; font: 700 9px var(--mono); border-radius: 4px; padding: 2px 3px; } .nt-priority { margin-left: auto; } .p5 .nt-priority, .p4 .nt-priority { color: #cc3340; font-weight: 700; }
.nt-title { font-weight: 700; line-height: 1.35; } .nt-title a { color: inherit; } .nt-text { margin-top: 3px; line-height: 1.42; overflow-wrap: anywhere; } .nt-file, .nt-tags { font-size: 12px; color: var(--soft); margin-top: 6px; }
.nt-buttons { display: flex; flex-wrap: wrap; gap: 18px; margin-top: 9px; } .nt-button { color: #2c7a69; font-weight: 700; font-size: 13px; }
@media (prefers-color-scheme: dark) { .nt-button { color: #6fcfb8; } .p5 .nt-priority, .p4 .nt-priority { color: #ff8a93; } .nt-card.p5 { border-color: #ff6b76; box-shadow: 0 0 0 1px #ff6b76; } .ir-alert.critical { --ir: #f0596f; } }
`;
