import { describe, expect, it } from "vitest";
import { MAX_FACTS } from "../destinations/facts.ts";
import { registries } from "./fake-registries.ts";
import { type ParseOptions, parseTables } from "./parse.ts";
import { pathText, sentence } from "./problem.ts";
import { MAX_FIELDS } from "./template-schema.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const SOC = { soc: { type: "wall", url: "secret:SOC_URL" } };
const DAY = 86_400_000;

const parse = (document: unknown, options: Partial<ParseOptions> = {}) => parseTables(document, registries, { local: true, ...options });
const problemsOf = (document: unknown, options: Partial<ParseOptions> = {}) =>
  parse(document, options).problems.map((problem) => `${pathText(problem.path)}: ${sentence(problem)}`);
const route = (table: object) => ({ destinations: SOC, routes: { prod: { id: ID, source: "bell", ...table } } });
const rule = (table: object) => route({ rules: [{ to: ["soc"], ...table }] });
const destination = (table: object) => ({ destinations: { soc: { type: "wall", url: "secret:SOC_URL", ...table } } });

describe("a configuration that is right", () => {
  it("gets its defaults", () => {
    const { config, problems } = parse({
      destinations: { box: { type: "box" } },
      routes: { prod: { id: ID.toUpperCase(), source: "bell" } },
    });
    expect(problems).toEqual([]);
    expect(config).toEqual({
      version: 0,
      relay: { retentionMs: 30 * DAY, retentionPayloadsMs: 30 * DAY },
      routes: [
        {
          name: "prod",
          id: ID,
          source: "bell",
          enabled: true,
          shards: 1,
          rules: [],
          maxBodyBytes: 1_048_576,
          defaultSeverity: "high",
          dedupWindowMs: 7 * DAY,
          softDeadlineMs: 1_000,
          retentionMs: 30 * DAY,
          retentionPayloadsMs: 30 * DAY,
          settings: {},
        },
      ],
      destinations: [
        {
          name: "box",
          type: "box",
          ping: {},
          digest: { after: 20, everyMs: 60_000, max: 100 },
          detail: "full",
          priority: 50,
          settings: {},
        },
      ],
      enrichers: [],
      lists: {},
      inhibitions: [],
      silences: [],
      changes: 0,
      broken: [],
    });
  });

  it("has every key parsed", () => {
    const { config, problems } = parse({
      relay: { url: "https://relay.example.com/", retention: "90d", retention_payloads: "7d" },
      destinations: {
        soc: {
          type: "wall",
          url: "https://wall.example.com/x",
          rate: "30/m",
          digest: { after: 5, every: "2m", max: 9 },
          ping: { critical: "<!here>" },
          detail: "full",
          priority: 90,
          failover: { to: "box", failures: 3, after: "5m" },
          template: {
            title: "{{ alert.title | upcase }}",
            summary: "",
            fields: { User: "{{ alert.data.user }}", Host: "{{ alert.assets[0].name }}", "10 minutes": "x" },
          },
        },
        box: { type: "box" },
      },
      routes: {
        prod: {
          id: ID,
          source: "bell",
          enabled: false,
          shards: 4,
          auth: { type: "hmac", secrets: ["secret:A", "secret:B.b"], header: "X-Signature", prefix: "sha256=", timestamp_header: "X-Time" },
          console: "https://bell.example.com/ui/",
          max_body: "2MiB",
          intake_rate: "100/s",
          default_severity: "medium",
          severity_map: { P1: "critical", "4": "low" },
          dedup_window: "1d",
          soft_deadline: "500ms",
          retention: "10d",
          api: "https://api.example.com",
          token: "secret:TOKEN",
          rules: [
            {
              name: "urgent",
              when: "alert.severity_id >= HIGH",
              to: ["soc"],
              stop: true,
              detail: "simple",
              template: { title: "{{ alert.id }}" },
              ping: { high: "<!here>", critical: "<!channel>" },
            },
            { enabled: false, to: { critical: ["soc"], default: [] } },
          ],
        },
      },
    });
    expect(problems).toEqual([]);
    expect(config.relay).toEqual({ url: "https://relay.example.com", retentionMs: 90 * DAY, retentionPayloadsMs: 7 * DAY });
    expect(config.destinations[0]).toMatchObject({
      rate: { count: 30, perMs: 60_000 },
      digest: { after: 5, everyMs: 120_000, max: 9 },
      ping: { critical: "<!here>" },
      detail: "full",
      priority: 90,
      failover: { to: "box", failures: 3, afterMs: 300_000 },
      template: {
        title: "{{ alert.title | upcase }}",
        summary: "",
        fields: [
          { label: "User", value: "{{ alert.data.user }}" },
          { label: "Host", value: "{{ alert.assets[0].name }}" },
          { label: "10 minutes", value: "x" },
        ],
      },
      settings: { url: "https://wall.example.com/x", headers: {} },
    });
    expect(config.routes[0]).toMatchObject({
      enabled: false,
      shards: 4,
      auth: {
        type: "hmac",
        secrets: ["secret:A", "secret:B.b"],
        header: "X-Signature",
        algorithm: "sha256",
        encoding: "hex",
        prefix: "sha256=",
        timestampHeader: "X-Time",
      },
      console: "https://bell.example.com/ui",
      maxBodyBytes: 2_097_152,
      intakeRate: { count: 100, perMs: 1_000 },
      defaultSeverity: "medium",
      severityMap: { p1: "critical", "4": "low" },
      dedupWindowMs: DAY,
      softDeadlineMs: 500,
      retentionMs: 10 * DAY,
      retentionPayloadsMs: 7 * DAY,
      settings: { api: "https://api.example.com", token: "secret:TOKEN" },
      rules: [
        {
          name: "urgent",
          enabled: true,
          when: "alert.severity_id >= HIGH",
          to: ["soc"],
          stop: true,
          detail: "simple",
          template: { title: "{{ alert.id }}" },
          ping: { high: "<!here>", critical: "<!channel>" },
        },
        { name: "rule 2", enabled: false, to: { critical: ["soc"], default: [] }, stop: false },
      ],
    });
  });

  it.each([
    ["7 days, unless it says otherwise", {}, {}, 7 * DAY],
    ["what it says", { dedup_window: "30d" }, {}, 30 * DAY],
    ["as long as its events are kept, where that is shorter", { retention: "2d" }, {}, 2 * DAY],
    ["as long as all events are kept, where that is shorter", {}, { retention: "3d" }, 3 * DAY],
    ["by its own retention, not the relay's", { retention: "30d", dedup_window: "7d" }, { retention: "3d" }, 7 * DAY],
  ])("recognises a redelivery for %s", (_, own, relay, ms) => {
    const { config, problems } = parse({ ...route(own), relay });
    expect(problems).toEqual([]);
    expect(config.routes[0]?.dedupWindowMs).toBe(ms);
  });

  it.each([
    { type: "header", name: "X-Token", value: "secret:T" },
    { type: "basic", username: "u", password: "secret:P" },
  ])("auth $type", (auth) => {
    expect(parse(route({ auth })).config.routes[0]?.auth).toEqual(auth);
  });

  it("may name as many fields as a message shows", () => {
    expect(MAX_FIELDS).toBe(MAX_FACTS);
  });

  it("may name who takes over by its name alone", () => {
    const { config, problems } = parse({ destinations: { a: { type: "box", failover: "b" }, b: { type: "box" } } });
    expect(problems).toEqual([]);
    expect(config.destinations.map(({ failover }) => failover)).toEqual([{ to: "b", failures: 5, afterMs: 60_000 }, undefined]);
  });

  it("may have enrichers, by their type's name or another", () => {
    const { config, problems } = parse({
      ...route({ enrich: ["oracle", "second", "oracle"] }),
      enrichers: {
        oracle: { token: "secret:T" },
        second: { type: "oracle", token: "secret:U", rate: "4/m", except: ["Corp.Example.COM.", "198.51.100.0/24", "2001:db8::/32"] },
      },
    });
    expect(problems).toEqual([]);
    expect(config.routes[0]?.enrich).toEqual(["oracle", "second"]);
    expect(config.enrichers).toEqual([
      { name: "oracle", type: "oracle", rate: undefined, except: [], settings: { token: "secret:T" } },
      {
        name: "second",
        type: "oracle",
        rate: { count: 4, perMs: 60_000 },
        except: ["corp.example.com", "198.51.100.0/24", "2001:db8::/32"],
        settings: { token: "secret:U" },
      },
    ]);
  });

  it("may say who is told of its troubles, which plan it runs on, and how long a source may be silent", () => {
    const { config, problems } = parse({ relay: { notify: ["soc", "soc"], plan: "free" }, ...route({ silent_after: "2h" }) });
    expect(problems).toEqual([]);
    expect(config.relay).toMatchObject({ notify: ["soc"], plan: "free" });
    expect(config.routes[0]?.silentAfterMs).toBe(7_200_000);
  });

  it("may be empty", () => {
    expect(problemsOf({})).toEqual([]);
  });
});

