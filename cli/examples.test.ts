// The files of examples/ are valid for a deployment, and their tests pass.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tocsin } from "../test/support/command-line.ts";

const FOLDER = join(import.meta.dirname, "..", "examples");
const files = readdirSync(FOLDER);
const configs = files.filter((name) => name.endsWith(".toml") && !name.endsWith(".test.toml"));

describe.each(configs)("examples/%s", (name) => {
  const path = join(FOLDER, name);

  it("is valid for a deployment", async () => {
    expect(await tocsin(["validate", path, "--remote"])).toMatchObject({ status: 0, err: "" });
  });

  it("has tests, and they pass", async () => {
    expect(files).toContain(name.replace(/\.toml$/, ".test.toml"));
    const { status, out, err } = await tocsin(["test", path, "--remote"]);
    expect(status, `${out}${err}`).toBe(0);
  });
});
