import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import type { Redemption } from "../../shared/redemption.ts";
import { useSession } from "../../shared/session.tsx";
import { useNow } from "../../shared/useNow.ts";

/** By when something is to happen with a redemption, and whether that has passed. */
export function Deadline({ redemption }: { redemption: Redemption }) {
  const say = useSay();
  const now = useNow();
  const { session } = useSession();
  const { waits_until, ship_by, handed_at, state } = redemption;
  const until = waits_until ?? (state === "open" && !handed_at ? ship_by : null);
  if (!until) return null;
  // A sandbox may live in another year than this browser.
  const late = !session.sandbox && Date.parse(until) < now;
  return (
    <span className={late ? "stop" : ""}>
      {late && `${say("已超时", "late")} · `}
      <Instant at={until} relative />
    </span>
  );
}
