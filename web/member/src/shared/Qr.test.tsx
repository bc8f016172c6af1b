import { cleanup, render } from "@testing-library/react";
import jsQR from "jsqr";
import { afterEach, expect, it } from "vitest";
import { Qr } from "./Qr.tsx";

afterEach(cleanup);

const SCALE = 4;

/** Draws what the page draws, as a camera would see it. */
function photograph(svg: SVGElement): { data: Uint8ClampedArray; side: number } {
  const [from = 0, , width = 0] = (svg.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const side = width * SCALE;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  const runs = svg.querySelector("path")?.getAttribute("d") ?? "";
  for (const [, x, y, length] of runs.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    const [left, top] = [(Number(x) - from) * SCALE, (Number(y) - from) * SCALE];
    for (let row = top; row < top + SCALE; row++) {
      for (let column = left; column < left + Number(length) * SCALE; column++) {
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return { data, side };
}

// row PAY-08
it.each(["0CR5M2-8V1XQZ-7TKB4H", `jfc_${"Aa0-_".repeat(30)}`])("is read by a scanner: %s", (text) => {
  const { container } = render(<Qr text={text} label="code" />);
  const svg = container.querySelector("svg");
  if (!svg) throw new Error("there is no picture");
  const { data, side } = photograph(svg);
  expect(jsQR(data, side, side)?.data).toBe(text);
});
