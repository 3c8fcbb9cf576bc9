// `tocsin doctor`: everything that has to be right for the relay to work, and what to do where it is not.
import { examine } from "../doctor/examine.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { doctorLines } from "../views/doctor.ts";

/** Adds the verb. */
export function addDoctor({ program, does }: Frame): void {
  const command = program
    .command("doctor")
    .summary("check everything, and say what to do")
    .description(
      "Checks bindings, schema, queue (a message really goes through it), objects, the sweep, secrets, the clock, each source's API with a call that changes nothing, and each destination with one where its vendor has such a call; where there is none it says how to send a test. What the relay's own watch found is there as well. Exit status 1 when anything is wrong.",
    )
    .helpGroup(HEADINGS.operation);
  withExamples(
    command,
    ["doctor", "the relay on this machine"],
    ["doctor --remote --json", "the deployed one; for a script, by .checks[].state"],
  );
  does(command, async (run) => {
    const checks = await examine(run);
    if (run.out.isJson) run.out.json({ checks });
    else run.out.lines(doctorLines(checks, run.out.width));
    return checks.some(({ state }) => state === "fail") ? 1 : 0;
  });
}
