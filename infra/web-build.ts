/** `npm run web:build`: builds the web page when it is missing or older than what it is built from. */
import { buildPage } from "./build-page.ts";

try {
  await buildPage((line) => console.log(line));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
