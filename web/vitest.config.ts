import react from "@vitejs/plugin-react";
import { look } from "./look/vite.ts";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), look()],
  test: {
    environment: "happy-dom",
    include: ["{api,look,console,journeys,member}/{build,src,tests}/**/*.test.{ts,tsx}"],
    environmentOptions: { happyDOM: { url: "http://jifen.test/" } },
    restoreMocks: true,
    // Days and hours are the program's, so the machine's own zone must not matter: this one is far from it.
    env: { TZ: "America/Los_Angeles" },
  },
});
