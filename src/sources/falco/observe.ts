// Users, addresses, files and programs among the output fields of Falco's sources.
import type { Observable } from "../../alert.ts";
import { distinctObservables } from "../distinct.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { type FalcoEvent, field } from "./payload.ts";

/** System calls, then the plugins: Kubernetes audit log, CloudTrail, Okta, GitHub (falco.org: supported fields, plugin registry). */
const FIELDS: readonly (readonly [name: string, label: string, type: "ip" | "user" | "file" | "process" | "domain" | "hash"])[] = [
  ["fd.rip", "remote", "ip"],
  ["fd.sip", "server", "ip"],
  ["fd.cip", "client", "ip"],
  ["fd.rip.name", "remote", "domain"],
  ["fd.sip.name", "server", "domain"],
  ["user.name", "user", "user"],
  ["user.loginname", "login user", "user"],
  ["proc.exepath", "process", "process"],
  ["proc.name", "process", "process"],
  ["proc.pname", "parent process", "process"],
  ["proc.hash.sha256", "process", "hash"],
  ["fd.name", "file", "file"],
  ["fs.path.name", "file", "file"],
  ["evt.arg.path", "file", "file"],
  ["ka.user.name", "user", "user"],
  ["ka.sourceips", "source", "ip"],
  ["ct.user", "user", "user"],
  ["ct.srcip", "source", "ip"],
  ["okta.actor.alternateid", "user", "user"],
  ["okta.client.ip", "source", "ip"],
  ["github.user", "user", "user"],
];

/** Each indicator once, and the image that the container runs. */
export function observablesOf(event: FalcoEvent): Observable[] {
  const found = FIELDS.flatMap(([name, label, type]): Observable[] => {
    const value = field(event, name);
    if (value === undefined || !fits(value, type)) return [];
    return [{ name: label, type, value }];
  });
  const image = imageOf(event);
  return distinctObservables([
    ...found,
    ...connectionOf(event),
    ...(image === undefined ? [] : [{ name: "image", type: "image", value: image }]),
  ]);
}

function fits(value: string, type: string): boolean {
  if (type === "ip") return isIp(value) && !/^(?:0\.0\.0\.0|127\.|::1?$)/.test(value);
  if (type === "domain") return indicatorType(value) === "domain";
  // `fd.name` of a connection is both of its ends.
  return type === "file" ? value.startsWith("/") : true;
}

/** Both ends of a connection, where only its name was put into the output: `10.0.0.4:51234->203.0.113.7:443`. */
function connectionOf(event: FalcoEvent): Observable[] {
  const ends = /^(\S+):\d+->(\S+):\d+$/.exec(field(event, "fd.name") ?? "");
  return ["client", "server"].flatMap((name, index): Observable[] => {
    const value = ends?.[index + 1];
    return value !== undefined && fits(value, "ip") ? [{ name, type: "ip", value }] : [];
  });
}

/** The container's image with its tag. */
export function imageOf(event: FalcoEvent): string | undefined {
  const repository = field(event, "container.image.repository") ?? field(event, "container.image");
  const tag = field(event, "container.image.tag");
  return repository === undefined || tag === undefined || repository.endsWith(`:${tag}`) ? repository : `${repository}:${tag}`;
}
