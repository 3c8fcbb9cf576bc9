// Destinations that send by a binding of the Worker: refused where it does not have that binding.
import type { Path, Problem } from "./problem.ts";

/** How an adapter sends, as far as bindings go. */
export type Sending =
  | { kind: "http" }
  | { kind: "custom"; needs(settings: unknown): string | undefined; missing?(binding: string): string };

/** Whether the Worker has a binding of this name. */
export type HasBinding = (name: string) => boolean;

/** What is wrong when `settings` need a binding that is not there. Without `hasBinding` nobody asks. */
export function bindingProblems(
  sending: Sending | undefined,
  settings: unknown,
  path: Path,
  hasBinding: HasBinding | undefined,
): Problem[] {
  if (sending?.kind !== "custom" || settings === undefined || hasBinding === undefined) return [];
  const binding = sending.needs(settings);
  if (binding === undefined || hasBinding(binding)) return [];
  return [
    {
      path: [...path, "type"],
      message: `needs the binding ${binding}, which this Worker does not have`,
      instead: sending.missing?.(binding) ?? "add it to wrangler.toml",
    },
  ];
}
