// Whom Teams would mention. What a card may hold is in teams-form.ts.
// Facts: learn.microsoft.com/microsoftteams/platform task-modules-and-cards/cards/cards-format ("Mention support within Adaptive Cards").
import { type JsonObject, listOf, objectOf, textOf } from "./json.ts";
import type { Ping } from "./types.ts";

/** Teams notifies for an `<at>` text only when the card's `msteams.entities` says who that is; either alone does nothing. */
export function cardPings(card: JsonObject): Ping[] {
  const text = JSON.stringify([card.body ?? null]);
  return listOf(objectOf(card.msteams).entities).flatMap((value): Ping[] => {
    const entity = objectOf(value);
    const spoken = JSON.stringify(textOf(entity.text)).slice(1, -1);
    if (entity.type !== "mention" || spoken === "" || !text.includes(spoken)) return [];
    const who = objectOf(entity.mentioned);
    return [{ kind: "user", target: textOf(who.id) || textOf(who.name), where: "msteams.entities" }];
  });
}
