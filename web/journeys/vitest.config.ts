import { defineConfig } from "vitest/config";

/**
 * Journeys through the real program in a real browser, two at a time: each file has a server, a store and a browser of
 * its own. How long pages take is measured elsewhere (measure.config.ts): a busy machine fails no journey.
 */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    include: ["tests/**/*.journey.ts"],
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
