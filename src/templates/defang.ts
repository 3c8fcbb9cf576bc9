// Indicators that nobody can click by mistake.

/** `https://evil.example/a` as `hxxps://evil[.]example/a`, `203.0.113.7` as `203[.]0[.]113[.]7`, `a@evil.example` as `a[@]evil[.]example`. */
export const defanged = (text: string): string =>
  text
    .replace(/\b(h)tt(ps?:\/\/)/gi, "$1xx$2")
    .replace(/\b(f)t(ps?:\/\/)/gi, "$1x$2")
    // A dot or an at sign inside a word; those that end a sentence stay.
    .replace(/(?<=[\p{L}\p{N}_-])([.@])(?=[\p{L}\p{N}_-])/gu, "[$1]");
