// How a page is made: who may see it, what it is answered from, its frame, and the small answer that keeps it live.
import type { Context } from "hono";
import { html } from "hono/html";
import type { Hono } from "hono/tiny";
import type { z } from "zod";
import { contextOf } from "../../admin/api.ts";
import type { AdminContext } from "../../admin/context.ts";
import type { AdminDeps } from "../../admin/deps.ts";
import { readQuery } from "../../admin/endpoint.ts";
import { etagOf, notModified } from "../../admin/etag.ts";
import { type Role, suffices } from "../../admin/role.ts";
import { bodyBytes } from "../../lib/body.ts";
import { sentencePage } from "../entrance/pages.ts";
import { type Guarded, guarded, ownPath } from "./guard.ts";
import { page } from "./layout.ts";
import { type NoticeName, notice } from "./notices.ts";
import type { Html } from "./parts.ts";

/** What a page or a form works with. */
export interface View {
  context: AdminContext;
  url: URL;
  /** Now, Unix ms: the same for the whole page. */
  now: number;
  /** Whether whoever looks may do what needs this role: what they may not do is not offered. */
  may(role: Role): boolean;
  /** A part of the address. */
  param(name: string): string;
  /** Whether an open page asks for what is new: what another one was told a moment ago will do. */
  isLive: boolean;
}

/** A form, with what was sent. */
export interface Form extends View {
  /** A text field; `""` where it was not sent. */
  text(name: string): string;
  /** All values of a field that may be there several times. */
  all(name: string): string[];
}

/** A whole configuration fits. */
const MOST_FORM_BYTES = 2 * 1_024 * 1_024;

/** Why a page's parameters cannot be read. */
export class WrongQuery {
  readonly sentence: string;
  constructor([where, sentence]: readonly [where: string, sentence: string]) {
    this.sentence = `${where}: ${sentence}.`;
  }
}

/** Where to go after a form, so that loading again does nothing twice: a path of ours, and what to say there. */
export interface Done {
  to: string;
  notice?: NoticeName;
  /** Numbers that the notice tells. */
  counts?: Record<string, number>;
}

/** What a form answers with: where to go on; a page, with its status where it is not 200; undefined where there is no such thing. */
export type Answer = Done | { page: Html; title: string; status?: 200 | 403 | 409 | 422 } | Response | undefined;

interface PageOptions {
  title: string;
  role?: Role;
  /** How often a page that is open asks for what is new, in seconds; it then says so in its frame. What costs more is asked for less often. */
  live?: number | ((url: URL) => number);
}

/** What an area of the dashboard adds its pages and forms to. */
export class Pages {
  readonly app: Hono<Guarded>;
  readonly deps: AdminDeps;

  constructor(app: Hono<Guarded>, deps: AdminDeps) {
    this.app = app;
    this.deps = deps;
  }

  /** Adds a page. `make` answers undefined where there is no such thing. */
  show(path: string, { title, role = "read", live }: PageOptions, make: (view: View) => Promise<Html | WrongQuery | undefined>): void {
    this.app.get(path, guarded(this.deps, role), async (c) => {
      const view = await this.#view(c);
      const made = await make(view);
      if (made === undefined) return c.html(notFoundPage(), 404);
      if (made instanceof WrongQuery) return c.html(sentencePage("That cannot be shown", made.sentence), 400);
      const content = html`${notice(view.url)}${await made}`;
      if (c.req.header("x-tocsin-live") !== undefined) return liveAnswer(c, String(await content));
      const seconds = typeof live === "function" ? live(view.url) : live;
      return c.html(page({ title, path: view.url.pathname, now: view.now, content, visitor: c.get("visitor"), live: seconds }));
    });
  }

  /** Adds what a form does. It has to come from a page of ours (guard.ts). */
  act(path: string, role: Role, make: (form: Form) => Promise<Answer>): void {
    this.app.post(path, guarded(this.deps, role), async (c) => {
      const bytes = await bodyBytes(c.req.raw, MOST_FORM_BYTES);
      if (!bytes) return c.html(sentencePage("Too large", `A form may have ${MOST_FORM_BYTES} bytes.`), 413);
      const body = new URLSearchParams(new TextDecoder().decode(bytes));
      const view = await this.#view(c);
      const all = (name: string): string[] => body.getAll(name);
      const answer = await make({ ...view, all, text: (name) => all(name)[0] ?? "" });
      if (answer === undefined) return c.html(notFoundPage(), 404);
      if (answer instanceof Response) return answer;
      if ("to" in answer) return c.redirect(address(answer, view.url), 303);
      const frame = { title: answer.title, path: view.url.pathname, now: view.now, content: answer.page, visitor: c.get("visitor") };
      return c.html(page({ ...frame, again: false }), answer.status ?? 200);
    });
  }

  async #view(c: Context<Guarded>): Promise<View> {
    const visitor = c.get("visitor");
    const context = await contextOf(this.deps, c.env, visitor);
    return {
      context,
      url: new URL(c.req.url),
      now: context.now(),
      may: (role) => suffices(visitor.role, role),
      param: (name) => c.req.param(name) ?? "",
      isLive: c.req.header("x-tocsin-live") !== undefined,
    };
  }
}

/** Reads an address's parameters by a schema; a word for the notice may stand among them. */
export function parametersOf<Schema extends z.ZodObject>(url: URL, schema: Schema): z.infer<Schema> | WrongQuery {
  const params = new URLSearchParams([...url.searchParams].filter(([name]) => !NOTICE_PARAMETERS.test(name)));
  const read = readQuery(params, schema);
  return read.ok ? read.value : new WrongQuery(read.reason);
}

/** Where a notice stands in an address. */
const NOTICE_PARAMETERS = /^done(_\w+)?$/;

/** Where a form that is on several pages leads back to: `back` in what was sent, or a page of ours. */
export const backTo = (form: Form, otherwise: string): string => {
  const path = ownPath(form.text("back"));
  return path === "/" ? otherwise : path;
};

/** The page for what there is not. */
export const notFoundPage = (): Html =>
  sentencePage(
    "Nothing here",
    "There is no such page. Test alerts and alerts that are older than the retention are not kept, and the links of a message work only as a whole.",
  );

function address({ to, notice, counts = {} }: Done, here: URL): string {
  const url = new URL(to, here);
  for (const name of [...url.searchParams.keys()]) if (NOTICE_PARAMETERS.test(name)) url.searchParams.delete(name);
  if (notice) url.searchParams.set("done", notice);
  for (const [name, count] of Object.entries(counts)) url.searchParams.set(`done_${name}`, String(count));
  return `${url.pathname}${url.search}${url.hash}`;
}

/** How long ago something was changes with every second, and is told by the browser: it makes no other page. */
function liveAnswer(c: Context<Guarded>, main: string): Response {
  const etag = etagOf(main.replace(/(<time\b[^>]*>)[^<]*/g, "$1"));
  const answer = notModified(c.req.raw.headers, etag);
  if (answer) return answer;
  c.header("etag", etag);
  return c.html(main) as Response;
}
