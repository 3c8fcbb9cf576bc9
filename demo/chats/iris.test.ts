// The simulated DFIR-IRIS: alerts by id, changes of single members, errors by field, and where it fails rather than refuses.
import { afterAll, beforeAll, expect, it } from "vitest";
import { irisErrors, irisFailure } from "./iris-form.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { type Chats, startChats } from "./server.ts";

let chats: Chats;
beforeAll(async () => {
  chats = await startChats();
});
afterAll(() => chats.close());

const alert = (more: JsonObject = {}): JsonObject => ({
  alert_title: "Port scan",
  alert_severity_id: 5,
  alert_status_id: 2,
  alert_customer_id: 1,
  alert_source_ref: "ntopng.1",
  ...more,
});
const call = async (method: string, url: string, body: JsonObject, token = "t"): Promise<{ status: number; body: JsonObject }> => {
  const response = await fetch(url, { method, body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as JsonObject) : {} };
};

it("creates an alert, changes single members, and tells all of it", async () => {
  const { url } = chats.iris("soc");
  const created = await call("POST", `${url}/api/v2/alerts`, alert({ alert_assets: [{ asset_name: "db-2", asset_type_id: 3 }] }));
  expect(created).toMatchObject({
    status: 201,
    body: { alert_id: 1, severity: { severity_name: "High" }, status: { status_name: "New" } },
  });
  const changed = await call("PUT", `${url}/api/v2/alerts/1`, {
    alert_status_id: 6,
    alert_customer_id: 9,
    alert_context: { status: "resolved" },
  });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      alert_title: "Port scan",
      status: { status_name: "Closed" },
      alert_customer_id: 1,
      alert_owner_id: 1,
      alert_context: { status: "resolved" },
    },
  });
});

it("knows who may do what", async () => {
  const closed = chats.iris("closed", { token: "right" });
  expect(await call("POST", `${closed.url}/api/v2/alerts`, alert(), "wrong")).toMatchObject({
    status: 401,
    body: { status: "error", message: "Authentication required", data: [] },
  });
  expect((await call("POST", `${chats.iris("reader", { readOnly: true }).url}/api/v2/alerts`, alert())).status).toBe(403);
  // As in IRIS itself, the alert is there all the same.
  expect(await call("POST", `${closed.url}/api/v2/alerts`, alert({ alert_customer_id: 7 }), "right")).toMatchObject({
    status: 400,
    body: { message: "User not entitled to create alerts for the client" },
  });
  expect(closed.visible()).toHaveLength(1);
});

it("does not find what is not there, or was deleted", async () => {
  const { url } = chats.iris("gone");
  await call("POST", `${url}/api/v2/alerts`, alert());
  expect((await call("PUT", `${url}/api/v2/alerts/2`, {})).status).toBe(404);
  chats.iris("gone").remove("1");
  expect((await call("PUT", `${url}/api/v2/alerts/1`, {})).status).toBe(404);
  expect((await call("POST", `${url}/alerts/add`, alert())).status).toBe(404);
});

it("tells errors by field", async () => {
  const { url } = chats.iris("strict");
  const { alert_customer_id: _, ...without } = alert();
  expect(await call("POST", `${url}/api/v2/alerts`, without)).toEqual({
    status: 400,
    body: { message: "Data error", data: { alert_customer_id: ["Missing data for required field."] } },
  });
  expect(Object.keys(irisErrors(alert({ alert_severity_id: "high", alert_tags: ["x"], alert_source_event_time: "now" })) ?? {})).toEqual([
    "alert_severity_id",
    "alert_tags",
    "alert_source_event_time",
  ]);
  expect(irisErrors({}, { partial: true })).toBeUndefined();
});

it("fails where IRIS does", async () => {
  const { url } = chats.iris("fails");
  expect((await call("POST", `${url}/api/v2/alerts`, alert({ alert_severity_id: 99 }))).status).toBe(500);
  expect(irisFailure(alert({ alert_description: "a\0b" }))).toBe("a character");
  expect(irisFailure(alert({ alert_source_content: { x: "\ud83d" } }))).toBe("a character");
  expect(irisFailure(alert({ alert_iocs: [{ ioc_value: "x" }] }))).toBe("an indicator");
  expect(irisFailure(objectOf(alert()))).toBeUndefined();
});
