import { Drawer } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { Points } from "../../shared/Points.tsx";
import { useNames } from "../../shared/program.ts";
import { useTrace, type Trace } from "./api.ts";
import { placeWord } from "./words.ts";

/** Where the points of a movement came from and what became of them. */
export function TraceDrawer({ id, number, close }: { id: string; number: string; close: () => void }) {
  const say = useSay();
  const trace = useTrace(id, number);
  return (
    <Drawer
      open={number !== ""}
      onClose={close}
      size={560}
      destroyOnHidden
      title={say(`第 ${number} 笔积分的来去`, `Movement ${number}: from and to`)}
    >
      {number && <Answer query={trace}>{(found) => <Details trace={found} />}</Answer>}
    </Drawer>
  );
}

function Details({ trace }: { trace: Trace }) {
  const say = useSay();
  const name = useName();
  return (
    <>
      <p>{name(trace.entry.explanation)}</p>
      <h2 className="sub">{say("从哪里来", "Where they came from")}</h2>
      {trace.from.length === 0 ? (
        <p className="quiet">{say("这笔积分从这里开始。", "They begin here.")}</p>
      ) : (
        <PlainTable
          caption={say("从哪里来", "Where they came from")}
          columns={[
            { label: say("积分", "Points"), numeric: true },
            { label: say("来源", "Source") },
            { label: say("获得", "Earned") },
            { label: say("失效", "Lapse") },
          ]}
          rows={trace.from.map((origin) => [
            <Points key="points" value={origin.points} />,
            <OriginText key="source" origin={origin} />,
            <Instant key="earned" at={origin.earned_at} />,
            origin.expires_at ? <Instant key="lapse" at={origin.expires_at} /> : say("永久有效", "never"),
          ])}
        />
      )}
      <h2 className="sub">{say("后来怎样", "What became of them")}</h2>
      {trace.to.length === 0 ? (
        <p className="quiet">{say("还没有变动。", "Nothing yet.")}</p>
      ) : (
        <PlainTable
          caption={say("后来怎样", "What became of them")}
          columns={[
            { label: say("积分", "Points"), numeric: true },
            { label: say("去向", "Now") },
            { label: say("时间", "When") },
          ]}
          rows={trace.to.map((fate) => [
            <Points key="points" value={fate.points} />,
            `${placeWord(fate.state, say)} #${fate.entry}`,
            <Instant key="at" at={fate.at} />,
          ])}
        />
      )}
      {!trace.complete && <p className="quiet">{say("更早的来历没有保留。", "What came earlier is not kept.")}</p>}
    </>
  );
}

function OriginText({ origin }: { origin: Trace["from"][number] }) {
  const say = useSay();
  const name = useName();
  const names = useNames();
  return (
    <>
      {origin.source ? names.source(origin.source) : ""}
      <div className="quiet">{name(origin.explanation)}</div>
      {origin.order && <div className="quiet">{say(`订单 ${origin.order}`, `order ${origin.order}`)}</div>}
    </>
  );
}
