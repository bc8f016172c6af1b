import type { Plugin } from "vite";
import { cssVariables } from "./src/tokens.ts";

const NAME = "virtual:look.css";

/** Makes `import "virtual:look.css"` the style sheet of the tokens: a file of its own, so that no page needs inline styles. */
export function look(): Plugin {
  return {
    name: "jifen-look",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? cssVariables() : null),
  };
}
