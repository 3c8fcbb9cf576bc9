// The files in `assets/` that are made from the code: the Worker hands them out and need not be able to make them.
import { schemaFile } from "../cli/config/schema-file.ts";
import { endpoints } from "../src/admin/endpoints/all.ts";
import { openApi } from "../src/admin/openapi.ts";

/** The texts, by their paths in the project. */
export const generatedFiles = (): Record<string, string> => ({
  "assets/openapi.json": `${JSON.stringify(openApi(endpoints), null, 2)}\n`,
  "assets/tocsin.schema.json": schemaFile(),
});
