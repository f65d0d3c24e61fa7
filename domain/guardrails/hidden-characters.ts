import { matchesIn } from "../matches.ts";

/**
 * Characters a reader does not see: all that Unicode tells to ignore where it is not displayed (zero-width
 * spaces, bidirectional controls, fillers, tags …), control characters and interlinear annotation. Not the
 * selectors between text and emoji, line breaks and tabs; and not the joiners, see below.
 */
const HIDDEN =
  /(?!\u200c|\u200d|\ufe0e|\ufe0f|\t|\n|\r)[\p{Default_Ignorable_Code_Point}\p{Cc}]|[\ufff9-\ufffb]/gu;

/**
 * The zero-width joiners belong to the spelling of Persian, Hindi and of composed emoji; between letters
 * of scripts that never need them they only hide something.
 */
const STRAY_JOINER =
  /(?<=^|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}\p{P}\p{Z}\s])(?:\u200c|\u200d)+/gu;

const PLAIN_ASCII = /^[\t\n\r\x20-\x7e]*$/;

/** The text without characters that cannot be seen; anything visible stays as it is, byte for byte. */
export function stripHidden(text: string): string {
  return PLAIN_ASCII.test(text) ? text : text.replace(HIDDEN, "").replace(STRAY_JOINER, "");
}

const TAG_CHARACTER = /[\u{e0020}-\u{e007e}]/gu;

/** What a text says in tag characters (U+E0020 to U+E007E), the invisible twin of ASCII; "" when nothing. */
export function hiddenText(text: string): string {
  let hidden = "";
  for (const [tag] of matchesIn(text, TAG_CHARACTER)) {
    hidden += String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000);
  }
  return hidden;
}
