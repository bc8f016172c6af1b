import react from "@vitejs/plugin-react";
import { look } from "../look/vite.ts";
import { defineConfig } from "vite";
import { antd } from "./build/antd.ts";

// Where `npm run dev` finds the API: a running `jifen serve --sandbox`.
const server = process.env["JIFEN_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  plugins: [react(), look(), antd()],
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2022",
    // Small files stay files: the content security policy lets no data: address run or style anything.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": server, "/oauth": server } },
});
