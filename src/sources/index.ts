// The registry of sources: one line each.
import alertmanager from "./alertmanager/source.ts";
import elastic from "./elastic/source.ts";
import falco from "./falco/source.ts";
import generic from "./generic/source.ts";
import github from "./github/source.ts";
import grafana from "./grafana/source.ts";
import matano from "./matano/source.ts";
import mozdef from "./mozdef/source.ts";
import ntopng from "./ntopng/source.ts";
import securityhub from "./securityhub/source.ts";
import sekoia from "./sekoia/source.ts";
import type { Source } from "./source.ts";
import splunk from "./splunk/source.ts";
import text from "./text/source.ts";
import velociraptor from "./velociraptor/source.ts";
import wazuh from "./wazuh/source.ts";

// Each adapter has settings of its own type; the core hands it only what its own schema made.
const all = [
  sekoia,
  ntopng,
  alertmanager,
  grafana,
  splunk,
  falco,
  mozdef,
  wazuh,
  velociraptor,
  text,
  matano,
  securityhub,
  elastic,
  github,
  generic,
] as unknown as readonly Source[];

/** Every source by its type. */
export const sources: ReadonlyMap<string, Source> = new Map(all.map((source) => [source.type, source]));
