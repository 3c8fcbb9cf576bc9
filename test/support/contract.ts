// Calls operations of the API's description and holds each answer against it: status, content type and JSON schema.
import Ajv from "@redocly/ajv/dist/2020.js";

interface Media {
  schema?: object;
}
interface Described {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, unknown>; requestBody?: { content: Record<string, Media> } }>
  >;
  components: { responses: Record<string, { content?: Record<string, Media> }> };
}

/** One operation, as the test that calls it needs it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  /** Documented statuses. */
  statuses: number[];
  /** The content type of the body; undefined where it takes none. */
  takes: string | undefined;
}

/** What a call gives. `path` replaces the parts of the address; those that are not given are `none`. */
export interface Ask {
  path?: Record<string, string>;
  query?: string;
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
}

/** An answer that fitted. `body` is parsed where it is JSON. */
export interface Told {
  status: number;
  headers: Headers;
  body: unknown;
}

/** The description of one relay, and what was seen of it. */
export class Contract {
  readonly operations: Operation[];
  readonly #described: Described;
  readonly #call: (path: string, init: RequestInit) => Promise<Response>;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #seen = new Set<string>();

  /** `call` sends a request; without an authorization header in `init`, as nobody. */
  constructor(description: unknown, call: (path: string, init: RequestInit) => Promise<Response>) {
    this.#described = description as Described;
    this.#call = call;
    this.#ajv.addFormat(
      "date-time",
      (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    );
    for (const name of ["uuid", "uri", "base64"]) this.#ajv.addFormat(name, true);
    this.#ajv.addSchema(description as object, "api");
    this.operations = Object.entries(this.#described.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId, responses, requestBody }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
        statuses: Object.keys(responses).map(Number),
        takes: Object.keys(requestBody?.content ?? {})[0],
      })),
    );
  }

  /** Calls an operation; throws unless the description knows the answer, and its body fits. */
  async ask(id: string, { path = {}, query = "", body, token = null, headers = {} }: Ask = {}): Promise<Told> {
    const operation = this.operations.find((one) => one.id === id);
    if (!operation) throw new Error(`no operation is named ${id}`);
    const address = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? "none"));
    const answer = await this.#call(`${address}${query === "" ? "" : `?${query}`}`, {
      method: operation.method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return this.#judge(operation, answer);
  }

  /** Documented answers that no call has had, as `operation status`. */
  unseen(): string[] {
    return this.operations.flatMap(({ id, statuses }) => statuses.map((status) => `${id} ${status}`)).filter((one) => !this.#seen.has(one));
  }

  async #judge({ id, method, path, statuses }: Operation, answer: Response): Promise<Told> {
    const { status, headers } = answer;
    const text = await answer.text();
    const told = `${id} answered ${status}: ${text.slice(0, 500)}`;
    if (!statuses.includes(status)) throw new Error(`${told}\nwhich is not documented`);
    const pointer = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`;
    const response = this.#resolved(pointer);
    const [type = ""] = (headers.get("content-type") ?? "").split(";");
    const known = Object.keys(response.content ?? {});
    if (known.length === 0 ? text !== "" : !known.includes(type))
      throw new Error(`${told}\nas "${type}", documented are: ${known.join(", ") || "no content"}`);
    for (const header of Object.keys(response.headers ?? {}))
      if (!headers.has(header)) throw new Error(`${told}\nwithout the documented header ${header}`);
    const isJson = /[/+]json$/.test(type) && text !== "";
    const body: unknown = isJson ? JSON.parse(text) : text;
    if (isJson && response.content?.[type]?.schema) {
      const validate = this.#ajv.getSchema(`api#${response.pointer}/content/${escaped(type)}/schema`);
      if (!validate) throw new Error(`${told}\nhas no schema`);
      if (!validate(body)) throw new Error(`${told}\ndoes not fit: ${this.#ajv.errorsText(validate.errors)}`);
    }
    this.#seen.add(`${id} ${status}`);
    return { status, headers, body };
  }

  #resolved(pointer: string): { pointer: string; content?: Record<string, Media>; headers?: Record<string, unknown> } {
    const found = at(this.#described, pointer) as { $ref?: string; content?: Record<string, Media>; headers?: Record<string, unknown> };
    return found.$ref ? this.#resolved(found.$ref.slice(1)) : { ...found, pointer };
  }
}

const escaped = (part: string): string => part.replaceAll("~", "~0").replaceAll("/", "~1");
const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((part: unknown, key) => Reflect.get(Object(part), key), value);
