// What must hold of every event and patch that leaves an adapter, whatever came in.
import { expect } from "vitest";
import { type AlertPatch, SEVERITIES, type SourceEvent, STATUSES } from "../../src/alert.ts";

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** Checks one event; fails the running test with the first thing that is wrong. */
export function expectEvent(event: SourceEvent): void {
  expect(event.claim).toMatch(/^v1:[0-9a-f]{32}$/);
  expect(event.key).toMatch(/^\S.{0,299}$/s);
  expect(event.type).not.toBe("");
  expect(["opened", "updated", "resolved", "commented"]).toContain(event.kind);
  expect(typeof event.identified).toBe("boolean");
  if (event.order !== undefined) expect(Number.isFinite(event.order)).toBe(true);
  if (event.occurred_at !== undefined) expectTime(event.occurred_at);
  // What opens an alert names it; later events need not.
  if (event.kind === "opened") expect(event.patch.title).toBeTruthy();
  expect(event.payload).toBeDefined();
  expectPatch(event.patch);
  expectNoHoles(event.patch);
}

/** Checks one patch. */
export function expectPatch(patch: AlertPatch): void {
  for (const line of [patch.title, patch.type, patch.category, patch.tenant, patch.status_label, patch.severity_label]) {
    if (line !== undefined) expect(line).toMatch(/^[^\r\n]+$/);
  }
  if (patch.severity !== undefined) expect(SEVERITIES).toContain(patch.severity);
  if (patch.status !== undefined) expect(STATUSES).toContain(patch.status);
  expect(patch.severity === undefined).toBe(patch.severity_label === undefined);
  expect(patch.status === undefined).toBe(patch.status_label === undefined);
  for (const time of [patch.first_seen, patch.last_seen]) if (time !== undefined) expectTime(time);
  for (const url of [patch.url, patch.rule?.url]) if (url !== undefined) expectLink(url);
  for (const { name } of [...(patch.assets ?? []), ...(patch.observables ?? [])]) expect(name).toBeTruthy();
  for (const { type, value } of patch.observables ?? []) expect(type === type.toLowerCase() && value !== "").toBe(true);
  if (patch.rule) expect(patch.rule.name).toBeTruthy();
  if (patch.total !== undefined) expect(Number.isInteger(patch.total) && patch.total >= 1).toBe(true);
}

function expectTime(text: string): void {
  expect(text).toMatch(ISO_UTC);
  expect(Date.parse(text)).not.toBeNaN();
}

/** A link that no renderer can be tricked with: http(s), and nothing that ends an attribute or a markup's link. */
function expectLink(text: string): void {
  expect(text).toMatch(/^https?:\/\/[^\s<>"|\\^`{}]+$/);
  expect(URL.canParse(text)).toBe(true);
}

/** An `undefined` member would be lost on the way and could differ from an absent one. */
function expectNoHoles(value: unknown): void {
  expect(value).not.toBeUndefined();
  if (typeof value === "object" && value !== null) for (const member of Object.values(value)) expectNoHoles(member);
}
