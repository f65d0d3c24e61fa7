import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    // Processes, not threads: tests start, signal and end processes of their own.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // What is polled for comes when it comes; a busy machine takes its time.
    expect: { poll: { timeout: 15_000 } },
    // A test that passes only when alone, or only on a second try, is a bug.
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
  },
});
