// What somebody may do. Each role may do what those before it may.

/** In the order of what they may do: look; test, replay, set a status; change the configuration and who may come in, erase, back up and restore. */
export const ROLES = ["read", "operate", "configure"] as const;
/** What somebody may do. */
export type Role = (typeof ROLES)[number];

/** Whether a role is enough where another is asked for. */
export const suffices = (role: Role, asked: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(asked);
