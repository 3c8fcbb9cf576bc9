// All verbs, in the order in which the help lists them.
import type { Group } from "../frame/program.ts";
import { addAlerts } from "./alerts.ts";
import { addAudit } from "./audit.ts";
import { addBacklog } from "./backlog.ts";
import { addBackup } from "./backup.ts";
import { addBooks } from "./books.ts";
import { addCheckConfig } from "./check-config.ts";
import { addConfig } from "./config.ts";
import { addDeliveries } from "./deliveries.ts";
import { addDeploy } from "./deploy.ts";
import { addDestinations } from "./destinations.ts";
import { addDoctor } from "./doctor.ts";
import { addErase } from "./erase.ts";
import { addBacktest, addExplain } from "./explain.ts";
import { addInbox } from "./inbox.ts";
import { addLog } from "./log.ts";
import { addMigrations } from "./migrations.ts";
import { addOpen } from "./open.ts";
import { addRebuild } from "./rebuild.ts";
import { addRestore } from "./restore.ts";
import { addRevisions } from "./revisions.ts";
import { addRoutes } from "./routes.ts";
import { addRuleTests } from "./rule-tests.ts";
import { addRules } from "./rules.ts";
import { addSecrets } from "./secrets.ts";
import { addSendSample } from "./send-sample.ts";
import { addSilences } from "./silences.ts";
import { addTail } from "./tail.ts";
import { addTests } from "./tests.ts";
import { addTokens } from "./tokens.ts";

const groups: readonly Group[] = [
  addConfig,
  addRevisions,
  addCheckConfig,
  addRuleTests,
  addBacktest,
  addRoutes,
  addRules,
  addDestinations,
  addSecrets,
  addTail,
  addAlerts,
  addExplain,
  addSilences,
  addBooks,
  addBacklog,
  addDeliveries,
  addLog,
  addInbox,
  addAudit,
  addOpen,
  addTests,
  addSendSample,
  addTokens,
  addErase,
  addDeploy,
  addDoctor,
  addMigrations,
  addBackup,
  addRestore,
  addRebuild,
];

/** Adds every verb. */
export const addAll: Group = (frame) => {
  for (const add of groups) add(frame);
};
