import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { palettes } from "../../look/src/tokens.ts";
import { icon } from "./icons.ts";

const MANIFEST = {
  id: "/",
  name: "积分 Jifen",
  short_name: "积分",
  description: "积分余额、有效期与规则。 Points, how long they are valid, and the rules.",
  lang: "zh-CN",
  start_url: "/",
  scope: "/",
  display: "standalone",
  background_color: palettes.light.paper,
  theme_color: palettes.light.primary,
  icons: [
    { src: "/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
    { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
    { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  ],
};

/** What makes the pages an app that installs: manifest, icons, and a service worker that knows the files of this build. */
export function pwa(): Plugin {
  return {
    name: "jifen-pwa",
    apply: "build",
    generateBundle: {
      // After the rest: a chunk that held nothing but styles is gone by then, and a worker that names it never starts.
      order: "post",
      handler(_, bundle) {
        const emit = (fileName: string, source: string | Buffer) => {
          this.emitFile({ type: "asset", fileName, source });
        };
        emit("manifest.webmanifest", JSON.stringify(MANIFEST));
        for (const size of [180, 192, 512]) emit(`icon-${size}.png`, icon(size, 0));
        emit("icon-maskable-512.png", icon(512, 0.1));
        const files = Object.keys(bundle)
          .filter((file) => file.startsWith("assets/"))
          .map((file) => `/${file}`)
          .sort();
        const version = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
        const worker = readFileSync(new URL("./worker.js", import.meta.url), "utf8");
        const known = { "%VERSION%": version, '["%FILES%"]': JSON.stringify(files) };
        emit(
          "sw.js",
          Object.entries(known).reduce((text, [slot, value]) => text.replace(slot, value), worker),
        );
      },
    },
  };
}
