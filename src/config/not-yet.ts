// Keys of the design that are read and carried, and whose work is not there yet: each is refused until its line is taken out of here.

/** By `table.key`, what the refusal calls them. */
export const NOT_YET: Readonly<Record<string, string>> = {
  lists: "`[lists]`",
  inhibit: "`[[inhibit]]`",
  "route.dedup_key": "`dedup_key` of a route",
  "rule.mute": "`mute` of a rule",
  "rule.threshold": "`threshold` of a rule",
  "rule.unless": "`unless` of a rule",
  "rule.group": "`group` of a rule",
  "rule.hours": "`hours` of a rule",
  "rule.escalate": "`escalate` of a rule",
};
