// The look of a severity, the same on every wall: a mark and a word (a colour alone is lost on phones, on colour-blind
// readers and in Teams), and a colour that never makes a lesser alert look worse.
import type { Severity } from "../alert.ts";

/** What a message looks like: the alert's severity, or that it is over. */
export type Tone = Severity | "resolved";

/** Mark, word and colour of each tone. */
export const TONES: Record<Tone, { mark: string; word: string; color: string }> = {
  critical: { mark: "🔴", word: "CRITICAL", color: "#B71C1C" },
  high: { mark: "🟠", word: "HIGH", color: "#E65100" },
  medium: { mark: "🟡", word: "MEDIUM", color: "#F9A825" },
  low: { mark: "🔵", word: "LOW", color: "#1565C0" },
  info: { mark: "⚪", word: "INFO", color: "#607D8B" },
  resolved: { mark: "✅", word: "RESOLVED", color: "#2E7D32" },
};

/** A tone's colour as a number, for chats that want one. */
export const colorNumber = (tone: Tone): number => Number.parseInt(TONES[tone].color.slice(1), 16);
