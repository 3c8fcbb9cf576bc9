// Looking for a value in JSON.

/** How the value would stand in JSON text, in lower case: what is not in the text is not in the document. */
export const textInJson = (value: string): string => JSON.stringify(value).slice(1, -1).toLowerCase();

/** Whether the value is a whole text, number or member's name anywhere in a document, in any case of its letters. */
export function holdsText(document: unknown, value: string): boolean {
  const wanted = value.toLowerCase();
  const left: unknown[] = [document];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === "string" || typeof one === "number") {
      if (String(one).toLowerCase() === wanted) return true;
    } else if (Array.isArray(one)) {
      // Not spread: a list may have more members than a call takes arguments.
      for (const member of one) left.push(member);
    } else if (one !== null && typeof one === "object") {
      for (const [name, member] of Object.entries(one)) {
        if (name.toLowerCase() === wanted) return true;
        left.push(member);
      }
    }
  }
  return false;
}
