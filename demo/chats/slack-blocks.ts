// What Slack accepts in a message body: a strict reading of its documents, with faults told as Slack tells them.
// Limits: the doc comments of slackapi/node-slack-sdk packages/types/src/block-kit and docs.slack.dev reference/block-kit; the sum of all
// block text is not documented (measured in slackapi/bolt-js issue 2509). Lengths are counted in UTF-16 units, the stricter reading.
// Blocks and elements that need an app to answer (inputs, menus, feedback) are refused: nothing here could answer them.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject, listOf, objectOf, textOf, webAddress } from "./json.ts";

/** Slack's limits in characters and members. */
export const SLACK_LIMITS = {
  blocks: 50,
  blockTextSum: 13_200,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  contextElements: 10,
  actions: 25,
  buttonText: 75,
  buttonUrl: 3000,
  buttonValue: 2000,
  altText: 2000,
  imageUrl: 3000,
  imageTitle: 2000,
  /** All markdown blocks of a message together. */
  markdown: 12_000,
  tableRows: 100,
  tableCells: 20,
  id: 255,
  /** Longer texts are cut when posted, and refused in an edit above `editText`. */
  text: 40_000,
  editText: 4000,
  attachments: 100,
} as const;

/** Why Slack refuses a body: its word, and what it says beside it about single members. */
export interface SlackProblem {
  error: string;
  messages: string[];
}

/** What Slack has against this body, or undefined when it takes it. */
export function slackProblem(body: JsonObject): SlackProblem | undefined {
  const blocks = listOf(body.blocks);
  const attachments = listOf(body.attachments).map(objectOf);
  if (textOf(body.text) === "" && blocks.length === 0 && attachments.length === 0) return { error: "no_text", messages: [] };
  if (attachments.length > SLACK_LIMITS.attachments) return { error: "too_many_attachments", messages: [] };
  const inBlocks: string[] = [];
  checkBlocks(blocks, "/blocks", inBlocks);
  if (inBlocks.length > 0) return { error: "invalid_blocks", messages: inBlocks };
  const inAttachments: string[] = [];
  for (const [index, attachment] of attachments.entries()) checkAttachment(attachment, `/attachments/${index}`, inAttachments);
  if (inAttachments.length > 0) return { error: "invalid_attachments", messages: inAttachments };
  const all = [...blocks, ...attachments.flatMap((attachment) => listOf(attachment.blocks))];
  return textSum(all) > SLACK_LIMITS.blockTextSum ? { error: "msg_blocks_too_long", messages: [] } : undefined;
}

/** Looks at one value and adds a sentence for each fault in it; `at` is its JSON pointer. */
type Check = (value: Json | undefined, at: string, faults: string[]) => void;

const fault = (faults: string[], words: string, at: string): void => {
  faults.push(`[ERROR] ${words} [json-pointer:${at}]`);
};

const text =
  (least: number, most: number): Check =>
  (value, at, faults) => {
    if (typeof value !== "string") return fault(faults, "must be a string", at);
    if (value.length < least) fault(faults, `must be more than ${least - 1} characters`, at);
    if (value.length > most) fault(faults, `must be less than ${most + 1} characters`, at);
  };

const flag: Check = (value, at, faults) => {
  if (typeof value !== "boolean") fault(faults, "must be a boolean", at);
};

const whole =
  (least: number, most: number): Check =>
  (value, at, faults) => {
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    if (!fits) fault(faults, `must be an integer from ${least} to ${most}`, at);
  };

const oneOf =
  (...allowed: string[]): Check =>
  (value, at, faults) => {
    if (!allowed.includes(textOf(value))) fault(faults, "must be a valid enum value", at);
  };

/** Absolute: "example.com/x" was refused as invalid_blocks (louislam/uptime-kuma issue 941). */
const url =
  (most: number): Check =>
  (value, at, faults) => {
    if (webAddress(value) === undefined) fault(faults, "must be a valid URL", at);
    else text(1, most)(value, at, faults);
  };

