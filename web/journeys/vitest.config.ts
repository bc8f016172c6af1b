import { defineConfig } from "vitest/config";

const TIMES = { testTimeout: 90_000, hookTimeout: 120_000 };
const MEASURED = ["tests/budget.journey.ts"];

/**
 * Journeys through the real program in a real browser, two at a time: each file has a server, a store and a browser of
 * its own. What is measured goes first and alone.
 */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      { test: { name: "measured", include: MEASURED, sequence: { groupOrder: 0 }, ...TIMES } },
      {
        test: {
          name: "journeys",
          include: ["tests/**/*.journey.ts"],
          exclude: MEASURED,
          sequence: { groupOrder: 1 },
          ...TIMES,
        },
      },
    ],
  },
});
