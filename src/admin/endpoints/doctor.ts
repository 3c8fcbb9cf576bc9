// The doctor.
import { type Endpoint, endpoint } from "../endpoint.ts";
import { examine } from "../queries/doctor.ts";

/** Its endpoint. */
export const doctorEndpoints: Endpoint[] = [
  endpoint({
    // Not a GET: it signs in at APIs and chats with their secrets, and sends a message through the queue.
    method: "POST",
    path: "/doctor",
    operation: "examine",
    summary: "Check everything: bindings, schema, queue, secrets, each API and each destination, by harmless calls",
    handle: ({ context }) => examine(context),
  }),
];
