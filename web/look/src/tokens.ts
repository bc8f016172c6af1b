/**
 * Colors, sizes and type of both apps: the only place where they stand. `cssVariables` makes custom properties of them
 * (`var(--points)`), and Ant Design reads them in `antdTokens`.
 */

/** The colors of one theme. Every pair of text and ground has a contrast of at least 4.5:1; a test measures them. */
export interface Palette {
  /** Actions, links, progress. */
  primary: string;
  /** Text on a ground of `primary`. */
  onPrimary: string;
  /** Every amount of points, never anything else. */
  points: string;
  /** Lapsing soon, thresholds. */
  warn: string;
  /** Refusals, losses, destructive actions. */
  stop: string;
  /** Text. */
  ink: string;
  /** Text of less weight. */
  quiet: string;
  /** The ground. */
  paper: string;
  /** What lies on the ground. */
  card: string;
  /** Hairlines. */
  line: string;
}

/** Themes that a person may choose; `system` follows the device. */
export type Theme = "light" | "dark";

export const palettes: Record<Theme, Palette> = {
  light: {
    primary: "#0B7A6F",
    onPrimary: "#FFFFFF",
    points: "#9A610F",
    warn: "#B45309",
    stop: "#B83227",
    ink: "#1B2524",
    quiet: "#596664",
    paper: "#FBFAF7",
    card: "#FFFFFF",
    line: "#E2E1DB",
  },
  dark: {
    primary: "#3FB8A9",
    onPrimary: "#0C1413",
    points: "#E0B15A",
    warn: "#F59E0B",
    stop: "#F0776B",
    ink: "#E8ECEA",
    quiet: "#A3AFAC",
    paper: "#111716",
    card: "#1A2221",
    line: "#2D3836",
  },
};

/** Pixels. */
export const sizes = {
  radius: 8,
  step: 4,
  /** Text of the console. */
  textConsole: 14,
  /** Text of the member app. */
  textMember: 16,
  /** Text of the member app in plain mode. */
  textPlain: 20,
};

/** Milliseconds that a movement may take; none where the device asks for less. */
export const motionMs = 160;

export const fonts = {
  text: 'system-ui, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  code: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
};

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const colors = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, value]) => `--${kebab(name)}:${value};`)
    .join("");

/** The tokens as a style sheet: light unless the page or the device says dark. */
export function cssVariables(): string {
  const fixed = [
    `--radius:${sizes.radius}px;`,
    `--step:${sizes.step}px;`,
    `--motion:${motionMs}ms;`,
    `--font:${fonts.text};`,
    `--font-code:${fonts.code};`,
    `--text-console:${sizes.textConsole}px;`,
    `--text-member:${sizes.textMember}px;`,
    `--text-plain:${sizes.textPlain}px;`,
  ].join("");
  const light = colors(palettes.light);
  const dark = colors(palettes.dark);
  return [
    `:root{${fixed}${light}color-scheme:light}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}color-scheme:dark}}`,
    `:root[data-theme=dark]{${dark}color-scheme:dark}`,
    "@media (prefers-reduced-motion:reduce){:root{--motion:0ms}" +
      "*,*::before,*::after{animation-duration:0s!important;transition-duration:0s!important;scroll-behavior:auto!important}}",
    "body{font-family:var(--font);font-variant-numeric:tabular-nums;color:var(--ink);background:var(--paper)}",
  ].join("\n");
}

/** What Ant Design's `theme.token` takes. */
export function antdTokens(theme: Theme) {
  const palette = palettes[theme];
  return {
    colorPrimary: palette.primary,
    colorLink: palette.primary,
    colorInfo: palette.primary,
    colorWarning: palette.warn,
    colorError: palette.stop,
    colorTextBase: palette.ink,
    colorBgBase: palette.card,
    colorBgLayout: palette.paper,
    borderRadius: sizes.radius,
    sizeUnit: sizes.step,
    fontSize: sizes.textConsole,
    fontFamily: fonts.text,
    fontFamilyCode: fonts.code,
    motionDurationFast: "0.1s",
    motionDurationMid: "0.15s",
    motionDurationSlow: "0.18s",
  };
}
