// What every adapter states of itself is whole, so that half of one never runs.
import { describe, expect, test } from "vitest";
import { destinations } from "./destinations/index.ts";
import { enrichers } from "./enrichers/index.ts";
import { sources } from "./sources/index.ts";

describe.each(Object.entries({ sources, destinations, enrichers }))("%s", (_, registry) => {
  test.each([...registry])("%s: its name can be written in a file, and its example fits its own settings", (type, adapter) => {
    expect(adapter.type).toBe(type);
    expect(type).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(adapter.label).not.toBe("");
    expect(adapter.settings.safeParse(adapter.example)).toMatchObject({ success: true });
  });
});

test.each([...enrichers])("%s takes an indicator", (_, { takes }) => expect(takes).not.toEqual([]));
