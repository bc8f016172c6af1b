import { readdirSync } from "node:fs";
import { URL } from "node:url";
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import typescript from "typescript-eslint";

const CONSOLE = "console/src/features";

/** Features of the console do not import each other, and what they share knows neither them nor the app. */
const walls = readdirSync(new URL(CONSOLE, import.meta.url)).map((feature) => ({
  files: [`${CONSOLE}/${feature}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: readdirSync(new URL(CONSOLE, import.meta.url))
          .filter((other) => other !== feature)
          .flatMap((other) => [`../${other}/**`, `../../${other}/**`])
          .concat("**/app/**"),
      },
    ],
  },
}));

export default typescript.config(
  { ignores: ["dist/", "**/node_modules/", "api/src/schema.d.ts"] },
  js.configs.recommended,
  typescript.configs.strict,
  typescript.configs.stylistic,
  hooks.configs.flat["recommended-latest"],
  {
    rules: {
      // Dead code stands out; an argument that a signature needs begins with a line below.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-definitions": "off",
      // One look for "null or missing" is what JSON needs.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      // What the content security policy would refuse anyway, and what lets HTML in names become HTML.
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Texts are shown as texts: nothing on a page is made from HTML that came over the wire.",
        },
      ],
    },
  },
  ...walls,
  {
    files: ["console/src/shared/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/app/**", "**/features/**"] }] },
  },
  {
    files: ["**/*.mjs", "**/vite.config.ts", "journeys/**", "**/build/worker.js"],
    rules: { "no-console": "off", "no-undef": "off" },
  },
);
