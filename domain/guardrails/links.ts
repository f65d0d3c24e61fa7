import { matchesIn } from "../matches.ts";

/** An image is fetched as soon as it is shown, so its address can carry text out without anybody's doing. */
const IMAGE =
  /!\[([^\]\n]{0,200})\]\([ \t]{0,3}<?(https?:\/\/[^\s()<>]{1,2000})>?(?:[ \t][^()\n]{0,200})?\)|<img\b[^<>\n]{0,300}?\bsrc {0,2}= {0,2}["']?(https?:\/\/[^\s"'<>]{1,2000})[^<>\n]{0,300}>/gi;
/** Badges and thumbnails have parameters such as `?style=flat&label=npm%20downloads`. */
const LONGEST_VALUE = 40;
const LONGEST_SEGMENT = 120;
const TELLING_NAME =
  /^(?:d|q|data|query|text|msg|message|secret|password|payload|content|leak|exfil|prompt|context|history|conversation|chat)$/i;
/** Left open in a document for the model to fill in. */
const PLACEHOLDER = /[{}[\]<>]|%7b|%5b|%3c|\$\w|\bINSERT\b|\bYOUR_/i;

export interface ImageLink {
  readonly start: number;
  readonly end: number;
  readonly alt: string;
}

/** The images of a Markdown text whose address on another host carries, or asks for, data. */
export function carryingImages(text: string): ImageLink[] {
  return matchesIn(text, IMAGE)
    .filter(([, , markdown, html]) => carriesData(markdown ?? html ?? ""))
    .map((match) => ({ start: match.index, end: match.index + match[0].length, alt: match[1] ?? "" }));
}

function carriesData(url: string): boolean {
  const [address = "", query = ""] = url.split(/\?(.*)/s);
  return (
    PLACEHOLDER.test(url) ||
    address.split("/").some((segment) => segment.length > LONGEST_SEGMENT) ||
    query.split("&").some((pair) => {
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      return value.length > LONGEST_VALUE || (TELLING_NAME.test(name) && value !== "");
    })
  );
}
