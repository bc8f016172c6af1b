import { defineConfig } from "vitest/config";

/** Pictures of every page, to be looked at: no journeys, nothing to fail but a page that does not come. */
export default defineConfig({
  test: {
    include: ["screenshots/**/*.shots.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    pool: "forks",
  },
});
