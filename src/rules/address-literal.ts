// Addresses and networks that a condition writes out.
import { parseNetwork } from "../lib/network.ts";
import { type Expr, textOf } from "./expression.ts";

/** What is wrong with the arguments of `inCidr()` that are literals, and where; undefined where nothing is. */
export function addressMistake([address, networks]: readonly Expr[]): { expr: Expr; message: string } | undefined {
  const text = textOf(address);
  if (address && text !== undefined && (text.includes("/") || parseNetwork(text) === undefined))
    return { expr: address, message: `${JSON.stringify(text)} is no address; inCidr() is called as inCidr(asset.ip, "10.0.0.0/8")` };
  const written = networks?.op === "list" ? networks.args : [networks];
  const wrong = written.find((one) => parseNetwork(textOf(one) ?? "::") === undefined);
  if (wrong === undefined) return undefined;
  return { expr: wrong, message: `${JSON.stringify(textOf(wrong))} is no network; write for example "10.0.0.0/8" or "2001:db8::/32"` };
}
