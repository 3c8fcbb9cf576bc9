// What each operation answers: for the description, for programs that read it, and for tests. The Worker imports no more than the types:
// the schemas would be a tenth of its start-up.
import * as z from "zod";
import { alert, alertPage, story } from "./alerts.ts";
import { backupPage, backupParts, projected, projectedObjects, projectedPage, restored } from "./backup.ts";
import { applied, plan, revisionPage } from "./config.ts";
import { books } from "./counts.ts";
import { deliveryPage, replayAnswer, replayManyAnswer } from "./deliveries.ts";
import { doctorReport } from "./doctor.ts";
import { erasure } from "./erase.ts";
import { backtestPage, explanation } from "./explain.ts";
import { health } from "./health.ts";
import { destinationPage, enricherPage, inboxPage, logPage, routePage } from "./overview.ts";
import { auditPage, newToken, tokenPage } from "./people.ts";
import { silence, silencePage } from "./silences.ts";
import { testReport } from "./tests.ts";

/** The schema of the JSON of success, by operation; an operation that is not named has none. */
export const answers = {
  searchAlerts: alertPage,
  getAlert: story,
  setStatus: alert,
  readAudit: auditPage,
  listProjectedObjects: projectedObjects,
  rebuildProjection: z.union([projectedPage, projected]),
  listBackup: backupParts,
  readBackup: backupPage,
  restoreObject: restored,
  applyConfiguration: z.union([applied, plan]),
  listRevisions: revisionPage,
  rollBack: z.union([applied, plan]),
  listDeliveries: deliveryPage,
  replayDelivery: replayAnswer,
  replayDeliveries: replayManyAnswer,
  examine: doctorReport,
  erase: erasure,
  explain: explanation,
  backtest: backtestPage,
  getHealth: health,
  getBooks: books,
  readLog: logPage,
  listRoutes: routePage,
  listDestinations: destinationPage,
  listEnrichers: enricherPage,
  listInbox: inboxPage,
  testRoute: testReport,
  testDestination: testReport,
  listSilences: silencePage,
  makeSilence: silence,
  listTokens: tokenPage,
  makeToken: newToken,
  describe: z.looseObject({ openapi: z.string(), info: z.unknown(), paths: z.unknown() }).meta({ id: "Description" }),
} satisfies Record<string, z.ZodType>;

/** What an operation may answer as JSON. */
export type AnswerOf<Operation extends string> = Operation extends keyof typeof answers ? z.input<(typeof answers)[Operation]> : object;
