const SEGMENTER = new Intl.Segmenter("en", { granularity: "sentence" });
const LINE_BREAK = /[\n\r\u2028\u2029]/g;
/** Unicode's rules (UAX #29) end a sentence at these when a capital follows; people do not. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|approx|resp|no|fig|dr|mr|mrs|ms|prof|st|\p{Lu})\.\s*$/iu;

/** Cuts one paragraph behind each sentence. Nothing is lost: joined, the pieces are the paragraph. */
export function splitSentences(paragraph: string): string[] {
  // A line break inside a paragraph is a space, but for the segmenter it would end the sentence.
  const line = paragraph.replace(LINE_BREAK, " ");
  const pieces: string[] = [];
  let start = 0;
  for (const { segment, index } of SEGMENTER.segment(line)) {
    const end = index + segment.length;
    if (end < line.length && ABBREVIATION.test(segment)) continue;
    pieces.push(paragraph.slice(start, end));
    start = end;
  }
  return pieces;
}
