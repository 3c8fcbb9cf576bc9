// What every answer is described with. Answers are described for the reader and for tests; a request never waits for them.
import * as z from "zod";

/** A moment, ISO 8601 UTC with milliseconds. */
export const time = () => z.string().meta({ format: "date-time" });
/** How many. */
export const count = () => z.int().min(0);

/** What every page of a list has. */
export const pageShape = <Item extends z.ZodType>(item: Item) => ({
  items: z.array(item),
  next: z.string().nullable().meta({ description: "The `cursor` of the next page; null at the end" }),
});

/** A list: one page of it, and where the next begins. `name` is the page's in the description: `AlertPage`. */
export const pageOf = <Item extends z.ZodType>(name: string, item: Item) => z.strictObject(pageShape(item)).meta({ id: name });
