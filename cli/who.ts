// Who sits here, for revisions and the audit log.
import { hostname, userInfo } from "node:os";

/** `andrea@laptop`. */
export const whoAmI = (): string => `${userName()}@${hostname()}`;

/** In a container the user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || `user-${process.getuid?.() ?? "unknown"}`;
  }
}
