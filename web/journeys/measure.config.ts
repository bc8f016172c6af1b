import { defineConfig } from "vitest/config";

/** How long pages take, for `make bench`: nothing to fail but a page that does not come. */
export default defineConfig({
  test: {
    include: ["measure/**/*.measure.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    pool: "forks",
  },
});
