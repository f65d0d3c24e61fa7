import { invalidFields } from "./problems.ts";

/** Tells a cursor of ours from any other text, and one version's from the next. */
const MARK = "1:";

/** A store's cursor as clients see it: opaque, and safe in a URL. */
export function encodeCursor(cursor: string): string {
  return Buffer.from(MARK + cursor).toString("base64url");
}

/** The store's cursor. Throws the 400 problem when the text is not one we gave out. */
export function decodeCursor(text: string): string {
  const decoded = Buffer.from(text, "base64url").toString();
  if (decoded.startsWith(MARK) && encodeCursor(decoded.slice(MARK.length)) === text) {
    return decoded.slice(MARK.length);
  }
  throw invalidFields("invalid_parameters", "query", [
    { pointer: "/cursor", message: "cursor must be the next_cursor of an earlier answer" },
  ]);
}
