import { describe, expect, it } from "vitest";
import { type Palette, cssVariables, motionMs, palettes } from "./tokens.ts";

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const texts: (keyof Palette)[] = ["primary", "points", "warn", "stop", "ink", "quiet"];

describe.each(Object.entries(palettes))("%s", (_, palette) => {
  it.each(texts)("%s can be read on every ground", (text) => {
    expect(contrast(palette[text], palette.paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[text], palette.card)).toBeGreaterThanOrEqual(4.5);
  });

  it("text on the primary color can be read", () => {
    expect(contrast(palette.onPrimary, palette.primary)).toBeGreaterThanOrEqual(4.5);
  });
});

describe("the style sheet", () => {
  it("has every color of both themes", () => {
    const css = cssVariables();
    for (const palette of Object.values(palettes)) {
      for (const color of Object.values(palette)) expect(css).toContain(color);
    }
  });

  it("moves briefly, and not at all where the device asks for less", () => {
    expect(motionMs).toBeLessThan(200);
    expect(cssVariables()).toMatch(/prefers-reduced-motion:reduce\)\{:root\{--motion:0ms\}/);
  });
});
