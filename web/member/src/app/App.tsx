import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { queries } from "../shared/api.ts";
import { Loading } from "../shared/Loading.tsx";
import { Gate } from "./Gate.tsx";

const Kiosk = lazy(() => import("../kiosk/Kiosk.tsx").then((m) => ({ default: m.Kiosk })));

/** The member app, and the screen in shops that has its pages. */
export function App() {
  const [path] = useLocation();
  return (
    <QueryClientProvider client={queries}>
      {path === "/kiosk" ? (
        <Suspense fallback={<Loading />}>
          <Kiosk />
        </Suspense>
      ) : (
        <Gate />
      )}
    </QueryClientProvider>
  );
}
