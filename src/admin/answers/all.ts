// What each operation answers: for the description, for programs that read it, and for tests. The Worker imports no more than the types:
// the schemas would be a tenth of its start-up.
import * as z from "zod";
import { alert, alertPage, messages, story } from "./alerts.ts";
import { backupPage, backupParts, projected, projectedObjects, projectedPage, restored } from "./backup.ts";
import { applied, plan, revisionPage } from "./config.ts";
import { books } from "./counts.ts";
import { deadCounts, delivery, deliveryPage, replayAnswer, replayManyAnswer } from "./deliveries.ts";
import { doctorReport } from "./doctor.ts";
import { erasure } from "./erase.ts";
import { backtestPage, explanation } from "./explain.ts";
import { health } from "./health.ts";
import { destinationPage, enricherPage, inboxPage, logPage, refusedCounts, routePage } from "./overview.ts";
import { auditPage, newToken, tokenPage } from "./people.ts";
import { series } from "./series.ts";
import { settings, usage } from "./settings.ts";
import { silence, silencePage, silenceTrial } from "./silences.ts";
import { layoutPreviews, testReport } from "./tests.ts";
import { payloadTried } from "./try.ts";

/** The schema of the JSON of success, by operation; an operation that is not named has none. */
export const answers = {
  searchAlerts: alertPage,
  getAlert: story,
  getMessages: messages,
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
  countDead: deadCounts,
  getDelivery: delivery,
  replayDelivery: replayAnswer,
  replayDeliveries: replayManyAnswer,
  examine: doctorReport,
  erase: erasure,
  explain: explanation,
  backtest: backtestPage,
  getHealth: health,
  getSettings: settings,
  getUsage: usage,
  getBooks: books,
  getSeries: series,
  readLog: logPage,
  countRefused: refusedCounts,
  listRoutes: routePage,
  listDestinations: destinationPage,
  listEnrichers: enricherPage,
  listInbox: inboxPage,
  tryPayload: payloadTried,
  testRoute: testReport,
  testDestination: testReport,
  previewDestination: layoutPreviews,
  listSilences: silencePage,
  getSilence: silence,
  makeSilence: silence,
  trySilence: silenceTrial,
  listTokens: tokenPage,
  makeToken: newToken,
  describe: z.looseObject({ openapi: z.string(), info: z.unknown(), paths: z.unknown() }).meta({ id: "Description" }),
} satisfies Record<string, z.ZodType>;

/** What an operation may answer as JSON. */
export type AnswerOf<Operation extends string> = Operation extends keyof typeof answers ? z.input<(typeof answers)[Operation]> : object;
