const THING = "(?:an? |the )?(?<one>[^,.;:?!]{2,60}?)";
const OTHER = "(?:an? |the )?(?<other>[^,.;:?!]{2,60}?)";
const COMPARISONS: readonly RegExp[] = [
  new RegExp(`\\bdifferences? between ${THING} and ${OTHER}\\s*[?.!]*$`, "i"),
  new RegExp(`\\bhow (?:does|do|is|are) ${THING} (?:differ|different) from ${OTHER}\\s*[?.!]*$`, "i"),
  new RegExp(`^(?:compare )?${THING} (?:vs\\.?|versus|compared (?:to|with)) ${OTHER}\\s*[?.!]*$`, "i"),
];

/** The two things that a question compares, or null: what each of them is tells the difference. */
export function comparedIn(message: string): readonly [string, string] | null {
  for (const pattern of COMPARISONS) {
    const { one, other } = pattern.exec(message.trim())?.groups ?? {};
    if (one !== undefined && other !== undefined) return [one, other];
  }
  return null;
}
