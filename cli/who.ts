// Who sits here, for revisions and the audit log.
import { hostname, userInfo } from "node:os";

/** `andrea@laptop`. */
export const whoAmI = (): string => `${userInfo().username}@${hostname()}`;
