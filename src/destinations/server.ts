// Addresses of servers that are asked by a token of their own: no secrets, unlike the addresses in address.ts. Checked twice, when
// the configuration is read and, for `secret:NAME`, when the value is known.
import * as z from "zod";
import { formed } from "../config/secret.ts";
import { type AddressCheck, addressProblem } from "./address.ts";

/** Schema of a server's address: `https://host`, with a path where a proxy stands before it, or `secret:NAME`. */
export const serverAddress = ({ check }: { check?: AddressCheck } = {}) => z.string().check(formed((text) => serverProblem(text, check)));

/** The address of a path below the server's, which has to pass the check; throws with a sentence that does not hold it. */
export function serverUrl(server: string, path: string, check?: AddressCheck): string {
  const problem = serverProblem(server, check);
  if (problem !== undefined) throw new Error(problem);
  return `${server.replace(/\/+$/, "")}${path}`;
}

function serverProblem(text: string, check?: AddressCheck): string | undefined {
  const problem = addressProblem(text, check);
  if (problem !== undefined) return problem;
  return /[?#]/.test(text) ? "the address of a server has no ? or # in it" : undefined;
}
