import { describe, expect, it } from "vitest";
import { sampleAlert } from "../../test/support/alerts.ts";
import { styleOf } from "./style.ts";

const inputs = { alert: sampleAlert(), destination: "soc" };

describe("a style", () => {
  it("is the level of detail alone where there is no template", () => {
    expect(styleOf({ detail: "simple" }, inputs)).toEqual({ style: { detail: "simple" }, problems: [] });
  });

  it("has the rendered texts, fields in their order, and leaves alone what the template does not name", () => {
    const template = {
      title: "{{ alert.severity | upcase }}: {{ alert.title }}",
      fields: [
        { label: "User", value: "{{ alert.observables[0].value }}" },
        { label: "Host", value: "{{ alert.assets[0].name }}" },
        { label: "Tenant", value: "{{ alert.tenant }}" },
      ],
    };
    const { style, problems } = styleOf({ template, detail: "full" }, inputs);
    expect(problems).toEqual([]);
    expect(style).toEqual({
      detail: "full",
      texts: {
        title: "HIGH: Encoded PowerShell launched by Office",
        fields: [
          { label: "User", value: "ACME\\jdoe" },
          { label: "Host", value: "ws-0142" },
          { label: "Tenant", value: "" },
        ],
      },
    });
  });

  it("may empty a summary and the fields", () => {
    expect(styleOf({ template: { summary: "", fields: [] } }, inputs).style.texts).toEqual({ summary: "", fields: [] });
  });

  it("leaves a part that fails to the alert's own text, and says which and why", () => {
    // Right for the configuration, wrong for this alert: the zone stands in the alert.
    const zoned = "{{ alert.first_seen | date: '%H:%M', alert.data.zone }}";
    const template = {
      title: zoned,
      summary: "{{ alert.id }}",
      fields: [
        { label: "Host", value: "x" },
        { label: "At", value: zoned },
      ],
    };
    const alert = sampleAlert({ data: { zone: "Nowhere/None" } });
    const { style, problems } = styleOf({ template }, { alert, destination: "soc" });
    expect(style.texts).toEqual({ summary: alert.id });
    const why = "the template fails: Invalid time zone specified: Nowhere/None";
    expect(problems).toEqual([`title: ${why}`, `the field "At": ${why}`]);
    expect(styleOf({ template }, inputs).problems).toEqual([]);
  });

  it("survives a template that would not compile: rows can be older than the relay", () => {
    const { style, problems } = styleOf({ template: { title: "{{ alert.title | gone }}" } }, inputs);
    expect(style.texts).toEqual({});
    expect(problems).toEqual([expect.stringMatching(/^title: there is no filter gone; /)]);
  });
});
