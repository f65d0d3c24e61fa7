/** An image is fetched as soon as it is shown, so its address can carry text out without anybody's doing. */
const IMAGE =
  /!\[([^\]\n]{0,200})\]\(\s{0,3}<?(https?:\/\/[^\s)<>]{1,2000})[^)\n]{0,200}\)|<img\b[^>\n]{0,300}?\bsrc\s?=\s?["']?(https?:\/\/[^\s"'>]{1,2000})[^>\n]{0,300}>/gi;
/** Badges and thumbnails have parameters such as `?style=flat&v=1.2`. */
const HARMLESS_VALUE = /^[\w.-]{0,20}$/;
const TELLING_NAME =
  /^(?:d|q|c|data|query|text|msg|message|secret|token|key|password|payload|content|info|leak|exfil|log|prompt|context|user|history|conversation)$/i;
/** Left open in a document for the model to fill in. */
const PLACEHOLDER = /[{}[\]$<>]|%7b|%5b|%24|%3c|\bINSERT\b|\bYOUR_/i;
const LONGEST_SEGMENT = 80;

export interface ImageLink {
  readonly start: number;
  readonly end: number;
  readonly alt: string;
}

/** The images of a Markdown text whose address on another host carries, or asks for, data. */
export function carryingImages(text: string): ImageLink[] {
  return [...text.matchAll(IMAGE)]
    .filter(([, , markdown, html]) => carriesData(markdown ?? html ?? ""))
    .map((match) => ({ start: match.index, end: match.index + match[0].length, alt: match[1] ?? "" }));
}

function carriesData(url: string): boolean {
  const [address = "", query = ""] = url.split(/\?(.*)/s);
  if (PLACEHOLDER.test(url)) return true;
  if (address.split("/").some((segment) => segment.length > LONGEST_SEGMENT)) return true;
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .some((pair) => {
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      return !HARMLESS_VALUE.test(value) || (TELLING_NAME.test(name) && value !== "");
    });
}
