import { useRef } from "react";

/**
 * Runs a change for a tap, and no second time while it runs: a second tap comes before the button is drawn as disabled.
 * What went wrong is told by the change itself.
 */
export function useTap(change: { mutateAsync: () => Promise<unknown> }): () => void {
  const busy = useRef(false);
  return () => {
    if (busy.current) return;
    busy.current = true;
    change
      .mutateAsync()
      .catch(() => undefined)
      .finally(() => (busy.current = false));
  };
}
