// What a finding comes to, whatever format it came in.
import type { AlertPatch, Severity } from "../../alert.ts";
import type { Instant } from "../instant.ts";
import type { HubEvent } from "./event.ts";

/** One finding, understood. */
export interface Finding {
  /** The finding's own id; the same in all formats where it is an ARN. */
  id: string;
  /** Who made it, where the id alone may not be unique. */
  product?: string;
  created?: Instant;
  updated?: Instant;
  /** Besides the id, what tells this state of the finding from another one. */
  claim: (string | number | boolean | undefined)[];
  patch: AlertPatch;
}

/** What reading a finding may know besides it. */
export interface FindingContext {
  event: HubEvent;
  /** The route's console, in place of Amazon's own. */
  console?: string;
  severityMap?: Record<string, Severity>;
  /** The finding's region, where it names one, else the event's. */
  regionOf(told: string | undefined): string | undefined;
}
