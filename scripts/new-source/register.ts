// Where a new source has to be named: in the registry, and in the table of a route's settings. Texts in, texts out.
import { fail, ok, type Result } from "../../src/outcome.ts";

/** The registry with one more source; its formatter puts the import in its place. */
export function inRegistry(text: string, type: string, variable: string): Result<string, string> {
  const end = /\n\] as unknown as readonly Source\[\];/;
  const imports = /^import .*\n/m;
  if (!end.test(text) || !imports.test(text)) return fail("the list of sources was not found in it");
  return ok(
    text
      .replace(imports, (first) => `${first}import ${variable} from "./${type}/source.ts";\n`)
      .replace(end, (close) => `\n  ${variable},${close}`),
  );
}

/** The page of the configuration with one more value of `source`. */
export function inConfigurationPage(text: string, type: string): Result<string, string> {
  const row = /^(\| `source` +\|[^|]*\| )(.*?)( *)(\|)$/m;
  if (!row.test(text)) return fail("the row of `source` was not found in it");
  return ok(
    text.replace(row, (_, start: string, types: string, _blanks: string, end: string) => {
      const listed = types.replace(/ or (`[a-z0-9-]+`)/, ", $1");
      return `${start}${listed} or \`${type}\` ${end}`;
    }),
  );
}
