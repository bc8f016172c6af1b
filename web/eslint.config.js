import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import typescript from "typescript-eslint";

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
  {
    files: ["**/*.mjs", "**/vite.config.ts", "journeys/**", "**/build/worker.js"],
    rules: { "no-console": "off", "no-undef": "off" },
  },
);
