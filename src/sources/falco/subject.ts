// Where an event of Falco happened: a pod, a container, a host, or what an audit log names.
import type { Asset } from "../../alert.ts";
import { distinctAssets } from "../distinct.ts";
import { compact } from "../read.ts";
import { type FalcoEvent, field } from "./payload.ts";

/** The most exact place that an event names. */
export interface Subject {
  host?: string;
  /** `namespace/pod`. */
  pod?: string;
  container?: string;
  containerId?: string;
  /** Of an audit log: `namespace/resource/name`. */
  target?: string;
}

/** Reads the place. On the host itself, Falco calls the container `host`. */
export function subjectOf(event: FalcoEvent): Subject {
  const pod = field(event, "k8s.pod.name") ?? field(event, "k8smeta.pod.name");
  const container = field(event, "container.name");
  const containerId = field(event, "container.id");
  const isHost = containerId === "host" || container === "host";
  return compact<Subject>({
    host: event.hostname ?? field(event, "evt.hostname"),
    pod: joined(field(event, "k8s.ns.name") ?? field(event, "k8smeta.ns.name"), pod),
    container: isHost ? undefined : container,
    containerId: isHost ? undefined : containerId,
    target: joined(
      field(event, "ka.target.namespace"),
      [field(event, "ka.target.resource"), field(event, "ka.target.name")].filter((part) => part !== undefined).join("/") || undefined,
    ),
  });
}

const joined = (namespace: string | undefined, name: string | undefined): string | undefined =>
  namespace === undefined || name === undefined ? name : `${namespace}/${name}`;

/** What to call the place in a title. */
export const nameOf = ({ pod, container, containerId, target, host }: Subject): string | undefined =>
  pod ?? target ?? container ?? containerId ?? host;

/** The place as assets, from the pod to the machine. */
export function assetsOf({ pod, container, containerId, target, host }: Subject): Asset[] {
  const name = container ?? containerId;
  return distinctAssets([
    ...(pod === undefined ? [] : [{ name: pod, type: "pod" }]),
    ...(target === undefined ? [] : [{ name: target, type: "kubernetes" }]),
    ...(name === undefined ? [] : [compact<Asset>({ name, type: "container", id: containerId })]),
    ...(host === undefined ? [] : [{ name: host, type: "host" }]),
  ]);
}
