// Notifications as ntopng's webhook endpoint sends them, for the demo and the tests. Documentation addresses only.

/** What differs between two hosts whose score rose above its threshold. */
export interface ScoredHost {
  name: string;
  ip: string;
  /** 100 and above is an error (ours: high), 200 and above critical. */
  score: number;
  /** Unix ms. */
  at: number;
}

/** One entry of a request: a host whose score rose above its threshold. */
export function ntopngScore({ name, ip, score, at }: ScoredHost): object {
  const host = { name, localhost: true, privatehost: true, dhcpHost: true, is_blacklisted: false };
  const generation = { script_key: "score_threshold", subdir: "host", host_info: host };
  return {
    ifid: 1,
    pool_id: 0,
    action: "engage",
    alert_id: 17,
    alert_category: 1,
    score,
    acknowledged: false,
    subtype: "",
    ip_version: 4,
    ip,
    name: host.name,
    vlan_id: 0,
    observation_point_id: 0,
    entity_id: 1,
    entity_val: ip,
    tstamp: Math.floor(at / 1_000),
    tstamp_end: 0,
    is_attacker: true,
    is_victim: false,
    is_client: true,
    is_server: false,
    host_pool_id: 0,
    network: 0,
    country_name: "",
    city_name: "",
    continent_name: "",
    granularity: 60,
    // ntopng sends this as text.
    json: JSON.stringify({ alert_generation: generation, value: 7_012, threshold: 5_000 }),
  };
}

/** A request: ntopng puts up to ten alerts into one. */
export const ntopngRequest = (sharedSecret: string, alerts: object[]): object => ({ version: "0.2", sharedsecret: sharedSecret, alerts });

/** A request with one host's alert. */
export const ntopngHostAlert = (sharedSecret: string, at: number): object =>
  ntopngRequest(sharedSecret, [ntopngScore({ name: "cam-04.example.org", ip: "192.0.2.44", score: 120, at })]);
