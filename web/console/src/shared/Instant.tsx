import { useFormat } from "./format.ts";
import { useSay } from "./language.tsx";
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

/** Until when figures tell what happened. */
export function AsOf({ at }: { at: string }) {
  const say = useSay();
  return (
    <p className="quiet">
      {say("数据截至", "As of")} <Instant at={at} />
    </p>
  );
}
