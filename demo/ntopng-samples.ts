// One notification as ntopng's webhook endpoint sends it, for the demo. Documentation addresses only.

/** A host whose score rose above its threshold. */
export function ntopngHostAlert(sharedSecret: string, at: number): object {
  const host = { name: "cam-04.example.org", localhost: true, privatehost: true, dhcpHost: true, is_blacklisted: false };
  const generation = { script_key: "score_threshold", subdir: "host", host_info: host };
  const alert = {
    ifid: 1,
    pool_id: 0,
    action: "engage",
    alert_id: 17,
    alert_category: 1,
    score: 120,
    acknowledged: false,
    subtype: "",
    ip_version: 4,
    ip: "192.0.2.44",
    name: host.name,
    vlan_id: 0,
    observation_point_id: 0,
    entity_id: 1,
    entity_val: "192.0.2.44",
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
  return { version: "0.2", sharedsecret: sharedSecret, alerts: [alert] };
}
