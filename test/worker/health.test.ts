// The Worker as a whole inside the runtime: it starts, and says so.
import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

test("an empty relay is healthy", async () => {
  const answer = await exports.default.fetch("http://relay/healthz");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "ok", routes: 0 });
});