describe("what is wrong", () => {
  const UUIDGEN = "make a fresh one with `uuidgen` or `node -p 'crypto.randomUUID()'`";
  const ROUTE_KEYS = "routes.prod.";
  it.each<[string, unknown, string[]]>([
    ["unknown table", { route: {} }, ["route: is not a known key; did you mean routes?"]],
    ["lists as a list", { lists: [] }, ["lists: must be a table of tables; write [lists.NAME]"]],
    ["inhibit as a table", { inhibit: {} }, ["inhibit: must be a list of tables; write [[inhibit]]"]],
    ["routes as a list", { routes: [] }, ["routes: must be a table of tables; write [routes.NAME]"]],
    ["route as text", { routes: { prod: "x" } }, ["routes.prod: must be a table of keys"]],
    ["unknown relay key", { relay: { ulr: "x" } }, ["relay.ulr: is not a known key; did you mean url?"]],
    [
      "unknown relay key, near to none",
      { relay: { colour: "x" } },
      [
        "relay.colour: is not a known key; known keys are access, link_key, mask_key, notify, plan, retention, retention_audit, retention_payloads, url",
      ],
    ],
    [
      "notify of a destination that there is not",
      { relay: { notify: ["soc", "ops"] }, ...destination({}) },
      ['relay.notify[1]: there is no destination "ops"; add [destinations.ops] or name one of soc'],
    ],
    ["notify as text", { relay: { notify: "soc" }, ...destination({}) }, ["relay.notify: must be a list, and is text"]],
    ["a plan that is none", { relay: { plan: "fre" } }, ['relay.plan: must be one of free, paid; did you mean "free"?']],
    ["a silence that is none", route({ silent_after: "1m" }), ["routes.prod.silent_after: must be at least 5m"]],
    [
      "relay address",
      { relay: { url: "relay.example.com" } },
      ['relay.url: must be an http or https address without user, query or fragment; write for example "https://relay.example.com"'],
    ],
    [
      "role that there is not",
      { relay: { access: { admin: [] } } },
      ["relay.access.admin: is not a known key; known keys are configure, operate, read"],
    ],
    [
      "somebody without an address",
      { relay: { access: { read: ["ana", "*@*"] } } },
      ["relay.access.read[0]", "relay.access.read[1]"].map(
        (at) => `${at}: must be the address of a person; write for example "ana@example.com", or "*@example.com" for everybody there`,
      ),
    ],
    ["duration as number", { relay: { retention: 30 } }, ['relay.retention: must be a duration; write "30s" for 30 seconds']],
    ["duration too short", { relay: { retention: "5m" } }, ["relay.retention: must be at least 1h"]],
    [
      "bad name",
      { destinations: { SOC: { type: "box" } } },
      [
        "destinations.SOC: is not a name that can be used; use up to 63 lower-case letters, digits, - and _, beginning with a letter or digit",
      ],
    ],
    ["missing id", { routes: { prod: { source: "bell" } } }, [`${ROUTE_KEYS}id: is missing; ${UUIDGEN}`]],
    ["bad id", route({ id: "4ad4bd0e" }), [`${ROUTE_KEYS}id: must be a UUID; ${UUIDGEN}`]],
    ["missing source", { routes: { prod: { id: ID } } }, [`${ROUTE_KEYS}source: is missing; write one of bell, drum`]],
    ["unknown source", route({ source: "bel" }), [`${ROUTE_KEYS}source: must be one of bell, drum; did you mean "bell"?`]],
    ["unknown type", { destinations: { soc: { type: "smoke" } } }, ["destinations.soc.type: must be one of wall, box"]],
    ["unknown key near the source's", route({ tokn: "x" }), [`${ROUTE_KEYS}tokn: is not a known key; did you mean token?`]],
    ["unknown key near ours", route({ dedup_widnow: "x" }), [`${ROUTE_KEYS}dedup_widnow: is not a known key; did you mean dedup_window?`]],
    ["unknown key in the source's table", route({ hall: { kye: "x" } }), [`${ROUTE_KEYS}hall.kye: is not a known key; did you mean key?`]],
    ["the source's own words", route({ api: "x" }), [`${ROUTE_KEYS}api: must be an http(s) address`]],
    ["wrong kind in the source's table", route({ hall: { size: "x" } }), [`${ROUTE_KEYS}hall.size: must be a number, and is text`]],
    ["missing key of the kind", { destinations: { soc: { type: "wall" } } }, ["destinations.soc.url: is missing"]],
    ["shards", route({ shards: 65 }), [`${ROUTE_KEYS}shards: must be at most 64`]],
    ["shards", route({ shards: 1.5 }), [`${ROUTE_KEYS}shards: must be a whole number, and is a number with a fraction`]],
    ["enabled", route({ enabled: "yes" }), [`${ROUTE_KEYS}enabled: must be true or false, and is text`]],
    ["date for text", route({ token: new Date(0) }), [`${ROUTE_KEYS}token: must be text, and is a date`]],
    [
      "max_body",
      route({ max_body: "1MB" }),
      [`${ROUTE_KEYS}max_body: must be a size from 1 byte to 100MiB; write for example "512KiB", "2MiB" or a number of bytes`],
    ],
    ["intake_rate", route({ intake_rate: 5 }), [`${ROUTE_KEYS}intake_rate: must be a rate; write "5/s"`]],
    [
      "default_severity",
      route({ default_severity: "hihg" }),
      [`${ROUTE_KEYS}default_severity: must be one of info, low, medium, high, critical; did you mean "high"?`],
    ],
    [
      "severity_map",
      route({ severity_map: { P1: "urgent" } }),
      [`${ROUTE_KEYS}severity_map.P1: must be one of info, low, medium, high, critical`],
    ],
    [
      "dedup_window",
      route({ dedup_window: "week" }),
      [`${ROUTE_KEYS}dedup_window: must be a duration; write for example "30s", "5m", "2h" or "7d"`],
    ],
    [
      "dedup_window beyond the retention",
      { ...route({ dedup_window: "4d" }), relay: { retention: "3d" } },
      [
        `${ROUTE_KEYS}dedup_window: must not be longer than the retention (3d), after which an event that comes again is a new one; write at most "3d", or a longer retention`,
      ],
    ],
    ["soft_deadline", route({ soft_deadline: "5m" }), [`${ROUTE_KEYS}soft_deadline: must be at most 60s`]],
    [
      "auth kind",
      route({ auth: { type: "haeder" } }),
      [`${ROUTE_KEYS}auth.type: must be one of header, basic, hmac; did you mean "header"?`],
    ],
    ["auth without value", route({ auth: { type: "header", name: "X-Token" } }), [`${ROUTE_KEYS}auth.value: is missing`]],
    [
      "auth key",
      route({ auth: { type: "basic", username: "u", password: "p", pasword: "p" } }),
      [`${ROUTE_KEYS}auth.pasword: is not a known key; did you mean password?`],
    ],
    [
      "auth header",
      route({ auth: { type: "header", name: "X Token", value: "v" } }),
      [`${ROUTE_KEYS}auth.name: must be the name of a header, such as X-Signature`],
    ],
    [
      "hmac without secrets",
      route({ auth: { type: "hmac", secrets: [], header: "X" } }),
      [`${ROUTE_KEYS}auth.secrets: must have at least 1 member`],
    ],
    [
      "hmac algorithm",
      route({ auth: { type: "hmac", secrets: ["a"], header: "X", algorithm: "md5" } }),
      [`${ROUTE_KEYS}auth.algorithm: must be one of sha256, sha1, sha512`],
    ],
    ["rules as a table", route({ rules: {} }), [`${ROUTE_KEYS}rules: must be a list, and is a table`]],
    ["rule without to", route({ rules: [{}] }), [`${ROUTE_KEYS}rules[0].to: is missing: a rule has to say where its alerts go`]],
    ["to as text", rule({ to: "soc" }), [`${ROUTE_KEYS}rules[0].to: must be a list or a table`]],
    ["empty to", rule({ to: [] }), [`${ROUTE_KEYS}rules[0].to: names no destination; write for example to = ["soc"], or remove the rule`]],
    [
      "to by an unknown severity",
      rule({ to: { hgih: ["soc"], low: ["soc"] } }),
      [`${ROUTE_KEYS}rules[0].to.hgih: is not a known key; did you mean high?`],
    ],
    ["unknown destination", rule({ to: ["sco"] }), [`${ROUTE_KEYS}rules[0].to[0]: there is no destination "sco"; did you mean "soc"?`]],
    [
      "an address for a destination",
      rule({ to: ["https://hooks.example.com/secret"] }),
      [`${ROUTE_KEYS}rules[0].to[0]: there is no destination of that name; name one of soc`],
    ],
    [
      "unknown destination by severity",
      rule({ to: { high: ["pager"] } }),
      [`${ROUTE_KEYS}rules[0].to.high[0]: there is no destination "pager"; add [destinations.pager] or name one of soc`],
    ],
    [
      "condition",
      rule({ when: "alert.sttus == 'new'" }),
      [`${ROUTE_KEYS}rules[0].when: alert has no field sttus; did you mean status? (column 6 of the condition)`],
    ],
    [
      "condition over lines",
      rule({ when: "true\n&& alert.x" }),
      [`${ROUTE_KEYS}rules[0].when: alert has no field x; the source's own fields are in alert.data (line 2, column 9 of the condition)`],
    ],
    [
      "condition of another kind",
      rule({ when: true }),
      [`${ROUTE_KEYS}rules[0].when: must be a condition in text; write for example 'alert.severity_id >= HIGH'`],
    ],
    ["unknown key of a rule", rule({ wehn: "true" }), [`${ROUTE_KEYS}rules[0].wehn: is not a known key; did you mean when?`]],
    [
      "two rules of one name",
      route({
        rules: [
          { name: "a", to: ["soc"] },
          { name: "a", to: ["soc"] },
        ],
      }),
      [`${ROUTE_KEYS}rules[1].name: is also the name of rule 1 of this route; give each rule its own name`],
    ],
    ["rate", destination({ rate: "1/x" }), ['destinations.soc.rate: must be a rate; write for example "1/s" or "30/m"']],
    ["digest", destination({ digest: { evry: "1s" } }), ["destinations.soc.digest.evry: is not a known key; did you mean every?"]],
    ["digest", destination({ digest: { after: 0 } }), ["destinations.soc.digest.after: must be at least 1"]],
    ["ping", destination({ ping: { critcal: "x" } }), ["destinations.soc.ping.critcal: is not a known key; did you mean critical?"]],
    ["ping of a rule", rule({ ping: { high: "" } }), [`${ROUTE_KEYS}rules[0].ping.high: must have at least 1 character`]],
    ["detail", destination({ detail: "simpel" }), ['destinations.soc.detail: must be one of simple, full; did you mean "simple"?']],
    ["detail of a rule", rule({ detail: 1 }), [`${ROUTE_KEYS}rules[0].detail: must be one of simple, full`]],
    ["priority", destination({ priority: 101 }), ["destinations.soc.priority: must be at most 100"]],
    ["priority", destination({ priority: -1 }), ["destinations.soc.priority: must be at least 0"]],
    ["template as text", destination({ template: "{{ alert.title }}" }), ["destinations.soc.template: must be a table, and is text"]],
    [
      "template that detail does not show",
      destination({ detail: "simple", template: { fields: { Host: "x" } } }),
      [
        'destinations.soc.template: has a summary or fields, which detail = "simple" does not show; leave them out, or write detail = "full"',
      ],
    ],
    [
      "template of a rule that detail does not show",
      rule({ detail: "simple", template: { title: "x", summary: "x" } }),
      [
        `${ROUTE_KEYS}rules[0].template: has a summary or fields, which detail = "simple" does not show; leave them out, or write detail = "full"`,
      ],
    ],
    [
      "template's key",
      destination({ template: { titel: "x" } }),
      ["destinations.soc.template.titel: is not a known key; did you mean title?"],
    ],
    [
      "template of another kind",
      destination({ template: { title: 1, fields: { Host: true } } }),
      [
        "destinations.soc.template.title: must be a template in text; write for example '{{ alert.title }}'",
        "destinations.soc.template.fields.Host: must be a template in text; write for example '{{ alert.title }}'",
      ],
    ],
    [
      "template",
      destination({ template: { title: "{{ alert.titel }}" } }),
      ["destinations.soc.template.title: alert has no field titel; did you mean title? (column 4 of the template)"],
    ],
    [
      "template over lines in a rule",
      rule({ template: { fields: { Host: "{{ alert.id }}\n{{ alert.id | upcse }}" } } }),
      [`${ROUTE_KEYS}rules[0].template.fields.Host: there is no filter upcse; did you mean upcase? (line 2, column 15 of the template)`],
    ],
    [
      "fields of a template",
      destination({ template: { fields: { "": "x", "7": "x" } } }),
      [
        "destinations.soc.template.fields.7: the name of a field needs a letter",
        "destinations.soc.template.fields.: the name of a field has 1 to 40 characters",
      ],
    ],
    [
      "too many fields",
      destination({ template: { fields: Object.fromEntries("abcdefghi".split("").map((name) => [name, "x"])) } }),
      ["destinations.soc.template.fields: has more than 8 fields, which no message shows"],
    ],
    [
      "failover to nobody",
      { destinations: { soc: { type: "box", failover: "bord" }, board: { type: "box" } } },
      ['destinations.soc.failover: there is no destination "bord"; did you mean "board"?'],
    ],
    [
      "failover to nobody, near to none",
      { destinations: { soc: { type: "box", failover: { to: "pager" } }, board: { type: "box" } } },
      ['destinations.soc.failover.to: there is no destination "pager"; add [destinations.pager] or name one of board'],
    ],
    [
      "failover to an address",
      { destinations: { soc: { type: "box", failover: "https://hooks.example.com/secret" }, board: { type: "box" } } },
      ["destinations.soc.failover: there is no destination of that name; name one of board"],
    ],
    [
      "failover to itself",
      destination({ failover: "soc" }),
      ["destinations.soc.failover: is this destination itself, which could not help; add another destination first"],
    ],
    [
      "failovers in a circle, told once",
      {
        destinations: {
          d: { type: "box", failover: "b" },
          a: { type: "box", failover: { to: "b" } },
          b: { type: "box", failover: "c" },
          c: { type: "box", failover: "a" },
        },
      },
      ["destinations.a.failover.to: goes round in a circle: a, b, c, a; take `failover` out of one of them"],
    ],
    [
      "failover after how many",
      destination({ failover: { to: "soc2", failures: 0 } }),
      [
        "destinations.soc.failover.failures: must be at least 1",
        'destinations.soc.failover.to: there is no destination "soc2"; add [destinations.soc2] or add another destination first',
      ],
    ],
    [
      "failover after how long",
      { destinations: { soc: { type: "box", failover: { to: "board", after: 60 } }, board: { type: "box" } } },
      ['destinations.soc.failover.after: must be a duration; write "60s" for 60 seconds'],
    ],
    ["failover as a number", destination({ failover: 5 }), ["destinations.soc.failover: must be text or a table"]],
    [
      "failover's key",
      { destinations: { soc: { type: "box", failover: { to: "board", afer: "5m" } }, board: { type: "box" } } },
      ["destinations.soc.failover.afer: is not a known key; did you mean after?"],
    ],
    [
      "misspelt secret",
      destination({ url: "secret:my-name" }),
      [
        'destinations.soc.url: is not the name of a secret; write "secret:NAME" or "secret:NAME.key", where NAME has letters, digits and _ only',
      ],
    ],
    [
      "duplicate id",
      { routes: { a: { id: ID, source: "bell" }, b: { id: ID.toUpperCase(), source: "bell" } } },
      ["routes.b.id: the routes a and b have the same id; make a fresh one with `uuidgen` or `node -p 'crypto.randomUUID()'`"],
    ],
    [
      "unknown enricher",
      { ...route({ enrich: ["oracel", "whois"] }), enrichers: { oracle: { token: "secret:T" } } },
      [
        'routes.prod.enrich[0]: there is no enricher "oracel"; did you mean "oracle"?',
        'routes.prod.enrich[1]: there is no enricher "whois"; add [enrichers.whois] or name one of oracle',
      ],
    ],
    ["enrich as text", route({ enrich: "oracle" }), ["routes.prod.enrich: must be a list, and is text"]],
    [
      "enrich with what is no name",
      route({ enrich: ["https://hunter2.example"] }),
      ["routes.prod.enrich[0]: there is no enricher of that name; add it as [enrichers.NAME]"],
    ],
    [
      "enricher of no type",
      { enrichers: { oracel: { token: "secret:T" } } },
      ['enrichers.oracel.type: must be one of oracle; did you mean "oracle"?'],
    ],
    ["enricher without its key", { enrichers: { oracle: {} } }, ["enrichers.oracle.token: is missing"]],
    [
      "unknown key of an enricher",
      { enrichers: { oracle: { token: "secret:T", exept: [] } } },
      ["enrichers.oracle.exept: is not a known key; did you mean except?"],
    ],
    [
      "exception that is none",
      { enrichers: { oracle: { token: "secret:T", except: ["corp"] } } },
      ['enrichers.oracle.except[0]: must be a domain or a network; write for example "corp.example.com" or "198.51.100.0/24"'],
    ],
    ["enrichers as a list", { enrichers: [] }, ["enrichers: must be a table of tables; write [enrichers.NAME]"]],
  ])("%s", (_, document, expected) => {
    expect(problemsOf(document)).toEqual(expected);
  });

  it("is all found in one go, and the rest of the file is parsed", () => {
    const { config, problems } = parse({
      destinations: { ...SOC, bad: { type: "wall" } },
      routes: { one: { id: "x", source: "bel", shards: 0, rules: [{}, { to: ["nobody"] }] }, two: { id: ID, source: "bell" } },
    });
    expect(problems.map(({ path }) => pathText(path))).toEqual([
      "destinations.bad.url",
      "routes.one.source",
      "routes.one.id",
      "routes.one.shards",
      "routes.one.rules[0].to",
      "routes.one.rules[1].to[0]",
    ]);
    expect(config.routes.map(({ name }) => name)).toEqual(["two"]);
  });

  it("never repeats a value, which may be a secret in the wrong place", () => {
    const value = "hunter2hunter2";
    const shown = problemsOf({
      relay: { url: value, retention: value },
      destinations: { soc: { type: "wall", url: 3, rate: value, ping: value } },
      routes: {
        prod: { id: value, source: "bell", api: value, auth: value, shards: value, default_severity: value, rules: value, console: value },
      },
    });
    expect(shown.length).toBeGreaterThan(8);
    expect(shown.join("\n")).not.toContain(value);
  });
});

