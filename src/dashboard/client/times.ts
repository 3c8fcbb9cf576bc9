import { distance } from "../../lib/distance.ts";

/** Tells all moments of the page anew, as far as they are told as a distance. */
export function tellTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const text = distance(Date.parse(time.dateTime) - Date.now());
    if (time.textContent !== text) time.textContent = text;
  }
}
