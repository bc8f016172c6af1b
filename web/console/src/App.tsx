import { antdTokens, useTheme } from "@jifen/look";
import { ConfigProvider, theme } from "antd";

const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";

/** The console. */
export function App() {
  const shown = useTheme();
  const algorithm = shown === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return (
    <ConfigProvider csp={{ nonce }} theme={{ algorithm, token: antdTokens(shown) }}>
      <main />
    </ConfigProvider>
  );
}
