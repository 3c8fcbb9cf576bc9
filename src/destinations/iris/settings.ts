// The settings of an IRIS destination. Severities, statuses, types and customers are rows of the instance, so all ids can be set.
import * as z from "zod";
import { SEVERITIES, STATUSES } from "../../alert.ts";
import { secret } from "../../config/secret.ts";
import { serverAddress } from "../server.ts";
import { SEVERITY_IDS, STATUS_IDS } from "./limits.ts";

/** Refuses an address that has the path of the API in it. */
export const check = (url: URL): string | undefined =>
  /\/api(\/v\d+)?(\/|$)|\/alerts(\/|$)/.test(url.pathname) ? "write the instance's own address, without /api or /alerts" : undefined;

const id = z.int().positive();
const ids = <const Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, id.optional()])) as Record<Name, z.ZodOptional<typeof id>>).optional();

/** Kinds of indicators that IRIS can be given a type for. */
export const IOC_KINDS = ["ip", "domain", "url", "email", "md5", "sha1", "sha256"] as const;
export type IocKind = (typeof IOC_KINDS)[number];
/** Kinds of assets that IRIS can be given a type for. */
export const ASSET_KINDS = ["host", "account"] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** The schema. */
export const settings = z.strictObject({
  url: serverAddress({ check }),
  token: secret(),
  customer_id: id,
  classification_id: id.optional(),
  severities: ids(SEVERITIES),
  statuses: ids(STATUSES),
  asset_types: ids(ASSET_KINDS),
  ioc_types: ids(IOC_KINDS),
  tlp_id: id.optional(),
});
export type Settings = z.infer<typeof settings>;

/** The id of a severity in this instance. */
export const severityIdOf = (own: Settings, severity: (typeof SEVERITIES)[number]): number =>
  own.severities?.[severity] ?? SEVERITY_IDS[severity];
/** The id of a status in this instance. */
export const statusIdOf = (own: Settings, status: (typeof STATUSES)[number]): number => own.statuses?.[status] ?? STATUS_IDS[status];
