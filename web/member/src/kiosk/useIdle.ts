import { useEffect, useState } from "react";

const SIGNS = ["pointerdown", "keydown", "touchstart", "scroll"] as const;

/** Whole seconds until a visit ends because nobody touches the screen; each touch begins them anew. */
export function useIdle(seconds: number, onIdle: () => void): number {
  const [touched, setTouched] = useState(() => Date.now());
  const [now, setNow] = useState(touched);
  useEffect(() => {
    const touch = () => {
      setTouched(Date.now());
      setNow(Date.now());
    };
    for (const sign of SIGNS) window.addEventListener(sign, touch, { passive: true });
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, touch);
      clearInterval(ticking);
    };
  }, []);
  const left = Math.max(0, Math.ceil(seconds - (now - touched) / 1_000));
  useEffect(() => {
    if (left === 0) onIdle();
  }, [left, onIdle]);
  return left;
}
