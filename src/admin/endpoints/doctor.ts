// The doctor.
import { doctorReport } from "../answers/doctor.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { examine } from "../queries/doctor.ts";

/** Its endpoint. */
export const doctorEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/doctor",
    operation: "examine",
    summary: "Check everything: bindings, schema, queue, secrets, each API and each destination, by harmless calls",
    // It signs in at APIs and chats with their secrets, and sends a message through the queue.
    role: "operate",
    answer: doctorReport,
    handle: ({ context }) => examine(context),
  }),
];
