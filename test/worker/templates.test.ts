// Templates inside the Workers runtime, where running text as a program is refused: Liquid is interpreted.
import { expect, it } from "vitest";
import { styleOf } from "../../src/templates/style.ts";
import { sampleAlert } from "../support/alerts.ts";

it("a template is compiled and rendered in the runtime of the Worker", () => {
  const template = {
    title: "{{ alert.severity | upcase }} {{ alert.title | truncate: 30 }}",
    summary: "{% for asset in alert.assets %}{{ asset.name }} ({{ asset.ip | defang }}){% endfor %}",
    fields: [{ label: "Seen", value: "{{ alert.last_seen | date: '%d %B, %H:%M', 'Europe/Paris' }}" }],
  };
  expect(styleOf({ template }, { alert: sampleAlert(), destination: "soc" })).toEqual({
    style: {
      texts: {
        title: "HIGH Encoded PowerShell launched...",
        summary: "ws-0142 (192[.]0[.]2[.]42)",
        fields: [{ label: "Seen", value: "02 November, 15:05" }],
      },
    },
    problems: [],
  });
});

it("work has an end where the clock stands still", () => {
  const template = {
    title: "{% for a in (1..2000) %}{% for b in (1..2000) %}{% assign c = alert.title | append: c %}{% endfor %}{% endfor %}",
  };
  const { style, problems } = styleOf({ template }, { alert: sampleAlert(), destination: "soc" });
  expect(style.texts).toEqual({});
  expect(problems).toEqual(["title: the template does more work than one message may"]);
});
