// Which destinations share one budget: those of a kind whose vendor counts over all that use the same credential.
import type { DestinationConfig } from "../config/model.ts";
import type { Destination } from "../destinations/destination.ts";

/** Names of the destinations that share a budget with this one, itself included, in the order of their names; none when it is alone. */
export function sharingWith(
  own: DestinationConfig,
  all: readonly DestinationConfig[],
  adapters: ReadonlyMap<string, Destination>,
): readonly string[] {
  const shared = adapters.get(own.type)?.shared;
  if (!shared) return [];
  const credentialOf = ({ settings }: DestinationConfig): unknown => Reflect.get(Object(settings), shared.by);
  const sharing = all
    .filter((one) => one.type === own.type && credentialOf(one) === credentialOf(own))
    .map(({ name }) => name)
    .sort();
  return sharing.length > 1 ? sharing : [];
}
