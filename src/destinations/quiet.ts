// Which messages make no sound, in chats where a message can come without one.
import type { Card } from "./card.ts";
import type { View } from "./destination.ts";

/**
 * Whether nobody has to be woken: low and info alerts, and follow-ups without a reason to notice them (`notify`). A ping is
 * always heard, and so is a test, which is sent to be seen.
 */
export function isQuiet(view: View, { tone, ping }: Card): boolean {
  if (ping !== undefined || view.kind === "test") return false;
  if (view.kind === "update") return view.notify !== true;
  return view.kind === "moved" || tone === "low" || tone === "info";
}
