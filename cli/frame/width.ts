// Columns that a text takes on a terminal: wide scripts and emoji take two, marks that combine take none.

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const ASCII = /^[ -~]*$/;
const NOTHING = /^(\p{Mark}|\p{Default_Ignorable_Code_Point}|\p{Control})+$/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F}|^\p{Regional_Indicator}{2}$/u;
// East Asian wide and full-width: Hangul, CJK with its signs and punctuation, full-width forms.
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;

/** Columns of a text without line breaks. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += NOTHING.test(segment) ? 0 : EMOJI.test(segment) || WIDE.test(segment) ? 2 : 1;
  return width;
}
