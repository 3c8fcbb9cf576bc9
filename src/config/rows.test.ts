import { describe, expect, it } from "vitest";
import { registries } from "./fake-registries.ts";
import { type ConfigRows, type DestinationRow, parseRows, type RouteRow } from "./rows.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const box: DestinationRow = { name: "box", type: "box", settings: "{}" };
const routeRow = (row: Partial<RouteRow> = {}): RouteRow => ({
  name: "prod",
  id: ID,
  source: "bell",
  enabled: 1,
  settings: "{}",
  rules: '[{"to":["box"]}]',
  ...row,
});
const rows = (fields: Partial<ConfigRows>): ConfigRows => ({
  version: 7,
  relay: [],
  destinations: [box],
  routes: [],
  enrichers: [],
  lists: [],
  inhibitions: [],
  ...fields,
});

describe("rows", () => {
  it("make the same configuration as the file", () => {
    const config = parseRows(
      rows({
        relay: [
          { key: "url", value: "https://relay.example.com" },
          { key: "retention", value: "10d" },
        ],
        routes: [routeRow({ enabled: 0, id: ID.toUpperCase(), settings: '{"shards":2,"token":"secret:T"}' })],
      }),
      registries,
    );
    expect(config.broken).toEqual([]);
    expect(config.version).toBe(7);
    expect(config.relay).toEqual({ url: "https://relay.example.com", retentionMs: 864_000_000, retentionPayloadsMs: 864_000_000 });
    expect(config.routes).toMatchObject([
      {
        name: "prod",
        id: ID,
        enabled: false,
        shards: 2,
        retentionMs: 864_000_000,
        settings: { token: "secret:T" },
        rules: [{ name: "rule 1", to: ["box"] }],
      },
    ]);
    expect(config.destinations).toMatchObject([{ name: "box", type: "box" }]);
  });

  it("have templates and failovers, as the file has", () => {
    const template = '{"fields":{"User":"{{ alert.data.user }}","Host":"x"},"title":"{{ alert.id }}"}';
    const config = parseRows(
      rows({
        destinations: [
          { ...box, settings: `{"template":${template},"failover":"spare","priority":9}` },
          { ...box, name: "spare" },
        ],
        routes: [routeRow({ rules: `[{"to":["box"],"template":${template},"ping":{"high":"@here"}}]` })],
      }),
      registries,
    );
    expect(config.broken).toEqual([]);
    const parsed = {
      title: "{{ alert.id }}",
      fields: [
        { label: "User", value: "{{ alert.data.user }}" },
        { label: "Host", value: "x" },
      ],
    };
    expect(config.destinations[0]).toMatchObject({
      template: parsed,
      failover: { to: "spare", failures: 5, afterMs: 60_000 },
      detail: "full",
      priority: 9,
    });
    expect(config.routes[0]?.rules[0]).toMatchObject({ template: parsed, ping: { high: "@here" } });
  });

  it("say who of Access may do what as JSON; a row that is wrong lets nobody in", () => {
    const access = (value: string) => parseRows(rows({ relay: [{ key: "access", value }] }), registries);
    expect(access('{"configure":["Lead@example.com"],"read":["*@example.com"]}')).toMatchObject({
      relay: { access: { configure: ["lead@example.com"], read: ["*@example.com"] } },
      broken: [],
    });
    for (const wrong of ["lead@example.com", "{", '{"admin":[]}', '{"configure":"lead@example.com"}']) {
      const config = access(wrong);
      expect(config.relay.access, wrong).toEqual({});
      expect(config.broken, wrong).toMatchObject([{ kind: "relay", name: "access" }]);
    }
  });

  it("of a destination that fails over to nobody, or in a circle, are broken alone", () => {
    const failing = (name: string, to: string): DestinationRow => ({ name, type: "box", settings: JSON.stringify({ failover: to }) });
    const config = parseRows(
      rows({ destinations: [box, failing("a", "b"), failing("b", "a"), failing("c", "gone"), failing("d", "box")] }),
      registries,
    );
    expect(config.destinations.map(({ name }) => name)).toEqual(["box", "b", "d"]);
    expect(config.broken).toEqual([
      { kind: "destination", name: "a", problem: "failover: goes round in a circle: a, b, a; take `failover` out of one of them" },
      {
        kind: "destination",
        name: "c",
        problem: 'failover: there is no destination "gone"; add [destinations.gone] or name one of box, a, b, d',
      },
    ]);
  });

  it.each<[string, Partial<RouteRow>, string]>([
    ["settings that are no JSON", { settings: "{" }, "settings: is not a JSON object"],
    ["settings that are a list", { settings: "[]" }, "settings: is not a JSON object"],
    ["rules that are no JSON", { rules: "" }, "rules: is not JSON"],
    ["rules that are no list", { rules: "null" }, "rules: must be a list, and is null"],
    [
      "a column in the settings",
      { settings: '{"source":"drum"}' },
      "settings.source: has a column of its own; set the column source and take it out of settings",
    ],
    ["an unknown source", { source: "smoke" }, "source: must be one of bell, drum"],
    ["an unknown key", { settings: '{"tokn":"x"}' }, "tokn: is not a known key; did you mean token?"],
    [
      "an unknown destination",
      { rules: '[{"to":["soc"]}]' },
      'rules[0].to[0]: there is no destination "soc"; add [destinations.soc] or name one of box',
    ],
    [
      "a condition that does not compile",
      { rules: '[{"to":["box"],"when":"foo"}]' },
      "rules[0].when: foo is not known here; there are alert, change, now, lists and INFO to CRITICAL (column 1 of the condition)",
    ],
    [
      "a bad name",
      { name: "No" },
      "is not a name that can be used; use up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
    ],
  ])("%s disables that route alone, loudly", (_, bad, problem) => {
    const good = routeRow({ name: "good", id: "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11" });
    const config = parseRows(rows({ routes: [routeRow(bad), good] }), registries);
    expect(config.routes.map(({ name }) => name)).toEqual(["good"]);
    expect(config.broken).toEqual([{ kind: "route", name: bad.name ?? "prod", id: ID, problem }]);
  });

  it("of enrichers are judged alone", () => {
    const config = parseRows(
      rows({
        enrichers: [
          { name: "oracle", type: "oracle", settings: '{"token":"secret:T","rate":"4/m"}' },
          { name: "bad", type: "oracle", settings: "{}" },
          { name: "worse", type: "smoke", settings: "[]" },
        ],
      }),
      registries,
    );
    expect(config.enrichers).toEqual([
      { name: "oracle", type: "oracle", rate: { count: 4, perMs: 60_000 }, except: [], settings: { token: "secret:T" } },
    ]);
    expect(config.broken).toEqual([
      { kind: "enricher", name: "bad", problem: "token: is missing" },
      { kind: "enricher", name: "worse", problem: "settings: is not a JSON object" },
    ]);
  });

  it("of a route that names an enricher which is broken or gone serve without it, and say so", () => {
    const config = parseRows(
      rows({
        routes: [routeRow({ settings: '{"enrich":["bad","gone"]}' })],
        enrichers: [{ name: "bad", type: "oracle", settings: "{}" }],
      }),
      registries,
    );
    expect(config.routes).toMatchObject([{ name: "prod", enrich: ["bad", "gone"] }]);
    expect(config.broken).toEqual([
      { kind: "enricher", name: "bad", problem: "token: is missing" },
      { kind: "enricher", name: "of prod", problem: 'enrich[1]: there is no enricher "gone"; add [enrichers.gone] or name one of bad' },
    ]);
  });

  it("gives no id for what is none", () => {
    const config = parseRows(rows({ routes: [routeRow({ id: "x" })] }), registries);
    expect(config.broken).toEqual([
      { kind: "route", name: "prod", problem: "id: must be a UUID; make a fresh one with `uuidgen` or `node -p 'crypto.randomUUID()'`" },
    ]);
  });

  it("a broken destination leaves the routes that name it serving the others", () => {
    const config = parseRows(
      rows({ destinations: [box, { name: "soc", type: "wall", settings: "{}" }], routes: [routeRow({ rules: '[{"to":["box","soc"]}]' })] }),
      registries,
    );
    expect(config.broken).toEqual([{ kind: "destination", name: "soc", problem: "url: is missing" }]);
    expect(config.destinations.map(({ name }) => name)).toEqual(["box"]);
    expect(config.routes.map(({ name }) => name)).toEqual(["prod"]);
  });

  it("who is told of troubles may be gone: the others are told, and it is said", () => {
    const destinations = [{ name: "soc", type: "wall", settings: '{"url":"secret:U"}' }];
    const config = parseRows(rows({ relay: [{ key: "notify", value: '["soc","gone"]' }], destinations }), registries);
    expect(config.relay.notify).toEqual(["soc", "gone"]);
    expect(config.broken).toMatchObject([
      { kind: "relay", name: "notify", problem: expect.stringContaining('there is no destination "gone"') },
    ]);
  });

  it("a relay setting that is wrong falls back to its default", () => {
    const config = parseRows(
      rows({
        relay: [
          { key: "retention", value: "long" },
          { key: "url", value: "https://relay.example.com" },
          { key: "colour", value: "red" },
        ],
      }),
      registries,
    );
    expect(config.relay).toMatchObject({ url: "https://relay.example.com", retentionMs: 2_592_000_000 });
    expect(config.broken.map(({ kind, name }) => [kind, name])).toEqual([
      ["relay", "retention"],
      ["relay", "colour"],
    ]);
  });

  it("plain secrets are refused where the relay is deployed", () => {
    const plain = rows({ routes: [routeRow({ settings: '{"token":"t"}' })] });
    expect(parseRows(plain, registries).broken).toEqual([]);
    expect(parseRows(plain, registries, { local: false }).broken[0]?.problem).toContain("token: is a secret");
  });
});

describe("former ids in rows by hand", () => {
  const OTHER = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
  const former = (id: string) => JSON.stringify({ former_ids: [{ id, until: "2099-01-01T00:00:00Z" }] });

  it("are accepted as in the file", () => {
    const config = parseRows(rows({ routes: [routeRow({ settings: former(OTHER) })] }), registries);
    expect(config.broken).toEqual([]);
    expect(config.routes[0]?.formerIds).toEqual([{ id: OTHER, untilMs: Date.UTC(2099, 0, 1) }]);
  });

  it("break the route that claims another one's id, and that one alone", () => {
    const config = parseRows(
      rows({ routes: [routeRow({ settings: former(OTHER.toUpperCase()) }), routeRow({ name: "other", id: OTHER })] }),
      registries,
    );
    expect(config.routes.map(({ name }) => name)).toEqual(["other"]);
    expect(config.broken).toEqual([
      {
        kind: "route",
        name: "prod",
        id: ID,
        problem: "former_ids[0].id: is also the id of the route other; take it out of one of them",
      },
    ]);
  });
});
