import type { Hono } from "hono/tiny";
import { sendAsset } from "../../admin/asset.ts";
import type { Guarded } from "./guard.ts";

/** What pages load, by its media type. Anybody may have it: the sign-in page loads it too. */
const ASSETS: Record<string, string> = {
  "style.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "charts.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** Adds the assets. A browser asks each time whether its copy is the newest, so that a page never meets the style of another version. */
export function addAssets(app: Hono<Guarded>): void {
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/assets/${name}`, (c) =>
      sendAsset(c.env, name, c.req.raw.headers, { "content-type": type, "cache-control": "public, no-cache" }),
    );
  }
}