const list =
  (least: number, most: number, member: Check): Check =>
  (value, at, faults) => {
    if (!Array.isArray(value)) return fault(faults, "must be an array", at);
    if (value.length < least) fault(faults, `no fewer than ${least} items allowed`, at);
    if (value.length > most) fault(faults, `no more than ${most} items allowed`, at);
    for (const [index, one] of value.entries()) member(one, `${at}/${index}`, faults);
  };

/** An object with just these members; `type` is checked by whoever chose the shape. */
const shape =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
  (value, at, faults) => {
    if (!isObject(value)) return fault(faults, "must be an object", at);
    for (const name of Object.keys(required)) if (value[name] === undefined) fault(faults, `missing required field: ${name}`, at);
    for (const [name, member] of Object.entries(value)) {
      const check = required[name] ?? optional[name];
      if (check) check(member, `${at}/${name}`, faults);
      else if (name !== "type") fault(faults, `invalid additional property: ${name}`, at);
    }
  };

/** One of several shapes, chosen by `type`. */
const typed =
  (kinds: Record<string, Check>): Check =>
  (value, at, faults) => {
    const type = textOf(objectOf(value).type);
    const check = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (check) check(value, at, faults);
    else fault(faults, `unsupported type: ${type}`, `${at}/type`);
  };

const plainText = (most: number): Check => typed({ plain_text: shape({ text: text(1, most) }, { emoji: flag }) });
const anyText = (most: number): Check =>
  typed({ plain_text: shape({ text: text(1, most) }, { emoji: flag }), mrkdwn: shape({ text: text(1, most) }, { verbatim: flag }) });

const id = text(1, SLACK_LIMITS.id);
const picture = { image_url: url(SLACK_LIMITS.imageUrl), alt_text: text(1, SLACK_LIMITS.altText) };
const image = shape(picture);
const button = shape(
  { text: plainText(SLACK_LIMITS.buttonText) },
  {
    url: url(SLACK_LIMITS.buttonUrl),
    value: text(1, SLACK_LIMITS.buttonValue),
    action_id: id,
    style: oneOf("primary", "danger"),
    accessibility_label: text(1, SLACK_LIMITS.buttonText),
  },
);

const style = shape({}, { bold: flag, italic: flag, strike: flag, code: flag, underline: flag });
const leaf = (required: Record<string, Check>, optional: Record<string, Check> = {}): Check => shape(required, { ...optional, style });
const ANY = Number.POSITIVE_INFINITY;
const richText = leaf({ text: text(1, ANY) });
const richLink = leaf({ url: url(ANY) }, { text: text(1, ANY), unsafe: flag });
const richLeaf = typed({
  text: richText,
  link: richLink,
  emoji: leaf({ name: text(1, 100) }, { unicode: text(1, 100), url: url(ANY) }),
  user: leaf({ user_id: id }),
  usergroup: leaf({ usergroup_id: id }),
  channel: leaf({ channel_id: id }),
  team: leaf({ team_id: id }),
  broadcast: leaf({ range: oneOf("here", "channel", "everyone") }),
  color: leaf({ value: text(1, 100) }),
  date: leaf({ timestamp: whole(0, Number.MAX_SAFE_INTEGER), format: text(1, ANY) }, { url: url(ANY), fallback: text(1, ANY) }),
});
const border = { border: whole(0, 1) };
const richSection = shape({ elements: list(0, ANY, richLeaf) });
const rich = typed({
  rich_text_section: richSection,
  rich_text_preformatted: shape({ elements: list(0, ANY, typed({ text: richText, link: richLink })) }, border),
  rich_text_quote: shape({ elements: list(0, ANY, richLeaf) }, border),
  rich_text_list: shape(
    { style: oneOf("bullet", "ordered"), elements: list(1, ANY, typed({ rich_text_section: richSection })) },
    { ...border, indent: whole(0, 8), offset: whole(0, ANY) },
  ),
});

