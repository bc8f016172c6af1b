import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider, theme } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { antdTokens, palettes, useTheme } from "@jifen/look";
import { BrowserRouter } from "react-router";
import { client } from "../shared/client.ts";
import { useLanguage } from "../shared/language.tsx";
import { SessionGate } from "../features/session/SessionGate.tsx";
import { nonce } from "./nonce.ts";
import { Routed } from "./Routed.tsx";

/** Grounds in a breath of the primary color; those that Ant Design derives from it by itself are gray and heavy. */
const LIGHT_TINTS = {
  colorTextPlaceholder: palettes.light.quiet,
  colorTextDescription: palettes.light.quiet,
  colorTextTertiary: palettes.light.quiet,
  colorPrimaryBg: "#ECF6F4",
  colorPrimaryBgHover: "#D3E9E6",
  colorInfoBg: "#EEF6F5",
  colorInfoBorder: "#BBDAD6",
  controlItemBgActive: "#ECF6F4",
  controlItemBgActiveHover: "#D3E9E6",
};
const DARK_TINTS = {
  colorTextPlaceholder: palettes.dark.quiet,
  colorTextDescription: palettes.dark.quiet,
  colorTextTertiary: palettes.dark.quiet,
  colorBgContainer: palettes.dark.card,
  colorBgElevated: "#202A28",
  colorBgLayout: palettes.dark.paper,
  colorBorder: "#3F4D4A",
  colorBorderSecondary: palettes.dark.line,
  colorPrimaryBg: "#173431",
  colorPrimaryBgHover: "#1D423E",
  colorInfoBg: "#162B29",
  colorInfoBorder: "#2A524D",
  controlItemBgActive: "#173431",
  controlItemBgActiveHover: "#1D423E",
};

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Words on the brighter primary color of the dark are dark; what destroys is bright enough to be read. */
const DARK_PARTS = {
  Button: { primaryColor: palettes.dark.onPrimary, colorError: palettes.dark.stop },
  Menu: { itemSelectedColor: palettes.dark.primary },
};

/** The console: its looks, its language, its session, its pages. */
export function App() {
  const language = useLanguage();
  const dark = useTheme() === "dark";
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
  return (
    <ConfigProvider
      locale={language === "zh" ? zh : en}
      csp={{ nonce }}
      theme={{
        // The styles come as a sheet; only the values of the theme are worked out here.
        zeroRuntime: true,
        hashed: false,
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        components: dark ? DARK_PARTS : {},
        token: { ...antdTokens(dark ? "dark" : "light"), ...(dark ? DARK_TINTS : LIGHT_TINTS), motion: !still },
      }}
    >
      <QueryClientProvider client={client}>
        <BrowserRouter basename="/console">
          <AntApp message={{ duration: 4 }}>
            <SessionGate>
              <Routed />
            </SessionGate>
          </AntApp>
        </BrowserRouter>
      </QueryClientProvider>
    </ConfigProvider>
  );
}
