// Finds what a template would silently do wrong: names that alerts do not have, and values with no operator between them.
import { analyzeSync, type Template, type Token, TypeGuards, toValueSync, Value } from "liquidjs";
import { closest } from "../rules/closest.ts";
import { inWords, type Shape } from "../rules/shape.ts";
import { NEITHER, positionIn, type TemplateError, unknown } from "./mistakes.ts";
import { NAMES } from "./values.ts";

const ONE_OPERAND = "not";
const LIST_WORDS = ["first", "last"];

/** The first such mistake. */
export function findMistake(parts: Template[]): TemplateError | undefined {
  const stray = strayValue(parts);
  if (stray) return stray;
  const { globals, locals } = analyzeSync(parts, { partials: false });
  for (const uses of Object.values(globals)) {
    for (const { segments, location } of uses) {
      const [name, ...members] = segments;
      // A loop may read what an earlier turn of it assigned.
      if (typeof name !== "string" || Object.hasOwn(locals, name)) continue;
      const message = nameMistake(name, members);
      if (message) return { message, position: { line: location.row, column: location.col } };
    }
  }
  return undefined;
}

function nameMistake(name: string, members: readonly unknown[]): string | undefined {
  const shape = Object.entries<Shape>(NAMES).find(([known]) => known === name)?.[1];
  if (shape) return memberMistake(name, shape, members);
  // `severity` where `alert.severity` is meant.
  const meant = NAMES.alert.fields[name] ? `did you mean alert.${name}?` : undefined;
  return meant ? `there is no name ${name}; ${meant}` : unknown("name", name, Object.keys(NAMES));
}

function memberMistake(path: string, shape: Shape, [member, ...rest]: readonly unknown[]): string | undefined {
  // A member that is chosen by a value is not known before there is an alert.
  if (member === undefined || shape.kind === "any") return undefined;
  if (shape.kind === "list") {
    if (typeof member === "string" && !LIST_WORDS.includes(member))
      return member === "size" ? undefined : `${path} is a list; write ${path}[0].${member}, a loop, or ${path} | map: "${member}"`;
    return memberMistake(`${path}[0]`, shape.of, rest);
  }
  if (shape.kind === "table") return memberMistake(`${path}.${String(member)}`, shape.of, rest);
  if (shape.kind !== "record") return member === "size" ? undefined : `${path} is ${inWords(shape)} and has no fields`;
  if (typeof member !== "string" || member === "size") return undefined;
  const field = Object.hasOwn(shape.fields, member) ? shape.fields[member] : undefined;
  if (field) return memberMistake(`${path}.${member}`, field, rest);
  const near = closest(member, Object.keys(shape.fields));
  const instead = near === undefined ? (path === "alert" ? "the source's own fields are in alert.data" : "") : `did you mean ${near}?`;
  return `${path} has no field ${member}${instead === "" ? "" : `; ${instead}`}`;
}

/** `{{ alert.title upcase }}`: the engine takes the first value and says nothing of the others. */
function strayValue(parts: Template[]): TemplateError | undefined {
  for (const part of parts) {
    for (const argument of part.arguments?.() ?? []) {
      if (!(argument instanceof Value)) continue;
      const mistake = operandMistake(argument.initial.postfix);
      if (mistake) return mistake;
    }
    const inside = part.children ? toValueSync(part.children(false, true)) : [];
    const found = strayValue(inside);
    if (found) return found;
  }
  return undefined;
}

function operandMistake(postfix: readonly Token[]): TemplateError | undefined {
  const operands = postfix.filter((token) => !TypeGuards.isOperatorToken(token));
  const joints = postfix.filter((token) => TypeGuards.isOperatorToken(token) && token.operator !== ONE_OPERAND);
  const stray = operands[joints.length + 1];
  if (stray) return { message: NEITHER, position: positionIn(stray.input, stray.begin) };
  const [joint] = joints;
  if (joint && operands.length <= joints.length)
    return { message: `a value is missing beside ${joint.getText()}`, position: positionIn(joint.input, joint.begin) };
  return undefined;
}