describe("secrets", () => {
  const plain = {
    destinations: { soc: { type: "wall", url: "https://wall.example.com/x", headers: { "X-Key": "k" } } },
    routes: {
      prod: {
        id: ID,
        source: "bell",
        token: "t",
        keys: ["k1", "secret:K2"],
        hall: { key: "k" },
        auth: { type: "basic", username: "u", password: "p" },
      },
    },
  };

  it("may be plain on this machine", () => {
    expect(problemsOf(plain)).toEqual([]);
  });

  it("must be names in a deployment", () => {
    const { problems } = parse(plain, { local: false });
    expect(problems.map(({ path }) => pathText(path))).toEqual([
      "destinations.soc.url",
      "destinations.soc.headers.X-Key",
      "routes.prod.auth.password",
      "routes.prod.token",
      "routes.prod.keys[0]",
      "routes.prod.hall.key",
    ]);
    expect(problems[0]).toMatchObject({
      message: "is a secret and must not stand in the configuration of a deployed relay",
      instead: 'write "secret:NAME" and set it with `npx wrangler secret put NAME`',
    });
  });

  it("are asked for where it is known which are set", () => {
    const document = route({ token: "secret:TOKEN", auth: { type: "header", name: "X", value: "secret:AUTH.key" } });
    const secrets = (name: string) => name === "SOC_URL";
    expect(problemsOf(document, { secrets })).toEqual([
      "routes.prod.auth.value: the secret AUTH is not set; put AUTH=... into the secrets file",
      "routes.prod.token: the secret TOKEN is not set; put TOKEN=... into the secrets file",
    ]);
    expect(problemsOf(document, { secrets, local: false })[0]).toBe(
      "routes.prod.auth.value: the secret AUTH is not set; run `npx wrangler secret put AUTH`",
    );
  });
});

