import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { openDoors } from "./http.ts";

// Nobody needs it before a request does.
const CodeDialog = lazy(() => import("./CodeDialog.tsx"));

/** Asks for a fresh second factor whenever a request needs one, then lets the request go on. */
export function Confirmation() {
  const [answer, setAnswer] = useState<((confirmed: boolean) => void) | null>(null);
  const ask = useCallback(() => new Promise<boolean>((resolve) => setAnswer(() => resolve)), []);
  useEffect(() => openDoors({ confirm: ask }), [ask]);
  if (!answer) return null;
  return (
    <Suspense fallback={null}>
      <CodeDialog
        close={(confirmed) => {
          answer(confirmed);
          setAnswer(null);
        }}
      />
    </Suspense>
  );
}
