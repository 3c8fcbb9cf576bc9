// A live page: it asks for itself, and what is new takes the place of what was. It says when it cannot, and since when what stands there is old.
import { Idiomorph } from "idiomorph";
import { utcTime } from "../../lib/text.ts";

/** A request that takes longer than this counts as lost. */
const PATIENCE_MS = 10_000;
/** How long new rows stand out. */
const NEWS_MS = 3_000;

/** Keeps the element as the server has it, asking every so many ms while somebody looks. */
export function keepLive(main: HTMLElement, everyMs: number): void {
  const state = document.querySelector<HTMLElement>("[data-live-state]");
  const text = document.querySelector<HTMLElement>("[data-live-text]");
  const pause = document.querySelector<HTMLButtonElement>("[data-live-pause]");
  const asOf = document.querySelector<HTMLElement>("[data-as-of]");
  if (!state || !text || !pause) return;
  state.hidden = false;
  const calm = text.textContent ?? "";
  let etag: string | undefined;
  let known = new Date();
  let isPaused = false;
  let isOver = false;

  /** `role=status` is read aloud: it is written only when it says something else. */
  const say = (kind: "live" | "paused" | "lost" | "over", sentence: string): void => {
    document.documentElement.dataset.liveIs = kind;
    if (text.textContent !== sentence) text.textContent = sentence;
  };

  async function look(): Promise<void> {
    const answer = await fetch(location.href, {
      headers: { accept: "text/html", "x-tocsin-live": "1", ...(etag ? { "if-none-match": etag } : {}) },
      // Where one is sent to sign in, nothing is asked there in the background.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      isOver = true;
      say("over", `Signed out. This is from ${clock(known)}.`);
      text?.append(" ", signInLink());
      return;
    }
    if (answer.status === 304 || answer.ok) {
      if (answer.ok) {
        // What somebody is just reading out or writing stays.
        if (isBusy(main)) return say("paused", `Waits while you write or mark text. This is from ${clock(known)}.`);
        show(await answer.text(), answer.headers.get("etag") ?? undefined);
      }
      known = new Date();
      if (asOf) asOf.textContent = utcTime(known.toISOString()) ?? null;
      say("live", calm);
      return;
    }
    throw new Error(`status ${answer.status}`);
  }

  function show(made: string, tag: string | undefined): void {
    etag = tag;
    const before = idsIn(main);
    Idiomorph.morph(main, made, {
      morphStyle: "innerHTML",
      ignoreActiveValue: true,
      callbacks: { beforeNodeMorphed: keeps, beforeAttributeUpdated: keepsAttribute },
    });
    for (const [id, element] of idsIn(main)) {
      if (before.size === 0 || before.has(id)) continue;
      element.classList.add("news");
      setTimeout(() => element.classList.remove("news"), NEWS_MS);
    }
    document.dispatchEvent(new CustomEvent("tocsin:updated"));
  }

  async function turn(): Promise<void> {
    if (isOver) return;
    if (!isPaused && document.visibilityState === "visible") {
      await look().catch(() => say("lost", `Connection lost. This is from ${clock(known)}; trying again.`));
    }
    setTimeout(() => void turn(), everyMs);
  }

  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    say(isPaused ? "paused" : "live", isPaused ? `Paused. This is from ${clock(known)}.` : calm);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !isPaused && !isOver) void look().catch(() => undefined);
  });
  setTimeout(() => void turn(), everyMs);
}

/** Rows that have an id, to tell which are new. */
const idsIn = (main: HTMLElement): Map<string, Element> =>
  new Map([...main.querySelectorAll("li[id], tr[id], article[id]")].map((element) => [element.id, element]));

/** Text that is marked, and a form that was begun, must not go away under somebody's hands. */
function isBusy(main: HTMLElement): boolean {
  const marked = getSelection();
  if (marked && !marked.isCollapsed && marked.anchorNode && main.contains(marked.anchorNode)) return true;
  const active = document.activeElement;
  if (active instanceof HTMLSelectElement && main.contains(active)) return true;
  return [...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].some(isChanged) || hasChangedChoice(main);
}

const isChanged = (field: HTMLInputElement | HTMLTextAreaElement): boolean =>
  field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue;

const hasChangedChoice = (main: HTMLElement): boolean =>
  [...main.querySelectorAll("select")].some((select) => {
    const given = Math.max(
      0,
      [...select.options].findIndex((option) => option.defaultSelected),
    );
    return select.selectedIndex !== given;
  });

/** Pictures that the script has drawn are its own. */
const keeps = (old: Node): boolean => !(old instanceof HTMLElement && old.hasAttribute("data-keep"));

/** What somebody has unfolded stays so. */
const keepsAttribute = (name: string, element: Element): boolean => !(name === "open" && element instanceof HTMLDetailsElement);

const clock = (time: Date): string => `${time.toISOString().slice(11, 19)} UTC`;

function signInLink(): HTMLElement {
  const link = document.createElement("a");
  link.href = `/signin?next=${encodeURIComponent(`${location.pathname}${location.search}`)}`;
  link.textContent = "Sign in";
  return link;
}