describe("former ids", () => {
  const OTHER = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
  const until = "2099-01-01T00:00:00Z";
  const former = (id: string, at: unknown = until) => [{ id, until: at }];
  const two = (one: object, second: object) => ({
    routes: { one: { id: ID, source: "bell", ...one }, two: { id: OTHER, source: "bell", ...second } },
  });

  it.each<[string, unknown]>([
    ["a TOML date-time", new Date(until)],
    ["ISO 8601", until],
    ["another zone", "2099-01-01T02:00:00+02:00"],
  ])("have a time: %s", (_, at) => {
    const { config, problems } = parse(route({ former_ids: former(OTHER.toUpperCase(), at) }));
    expect(problems).toEqual([]);
    expect(config.routes[0]?.formerIds).toEqual([{ id: OTHER, untilMs: Date.parse(until) }]);
  });

  it.each<[string, unknown]>([
    ["a word", "tomorrow"],
    ["a day alone", "2099-01-01"],
    ["a time without its zone", "2099-01-01T10:00:00"],
    ["a time of day", "10:00:00"],
    ["a number", 5],
    ["a day that is none", "2099-02-30T00:00:00Zz"],
  ])("are refused with %s", (_, at) => {
    expect(problemsOf(route({ former_ids: former(OTHER, at) }))).toEqual([
      "routes.prod.former_ids[0].until: must be a time with its zone; write for example 2026-12-01T00:00:00Z",
    ]);
  });

  it("stand once among all ids, and are never repeated", () => {
    expect(problemsOf(two({ former_ids: former(OTHER) }, {}))).toEqual([
      "routes.one.former_ids[0].id: is also the id of the route two; take it out of one of them",
    ]);
    expect(problemsOf(two({ former_ids: former(ID.toUpperCase()) }, {}))).toEqual([
      "routes.one.former_ids[0].id: is also the id of this route; take it out of one of them",
    ]);
    const third = "6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
    expect(problemsOf(two({ former_ids: former(third) }, { former_ids: [...former(third), ...former(third)] }))).toEqual([
      "routes.two.former_ids[0].id: is also a former id of the route one; take it out of one of them",
      "routes.two.former_ids[1].id: is also a former id of this route; take it out of one of them",
    ]);
    expect(problemsOf(two({}, { id: ID.toUpperCase() }))[0]).toContain("routes.two.id: the routes one and two have the same id");
  });
});
