import { useTexts } from "@jifen/look";
import { lazy, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { Loading } from "../shared/Loading.tsx";
import { useMe } from "../shared/me.ts";
import { Page } from "../shared/Page.tsx";
import { texts } from "../shared/texts.ts";
import { useUnread } from "../shared/unread.ts";
import { Wallet } from "../features/wallet/Wallet.tsx";
import { type Fetch, HOME, ROUTES } from "./routes.ts";

const Popup = lazy(() => import("../features/messages/Popup.tsx").then((m) => ({ default: m.Popup })));

const PAGES = Object.entries<Fetch>(ROUTES).map(([path, fetch]) => ({ path, Page: lazy(fetch) }));

/** The pages behind the sign-in, with the navigation below. */
export function Pages() {
  const t = useTexts(texts);
  const { offline } = useMe();
  const unread = useUnread();
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
      {unread && (
        <Suspense>
          <Popup unread={unread} />
        </Suspense>
      )}
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path={HOME} component={Wallet} />
          {PAGES.map(({ path, Page }) => (
            <Route key={path} path={path}>
              {(params) => <Page params={{ id: (params as { id?: string }).id ?? "" }} />}
            </Route>
          ))}
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
  {
    path: "/redeem",
    key: "nav.redeem",
    shape: "M4 9h16v11H4zM3 6h18v3H3zM12 6v14M12 6c-5 0-5-4-2.5-4S12 6 12 6s0-4 2.5-4S17 6 12 6",
  },
  {
    path: "/tasks",
    key: "nav.tasks",
    shape: "M4 6l1.5 1.5L8 5M4 12l1.5 1.5L8 11M4 18l1.5 1.5L8 17M11 6.5h9M11 12.5h9M11 18.5h9",
  },
  { path: "/rules", key: "nav.rules", shape: "M6 3h9l3 3v15H6zM9 9h6M9 13h6M9 17h4" },
  { path: "/settings", key: "nav.settings", shape: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 21a8 8 0 0 1 16 0" },
] as const;

/** Whether a page belongs to a place of the navigation. */
function isUnder(here: string, path: string): boolean {
  return here === path || (path !== "/" && here.startsWith(`${path}/`));
}

function Navigation() {
  const t = useTexts(texts);
  const [here] = useLocation();
  return (
    <nav className="tabs" aria-label={t("nav.label")}>
      {PLACES.map(({ path, key, shape }) => (
        <Link key={path} href={path} aria-current={isUnder(here, path) ? "page" : undefined}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={shape} />
          </svg>
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
