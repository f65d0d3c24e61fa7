/** Prints "N passed, N failed" from vitest's JSON results; exit code 1 unless every test ran and passed. */
import { readFileSync } from "node:fs";

const [file] = process.argv.slice(2);
let results = { numPassedTests: 0, numFailedTests: 0, success: false };
try {
  results = JSON.parse(readFileSync(file, "utf8"));
} catch (error) {
  console.error(`vitest left no results: ${error.message}`);
}

// A file that breaks before its first test counts as one failure: none of its tests would show otherwise.
const brokenFiles = (results.testResults ?? []).filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);
const failed = results.numFailedTests + brokenFiles.length;
const skipped = (results.numPendingTests ?? 0) + (results.numTodoTests ?? 0);
if (skipped > 0) console.error(`${skipped} tests were skipped; every test has to run`);
console.log(`${results.numPassedTests} passed, ${failed} failed`);
process.exitCode = results.success && failed + skipped === 0 && results.numPassedTests > 0 ? 0 : 1;
