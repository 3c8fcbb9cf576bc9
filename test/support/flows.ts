// A network probe's alert about one flow, for tests that are about its indicators. Documentation addresses only.

/** The other end of a flow from one of our hosts. */
export interface Flow {
  /** Tells one alert from another. */
  port: number;
  to: string;
  /** The name of the other end, where the probe knows one. */
  name?: string;
  /** 100 is high, 200 critical. */
  score?: number;
  /** Unix ms. */
  at?: number;
}

/** A request with one flow from a host of ours to a stranger. */
export const ntopngFlow = ({ port, to, name = "", score = 120, at = Date.now() }: Flow): object => ({
  version: "0.2",
  alerts: [
    {
      ifid: 1,
      action: "store",
      is_flow_alert: true,
      alert_id: 1,
      alert_category: 1,
      score,
      tstamp: Math.floor(at / 1_000),
      first_seen: Math.floor(at / 1_000),
      cli_ip: "10.0.1.20",
      cli_name: "ws-20.corp.example.org",
      cli_port: port,
      cli_localhost: true,
      srv_ip: to,
      srv_name: name,
      srv_port: 443,
      srv_localhost: false,
      is_srv_attacker: true,
      proto: 6,
      json: "{}",
    },
  ],
});
