import { describe, expect, test } from "vitest";
import {
  alertHash,
  alertId,
  correlatorName,
  deliveryId,
  enricherName,
  eventId,
  ledgerName,
  outboxName,
  parseAlertId,
  parseCorrelatorName,
  parseDeliveryId,
  parseLedgerName,
  parseOutboxName,
  shardOf,
} from "./names.ts";

const hash = alertHash("some key");

describe("public ids", () => {
  test("of an alert are safe in an address, and lead back to route and hash", () => {
    const id = alertId("sekoia-prod_2", hash);
    expect(encodeURIComponent(id)).toBe(id);
    expect(parseAlertId(id)).toEqual({ route: "sekoia-prod_2", hash });
  });

  test.each(["", "prod", `prod.${"g".repeat(24)}`, `prod.${hash}0`, `Prod.${hash}`, `a.b.${hash}`, `prod.${hash}\n`])(
    "%j is no alert's id",
    (id) => {
      expect(parseAlertId(id)).toBeUndefined();
    },
  );

  test("of a delivery lead back to destination, slot and version", () => {
    expect(parseDeliveryId(deliveryId("soc", alertId("prod", hash), 12))).toEqual({
      destination: "soc",
      slot: `prod.${hash}`,
      version: 12,
    });
    expect(parseDeliveryId("soc.digest-3.1")).toEqual({ destination: "soc", slot: "digest-3", version: 1 });
    for (const id of ["", "soc", "soc.1", "soc.x.y", "SOC.x.1"]) expect(parseDeliveryId(id), id).toBeUndefined();
  });

  test("of an event tell copies of one claim from the claim's next life", () => {
    expect(eventId("prod", "v1:a", 1)).toBe(eventId("prod", "v1:a", 1));
    expect(
      new Set([eventId("prod", "v1:a", 1), eventId("prod", "v1:a", 2), eventId("test", "v1:a", 1), eventId("prod", "v1:b", 1)]).size,
    ).toBe(4);
  });
});

describe("objects", () => {
  test("are named by configuration names, and the names lead back", () => {
    expect(parseLedgerName(ledgerName("prod", 3))).toEqual({ route: "prod", shard: 3 });
    expect(parseOutboxName(outboxName("soc"))).toBe("soc");
    expect(parseCorrelatorName(correlatorName("prod"))).toBe("prod");
    expect(enricherName("https://api.example", "secret:KEY")).not.toBe(enricherName("https://api.example", "secret:OTHER"));
  });
});

describe("shards", () => {
  test("share alerts evenly, and one alert always meets the same", () => {
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 4_000; n += 1) {
      const shard = shardOf(alertHash(`key ${n}`), 4);
      expect(shardOf(alertHash(`key ${n}`), 4)).toBe(shard);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(850);
    expect(shardOf(hash, 1)).toBe(0);
  });
});
