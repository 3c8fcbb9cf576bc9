import { expect, test } from "vitest";
import { SharedLook } from "./shared-look.ts";

const of = {};
const slow = (value: string) => async (): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 30));
  return value;
};

test("who looks at the same moment gets what one of them made", async () => {
  const look = new SharedLook(1_000);
  let made = 0;
  const make = async () => {
    made += 1;
    return slow("value")();
  };
  expect(await Promise.all(Array.from({ length: 5 }, () => look.get("books", of, make)))).toEqual(new Array(5).fill("value"));
  expect(made).toBe(1);
});

test("another name, another configuration and old age are made anew, and so is what must be new", async () => {
  const look = new SharedLook(20);
  expect(await look.get("a", of, slow("1"))).toBe("1");
  expect(await look.get("a", of, slow("2"))).toBe("1");
  expect(await look.get("b", of, slow("3"))).toBe("3");
  expect(await look.get("a", {}, slow("4"))).toBe("4");
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await look.get("a", of, slow("5"))).toBe("5");
  expect(await look.renew("a", of, slow("6"))).toBe("6");
});

test("one who fails fails alone", async () => {
  const look = new SharedLook(1_000);
  const failing = look.get("a", of, async () => {
    await slow("")();
    throw new Error("away");
  });
  const other = look.get("a", of, slow("there"));
  await expect(failing).rejects.toThrow("away");
  expect(await other).toBe("there");
});
