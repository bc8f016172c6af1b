import { lazy, Suspense } from "react";
import type { Problem } from "./problem.ts";

const load = () => import("./ProblemView.tsx").then(({ ProblemView }) => ({ default: ProblemView }));

const Loaded = lazy(load);

/** Fetches what shows problems, so that it is there when the network is not. */
export function prepareProblems(): void {
  // Where it cannot come now it is tried again when it is needed.
  load().catch(() => undefined);
}

/** A problem, shown by a piece of the app that most pages never need. */
export function ProblemLater(props: { problem: Problem; retry?: () => void }) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
