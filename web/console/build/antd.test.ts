import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { trimmed } from "./antd.ts";

it("what is not used goes, what shares a rule with it stays", () => {
  const sheet = [
    ".ant-btn,.ant-upload .ant-btn{color:red;}",
    ".ant-tree{color:red;}",
    ".ant-tree-select{color:red;}",
    ".css-var-_R_0_{--ant-blue:#1677FF;}",
    "@media (max-width: 10px){.ant-slider{top:0;}}",
    "@media (max-width: 10px){.ant-slider{top:0;}.ant-card{top:0;}}",
    "@keyframes spin{0%{opacity:0;}100%{opacity:1;}}",
    ".ant-col-xs-1{width:4%;}",
    ".ant-form-item .ant-col:not(.a,.b){width:auto;}",
    ".ant-tag{color:red;}",
  ].join("");
  expect(trimmed(sheet)).toBe(
    [
      ".ant-btn{color:red;}",
      "@media (max-width: 10px){.ant-card{top:0;}}",
      "@keyframes spin{0%{opacity:0;}100%{opacity:1;}}",
      ".ant-form-item .ant-col:not(.a,.b){width:auto;}",
      ".ant-tag{color:red;}",
    ].join(""),
  );
});

it("the sheet that comes with Ant Design keeps what the console shows", () => {
  const whole = readFileSync(createRequire(import.meta.url).resolve("antd/dist/antd.css"), "utf8");
  const kept = trimmed(whole);
  expect(kept.length).toBeLessThan(whole.length * 0.8);
  for (const shown of ["btn", "table", "picker", "modal", "select", "segmented", "steps", "notification", "menu"]) {
    expect(kept).toContain(`.ant-${shown}`);
  }
  expect(kept).not.toContain(".ant-tour");
});
