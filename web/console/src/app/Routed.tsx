import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { ROUTES } from "./routes.ts";
import { Shell } from "./Shell.tsx";
import { Stumble } from "./Stumble.tsx";

// Most begin here: the first page is fetched while the server is still asked who is there.
if (/^\/console\/?$/.test(location.pathname)) void ROUTES["/"]().then((page) => page.prefetch());

const PAGES = Object.entries(ROUTES).map(([path, fetch]) => ({ path, Page: lazy(fetch) }));

/** Which page an address shows. Each feature is a piece of its own, loaded when it is first opened. */
export function Routed() {
  return (
    <Shell>
      <Stumble>
        <Suspense fallback={<Waiting />}>
          <Routes>
            {PAGES.map(({ path, Page }) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
          </Routes>
        </Suspense>
      </Stumble>
    </Shell>
  );
}

function Waiting() {
  return (
    <div className="page">
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}
