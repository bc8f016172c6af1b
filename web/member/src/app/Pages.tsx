import { useTexts } from "@jifen/look";
import { lazy, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { Loading } from "../shared/Loading.tsx";
import { useMe } from "../shared/me.ts";
import { Page } from "../shared/Page.tsx";
import { texts } from "../shared/texts.ts";
import { Wallet } from "../features/wallet/Wallet.tsx";

const Expiring = lazy(() => import("../features/wallet/Expiring.tsx").then((m) => ({ default: m.Expiring })));
const Guide = lazy(() => import("../features/guide/Guide.tsx").then((m) => ({ default: m.Guide })));
const History = lazy(() => import("../features/history/History.tsx").then((m) => ({ default: m.History })));
const Rules = lazy(() => import("../features/rules/Rules.tsx").then((m) => ({ default: m.Rules })));
const Settings = lazy(() => import("../features/settings/Settings.tsx").then((m) => ({ default: m.Settings })));

/** The pages behind the sign-in, with the navigation below. */
export function Pages() {
  const t = useTexts(texts);
  const { offline } = useMe();
  return (
    <>
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      {offline && (
        <p className="banner" role="status">
          {t("offline.title")}
        </p>
      )}
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/" component={Wallet} />
          <Route path="/expiring" component={Expiring} />
          <Route path="/guide" component={Guide} />
          <Route path="/history" component={History} />
          <Route path="/rules" component={Rules} />
          <Route path="/settings" component={Settings} />
          <Route>
            <Page title={t("app.missing")}>
              <Link href="/">{t("app.missing.hint")}</Link>
            </Page>
          </Route>
        </Switch>
      </Suspense>
      <Navigation />
    </>
  );
}

const PLACES = [
  { path: "/", key: "nav.wallet", shape: "M4 7h16v11H4zM4 7l2-3h12l2 3M15 12.5h2" },
  { path: "/history", key: "nav.history", shape: "M5 6h14M5 12h14M5 18h9" },
  { path: "/rules", key: "nav.rules", shape: "M6 3h9l3 3v15H6zM9 9h6M9 13h6M9 17h4" },
  { path: "/settings", key: "nav.settings", shape: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 21a8 8 0 0 1 16 0" },
] as const;

function Navigation() {
  const t = useTexts(texts);
  const [here] = useLocation();
  return (
    <nav className="tabs" aria-label={t("nav.label")}>
      {PLACES.map(({ path, key, shape }) => (
        <Link key={path} href={path} aria-current={here === path ? "page" : undefined}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={shape} />
          </svg>
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
