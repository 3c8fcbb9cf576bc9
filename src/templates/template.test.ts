import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOSTILE, hostileAlert, sampleAlert } from "../../test/support/alerts.ts";
import type { Alert } from "../alert.ts";
import { MAX_OUTPUT, MAX_TEXT } from "./budget.ts";
import { compileTemplate } from "./template.ts";
import { valuesOf } from "./values.ts";

const alert = sampleAlert({
  assets: [
    { name: "ws-0142", ip: "192.0.2.42", type: "host" },
    { name: "dc-1", type: "host" },
  ],
  data: { score: 85, flow: { port: 443 }, "odd key": "x" },
  change: { kind: "updated", fields: { count: { before: 1, after: 3 } }, added: { assets: ["dc-1"] }, removed: {} },
});

function render(text: string, of: Alert = alert) {
  const template = compileTemplate(text);
  if (!template.ok) throw new Error(template.reason.message);
  return template.value.render(valuesOf({ alert: of, destination: "soc" }));
}
const textOf = (text: string, of: Alert = alert): string => {
  const result = render(text, of);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
const mistakeIn = (text: string): string => {
  const template = compileTemplate(text);
  if (template.ok) return "none";
  const { message, position } = template.reason;
  return `${position ? `${position.line}:${position.column} ` : ""}${message}`;
};

describe("a template", () => {
  it.each([
    ["plain text", "plain text"],
    ["{{ alert.title }} on {{ alert.assets[0].name }}", "Encoded PowerShell launched by Office on ws-0142"],
    ["{{ route }}/{{ destination }}/{{ change.kind }}", "sekoia-prod/soc/updated"],
    ["{{ alert.severity | upcase }} {{ alert.count | plus: 1 }}", "HIGH 4"],
    ["{{ alert.assets | map: 'name' | join: ', ' }}", "ws-0142, dc-1"],
    ["{{ alert.assets.size }} {{ alert.assets | size }} {{ alert.assets.last.name }}", "2 2 dc-1"],
    ["{% for one in alert.assets %}{{ one.name }}{% unless forloop.last %}; {% endunless %}{% endfor %}", "ws-0142; dc-1"],
    ["{% assign ip = alert.observables | where: 'type', 'ip' | first %}{{ ip.value | defang }}", "203[.]0[.]113[.]10"],
    ["{{ alert.observables | map: 'value' | defang | last }}", "powershell[.]exe"],
    ["{{ alert.data.flow.port }} {{ alert.data['odd key'] }} {{ alert.data.score | divided_by: 2 | floor }}", "443 x 42"],
    ["{% case alert.severity %}{% when 'critical', 'high' %}P1{% else %}P3{% endcase %}", "P1"],
    ["{% if alert.severity_id >= 4 and alert.status != 'resolved' %}now{% else %}later{% endif %}", "now"],
    ["{{ alert.last_seen | date }}", "2026-11-02 14:05:31 UTC"],
    ["{{ alert.last_seen | date: '%d %B, %H:%M', 'Europe/Paris' }}", "02 November, 15:05"],
    ["{{ alert.tenant | default: 'nobody' }}", "nobody"],
    ["{{ alert.title | truncate: 12 }}", "Encoded P..."],
    ["{{ alert.title | url_encode }}", "Encoded+PowerShell+launched+by+Office"],
    ["{{ change.fields.count.before }} {{ change.added.assets | join }}", "1 dc-1"],
    ["{{ alert.tags }} {{ alert.rule }}", 'office {"id":"rule-17","name":"Office child process"}'],
    ["{{- alert.severity -}} {% # a note %} {% comment %} nothing {% endcomment %}", "high "],
    ["{% raw %}{{ alert.title }}{% endraw %}", "{{ alert.title }}"],
  ])("%s", (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it("reads what is absent as empty", () => {
    const bare = sampleAlert({ assets: [], rule: undefined, tenant: undefined, data: {} });
    expect(textOf("[{{ alert.tenant }}{{ alert.rule.name }}{{ alert.assets[0].name }}{{ alert.data.a.b.c }}]", bare)).toBe("[]");
  });

  it("is compiled once", () => {
    expect(compileTemplate("{{ alert.id }}")).toBe(compileTemplate("{{ alert.id }}"));
  });

  it("leaves text as it is: whoever lays it out escapes it", () => {
    for (const text of HOSTILE) expect(textOf("{{ alert.title }}", hostileAlert(text))).toBe(text.toWellFormed());
  });
});

describe("a mistake", () => {
  it.each([
    ["{{ alert.titel }}", "1:4 alert has no field titel; did you mean title?"],
    ["one\n  {{ alert.assets[0].nmae }}", "2:6 alert.assets[0] has no field nmae; did you mean name?"],
    ["{{ alert.score }}", "1:4 alert has no field score; the source's own fields are in alert.data"],
    ["{{ title }}", "1:4 there is no name title; did you mean alert.title?"],
    ["{{ alrt.title }}", "1:4 there is no name alrt; did you mean alert?"],
    ["{{ alert.assets.name }}", '1:4 alert.assets is a list; write alert.assets[0].name, a loop, or alert.assets | map: "name"'],
    ["{{ alert.title.text }}", "1:4 alert.title is text and has no fields"],
    ["{{ alert.title | upcse }}", "1:18 there is no filter upcse; did you mean upcase?"],
    ["{% if alert.title %}\n{{ alert.id | up }}{% endif %}", expect.stringMatching(/^2:15 there is no filter up; there are abs, append, /)],
    [
      "{{ alert.title | escape }}",
      "1:18 there is no filter escape; leave it out: a template makes plain text, which is escaped for each chat",
    ],
    ["{% include 'other' %}", "1:1 there is no tag include; a template stands for itself"],
    ["{% capture a %}{% endcapture %}", '1:1 there is no tag capture; write {% assign name = value | append: "..." %}'],
    ["{% foor a in alert.assets %}", "1:1 there is no tag foor; did you mean for?"],
    ["{% if alert.title %}", "1:1 {% if %} is not closed; end it with {% endif %}"],
    ["{% endif %}", "1:1 {% endif %} stands where nothing that it belongs to is open"],
    ["{{ alert.title", "1:1 {{ or a quote in it is not closed; end it with }}"],
    ["{% if alert.title", "1:1 {% is not closed; end it with %}"],
    ["{{ }}", "1:4 a value is missing"],
    ["{% if alert.title == %}a{% endif %}", "1:19 a value is missing beside =="],
    ["{{ alert.title upcase }}", "1:16 something stands here that is neither a filter nor an end; write | before a filter's name"],
    ["{% if alert.title = 'a' %}{% endif %}", "1:19 the template cannot be read from here on; write =="],
    ["{% if alert.title && alert.id %}{% endif %}", '1:19 the template cannot be read from here on; write "and"'],
    ["{{ alert.count + 1 }}", "1:16 the template cannot be read from here on; write a filter: plus, minus, times, divided_by or append"],
    ["{{ alert.id | append }}", "1:1 the template fails: append expect 2 arguments"],
    ["{{ alert.last_seen | date: '%H', 'Europe/Pari' }}", "1:1 the template fails: Invalid time zone specified: Europe/Pari"],
    ["{% for i in (1..99999999) %}{% endfor %}", "1:1 the template does more work than one message may"],
  ])("%j", (text, expected) => {
    expect(mistakeIn(text)).toEqual(expected);
  });

  it("is a text that is too long", () => {
    expect(mistakeIn("a".repeat(MAX_TEXT + 1))).toBe(`the template is longer than ${MAX_TEXT} characters`);
  });

  it("of any kind is a value, with a place in the text", () => {
    const bits = fc.constantFrom(
      ..."{{ }} {% %} | : , . [ ] ( ) .. ' \" = == and or not if for in endif assign alert title a 1 - # \\ \n".split(" "),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(bits, fc.string({ maxLength: 5 })), { maxLength: 30 }), (parts) => {
        const text = parts.join(" ");
        const template = compileTemplate(text);
        if (template.ok || !template.reason.position) return;
        const { line, column } = template.reason.position;
        expect(line).toBeLessThanOrEqual(text.split("\n").length);
        expect(column).toBeLessThanOrEqual((text.split("\n")[line - 1]?.length ?? 0) + 1);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a template can", () => {
  it("see nothing but its values", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "map"]) {
      const text = `{{ alert.data.${name} }}{{ alert.data['${name}'] }}{{ alert.data[alert.data.k] }}{{ alert.data.list[alert.data.k] }}{{ alert.data.k.${name} }}`;
      expect(textOf(text, sampleAlert({ data: { k: name, list: ["x"] } }))).toBe("");
    }
  });

  it("not run text as a program: the engine has neither eval nor Function", () => {
    const file = createRequire(import.meta.url)
      .resolve("liquidjs")
      .replace(/liquid\.node\.js$/, "liquid.browser.mjs");
    expect(readFileSync(file, "utf8")).not.toMatch(/\beval\s*\(|new Function|\bFunction\s*\(|\bimport\s*\(/);
  });

  it("tell no time of its own", () => {
    expect(textOf("{{ 'now' | date: '%Y' }} {{ 'today' | date }}")).toBe("now today");
  });

  it("not change the alert", () => {
    const before = JSON.stringify(alert);
    textOf("{% assign alert = 'x' %}{% assign a = alert.assets | sort: 'name' | reverse %}{{ alert }}");
    expect(JSON.stringify(alert)).toBe(before);
  });
});

// Written to cost as much as they can; each has to end by the count of its work.
const COSTLY: [string, string][] = [
  [
    "a loop in a loop in a loop",
    "{% for a in (1..2000) %}{% for b in (1..2000) %}{% for c in (1..2000) %}{% endfor %}{% endfor %}{% endfor %}",
  ],
  [
    "lists in lists",
    "{% for a in alert.observables %}{% for b in alert.observables %}{% for c in alert.tags %}{{ c }}{% endfor %}{% endfor %}{% endfor %}",
  ],
  ["a text that doubles", "{% assign a = alert.summary %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}"],
  [
    "a list that doubles",
    "{% assign a = alert.tags %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}{{ a | sort | uniq | join }}",
  ],
  ["JSON over and over", "{% for i in (1..500) %}{% assign a = alert.data | json | upcase | replace: 'A', alert.title %}{% endfor %}"],
  ["a search over and over", "{% for i in (1..5000) %}{% if alert.summary contains alert.title %}{% endif %}{% endfor %}"],
  [
    "many comparisons",
    `{% for i in (1..5000) %}{% if ${Array.from({ length: 200 }, () => "alert.tags == alert.tags")
      .join(" or ")
      .slice(0, 1_880)} %}{% endif %}{% endfor %}`,
  ],
  [
    "many cases",
    `{% for i in (1..5000) %}{% case alert.title %}{% when ${Array.from({ length: 450 }, (_, n) => n).join(",")} %}{% endcase %}{% endfor %}`,
  ],
  ["a long path", `{% for i in (1..5000) %}{{ alert${".data".repeat(350)} }}{% endfor %}`],
  [
    "dates with a format from the alert",
    "{% for i in (1..400) %}{% assign a = alert.last_seen | date: alert.title, 'Europe/Paris' %}{% endfor %}",
  ],
  [
    "dates with many names",
    "{% for i in (1..400) %}{% assign a = alert.last_seen | date: '%A%A%A%A%A%A%A%A%A%A%A%A%A%A%B%B%B%B%B%c%c%c%c%c%c%x%X' %}{% endfor %}",
  ],
  ["a wide date", "{{ alert.last_seen | date: '%99999999Y%9999999N' }}"],
  [
    "a split text over and over",
    "{% for i in (1..2000) %}{% assign a = alert.summary | split: '' | reverse | join | truncatewords: 9999 %}{% endfor %}",
  ],
  ["a table in a table", "{% for a in alert.data %}{{ a }}{% for b in alert.data %}{{ b | last | json }}{% endfor %}{% endfor %}"],
  ["defanging", "{{ alert.summary | defang }}{{ alert.tags | defang }}"],
];

describe("any alert", () => {
  const deep = (depth: number): Alert["data"] => ({ a: depth === 0 ? "end" : deep(depth - 1) });
  const many = <Value>(make: (n: number) => Value): Value[] => Array.from({ length: 5_000 }, (_, n) => make(n));
  const LONG = "a.b@c ".repeat(20_000);
  const HUGE: Alert[] = [
    sampleAlert({ title: LONG, summary: LONG, tags: many(() => LONG) }),
    sampleAlert({
      title: "%A%B%c".repeat(500),
      summary: "a".repeat(900_000),
      tags: many(String),
      observables: many((n) => ({ name: "n", type: "ip", value: `192.0.2.${n}` })),
      assets: many((n) => ({ name: `host-${n}` })),
      data: Object.fromEntries(many((n) => [`key${n}`, JSON.parse(`{"then":${n},"size":${n},"length":1e9,"toString":"x"}`)])),
    }),
    sampleAlert({ data: deep(2_000) }),
    ...HOSTILE.map((text) => hostileAlert(text.repeat(300))),
  ];

  it.each(COSTLY)("and %s: ends soon, with a text of bounded length or a reason", (_, text) => {
    const template = compileTemplate(text);
    for (const one of HUGE) {
      const start = performance.now();
      const result = template.ok ? template.value.render(valuesOf({ alert: one, destination: "soc" })) : template;
      // Generous: a busy machine is no failure of a template.
      expect(performance.now() - start).toBeLessThan(3_000);
      if (result.ok) expect(result.value.length).toBeLessThanOrEqual(MAX_OUTPUT);
    }
  });

  it("gives text or a reason, the same each time", () => {
    const names = fc.constantFrom(
      "alert",
      "alert.title",
      "alert.tags",
      "alert.data",
      "alert.data.a",
      "alert.assets",
      "alert.count",
      "change",
      "'x'",
      "3",
    );
    const filters = fc.constantFrom(
      ..."upcase|append: alert.title|join: alert.summary|split: alert.title|map: 'name'|where: 'name', alert.title|sort|uniq|json|size|first".split(
        "|",
      ),
      ..."last|date|date: alert.title|truncate: 5|slice: 1, 9|plus: alert.title|divided_by: 0|round: 99|default: alert.tags|concat: alert.tags".split(
        "|",
      ),
      ..."replace: alert.title, alert.summary|url_encode|defang|compact|reverse|squish|capitalize|times: 1e300|truncatewords: 2".split("|"),
    );
    const output = fc.tuple(names, fc.array(filters, { maxLength: 4 })).map(([name, some]) => `{{ ${[name, ...some].join(" | ")} }}`);
    const tag = fc
      .tuple(names, output)
      .chain(([name, inside]) =>
        fc.constantFrom(`{% for x in ${name} %}${inside}{% endfor %}`, `{% if ${name} contains alert.title %}${inside}{% endif %}`, inside),
      );
    const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...HOSTILE, "now", "%Y%B", "\ud800"));
    const anyAlert = fc
      .record({ title: anyText, summary: anyText, tags: fc.array(anyText, { maxLength: 5 }), data: fc.dictionary(anyText, fc.jsonValue()) })
      .map((fields) => sampleAlert(fields as Partial<Alert>));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 4 }), anyAlert, (tags, one) => {
        const template = compileTemplate(tags.join(" "));
        if (!template.ok) return;
        const result = template.value.render(valuesOf({ alert: one, destination: "soc" }));
        expect(template.value.render(valuesOf({ alert: structuredClone(one), destination: "soc" }))).toEqual(result);
        expect((result.ok ? result.value : result.reason).length).toBeLessThanOrEqual(MAX_OUTPUT);
      }),
      { numRuns: 3_000 },
    );
  });
});
