import { useFormat } from "./format.ts";
import { useSession } from "./session.tsx";

/** An instant: relative when near, exact on hover. A sandbox may live in another year, so there it is never relative. */
export function Instant({ at, relative = false }: { at: string; relative?: boolean }) {
  const format = useFormat();
  const { session } = useSession();
  return (
    <time dateTime={at} title={format.exact(at)} className="nowrap">
      {relative && !session.sandbox ? format.near(at) : format.instant(at)}
    </time>
  );
}
