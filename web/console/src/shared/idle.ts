/** Loads something once the browser has shown what is there and has nothing more urgent to do. */
export function onceIdle<T>(load: () => Promise<T>): Promise<T> {
  return new Promise<void>((resolve) => {
    // Two frames: the first may be the one that shows the figures.
    requestAnimationFrame(() => requestAnimationFrame(() => idle(resolve)));
  }).then(load);
}

/** Milliseconds after which it begins, however busy the browser is. */
const LATEST_MS = 500;

function idle(then: () => void): void {
  // Not every browser tells when it is idle.
  if ("requestIdleCallback" in window) window.requestIdleCallback(then, { timeout: LATEST_MS });
  else setTimeout(then);
}