const blockId = { block_id: id };
const richBlock = shape({ elements: list(1, ANY, rich) }, blockId);
const tableCell = typed({
  raw_text: shape({ text: text(0, ANY) }),
  raw_number: shape({ value: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) }),
  rich_text: richBlock,
});
const columnSetting = shape({}, { align: oneOf("left", "center", "right"), is_wrapped: flag });

const section: Check = (value, at, faults) => {
  const { text: own, fields } = objectOf(value);
  if (own === undefined && fields === undefined) fault(faults, "missing required field: text", at);
  const members = {
    text: anyText(SLACK_LIMITS.section),
    fields: list(1, SLACK_LIMITS.fields, anyText(SLACK_LIMITS.field)),
    accessory: typed({ button, image }),
    expand: flag,
  };
  shape({}, { ...blockId, ...members })(value, at, faults);
};

const block = typed({
  section,
  header: shape({ text: plainText(SLACK_LIMITS.header) }, blockId),
  context: shape({ elements: list(1, SLACK_LIMITS.contextElements, contextElement) }, blockId),
  actions: shape({ elements: list(1, SLACK_LIMITS.actions, typed({ button })) }, blockId),
  divider: shape({}, blockId),
  image: shape(picture, { ...blockId, title: plainText(SLACK_LIMITS.imageTitle) }),
  rich_text: richBlock,
  markdown: shape({ text: text(1, SLACK_LIMITS.markdown) }, blockId),
  table: shape(
    { rows: list(1, SLACK_LIMITS.tableRows, list(1, SLACK_LIMITS.tableCells, tableCell)) },
    { ...blockId, column_settings: list(0, SLACK_LIMITS.tableCells, columnSetting) },
  ),
});

function contextElement(value: Json | undefined, at: string, faults: string[]): void {
  if (objectOf(value).type === "image") image(value, at, faults);
  else anyText(SLACK_LIMITS.section)(value, at, faults);
}

function checkBlocks(blocks: Json[], at: string, faults: string[]): void {
  list(0, SLACK_LIMITS.blocks, block)(blocks, at, faults);
  unique(
    blocks.map((one) => objectOf(one).block_id),
    "block_id",
    at,
    faults,
  );
  for (const [index, one] of blocks.map(objectOf).entries())
    if (one.type === "actions") {
      const ids = listOf(one.elements).map((element) => objectOf(element).action_id);
      unique(ids, "action_id", `${at}/${index}/elements`, faults);
    }
  const markdown = blocks.map(objectOf).filter(({ type }) => type === "markdown");
  if (markdown.reduce((sum, { text: own }) => sum + textOf(own).length, 0) > SLACK_LIMITS.markdown)
    fault(faults, `must be less than ${SLACK_LIMITS.markdown + 1} characters in all markdown blocks`, at);
  if (blocks.filter((one) => objectOf(one).type === "table").length > 1) fault(faults, "only_one_table_allowed", at);
}

function unique(values: (Json | undefined)[], name: string, at: string, faults: string[]): void {
  const given = values.map(textOf).filter((value) => value !== "");
  if (new Set(given).size < given.length) fault(faults, `\`${name}\` already exists`, at);
}

const ATTACHMENT_TEXTS = ["fallback", "text", "pretext", "title", "author_name", "image_url"];

/** Members of the older form are not limited: Slack cuts what it does not show. */
function checkAttachment(attachment: JsonObject, at: string, faults: string[]): void {
  const blocks = listOf(attachment.blocks);
  const says = ATTACHMENT_TEXTS.some((name) => textOf(attachment[name]) !== "") || listOf(attachment.fields).length > 0;
  if (!says && blocks.length === 0) fault(faults, "no text", at);
  const { color } = attachment;
  if (color !== undefined && !/^(#?[0-9a-f]{6}|good|warning|danger)$/i.test(textOf(color))) fault(faults, "invalid color", `${at}/color`);
  checkBlocks(blocks, `${at}/blocks`, faults);
}

/** The length of every text in the blocks, however deep. */
function textSum(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, member) => sum + textSum(member), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [name, member] of Object.entries(value))
    sum += name === "text" && typeof member === "string" ? member.length : textSum(member);
  return sum;
}
