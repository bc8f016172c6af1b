import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "vite";

const NAME = "virtual:antd.css";
const SOURCES = join(import.meta.dirname, "../src");

/** What the console has no use for, with the classes that only it has. The build fails once somebody imports it. */
const UNUSED: Record<string, string[]> = {
  Affix: ["affix"],
  Anchor: ["anchor"],
  Avatar: ["avatar"],
  BackTop: ["back-top"],
  Calendar: ["picker-calendar"],
  Carousel: ["carousel"],
  Cascader: ["cascader"],
  ColorPicker: ["color-picker"],
  FloatButton: ["float-btn"],
  Image: ["image"],
  List: ["list"],
  Masonry: ["masonry"],
  Mentions: ["mentions"],
  Pagination: ["pagination"],
  QRCode: ["qrcode"],
  Slider: ["slider"],
  Splitter: ["splitter"],
  Statistic: ["statistic"],
  Timeline: ["timeline"],
  Tour: ["tour"],
  Transfer: ["transfer"],
  Tree: ["tree"],
  TreeSelect: ["select-tree", "tree-select"],
  Upload: ["upload"],
};

/** Widths of columns: forms and descriptions name none. */
const WIDTHS = /\.ant-col-(?:\d|x{0,3}s\b|xs-|sm-|md-|lg-|x{1,3}l-)/;

/**
 * Makes `import "virtual:antd.css"` the style sheet of Ant Design as it comes with it, without what the console does not
 * use. With it nothing has to be computed and put together in the browser before the first page is drawn; colors stay
 * custom properties, so that both themes are one sheet.
 */
export function antd(): Plugin {
  return {
    name: "jifen-antd",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => {
      if (id !== `\0${NAME}`) return null;
      for (const name of imported()) if (name in UNUSED) throw new Error(`${name} is used: take it out of UNUSED`);
      const sheet = createRequire(import.meta.url).resolve("antd/dist/antd.css");
      return trimmed(readFileSync(sheet, "utf8"));
    },
  };
}

/** What the console imports from Ant Design. */
function imported(): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, list = ""] of readFileSync(join(SOURCES, file), "utf8").matchAll(/import \{([^}]*)\} from "antd"/g)) {
      for (const name of list.split(",")) names.add(name.trim());
    }
  }
  return names;
}

/** The sheet without rules that only concern what is not used, and without values that the theme gives anew. */
export function trimmed(sheet: string): string {
  const classes = Object.values(UNUSED).flat();
  const unused = new RegExp(`\\.ant-(?:${classes.join("|")})(?![a-z])`);
  const isNeeded = (selector: string) =>
    !unused.test(selector) && !WIDTHS.test(selector) && !/^\s*\.(?:css-var-|data-ant-)/.test(selector);
  return blocks(sheet)
    .map(({ head, body }) => {
      if (head.startsWith("@media") || head.startsWith("@supports")) {
        const inner = trimmed(body);
        return inner && `${head}{${inner}}`;
      }
      if (head.startsWith("@")) return `${head}{${body}}`;
      const selectors = split(head).filter(isNeeded);
      return selectors.length > 0 ? `${selectors.join(",")}{${body}}` : "";
    })
    .join("");
}

/** Rules at the top of a sheet: what stands before the braces, and what stands in them. */
function blocks(sheet: string): { head: string; body: string }[] {
  const found: { head: string; body: string }[] = [];
  for (let from = 0; ;) {
    const open = sheet.indexOf("{", from);
    if (open < 0) return found;
    let close = open;
    for (let depth = 1; depth > 0;) {
      close++;
      if (sheet[close] === "{") depth++;
      else if (sheet[close] === "}") depth--;
      else if (close >= sheet.length) throw new Error("a brace of the style sheet is not closed");
    }
    // What has no braces (such as @charset) ends before the rule begins.
    const head = sheet.slice(from, open).split(";").at(-1) ?? "";
    found.push({ head: head.trim(), body: sheet.slice(open + 1, close) });
    from = close + 1;
  }
}

/** Selectors of a rule; commas within brackets part nothing. */
function split(head: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= head.length; at++) {
    const sign = head[at];
    if (sign === "(" || sign === "[") depth++;
    if (sign === ")" || sign === "]") depth--;
    if (at < head.length && (sign !== "," || depth > 0)) continue;
    found.push(head.slice(from, at).trim());
    from = at + 1;
  }
  return found;
}
