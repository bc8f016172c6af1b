import { defineConfig } from "vitest/config";

/** Journeys through the real program in a real browser: one after the other, so that what is measured is measured alone. */
export default defineConfig({
  test: {
    include: ["tests/**/*.journey.ts"],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    pool: "forks",
  },
});
