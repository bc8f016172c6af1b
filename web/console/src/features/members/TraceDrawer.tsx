import { Drawer } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
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
  const names = useNames();
  return (
    <>
      <p>{name(trace.entry.explanation)}</p>
      <h2 className="sub">{say("从哪里来", "Where they came from")}</h2>
      {trace.from.length === 0 ? (
        <p className="quiet">{say("这笔积分从这里开始。", "They begin here.")}</p>
      ) : (
        <div className="scroll-x">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col" className="num">
                  {say("积分", "Points")}
                </th>
                <th scope="col">{say("来源", "Source")}</th>
                <th scope="col">{say("获得", "Earned")}</th>
                <th scope="col">{say("失效", "Lapse")}</th>
              </tr>
            </thead>
            <tbody>
              {trace.from.map((origin, at) => (
                <tr key={at}>
                  <td className="num">
                    <Points value={origin.points} />
                  </td>
                  <td>
                    {origin.source ? names.source(origin.source) : ""}
                    {origin.rule && <div className="quiet">{origin.rule}</div>}
                    {origin.order && (
                      <div className="quiet">{say(`订单 ${origin.order}`, `order ${origin.order}`)}</div>
                    )}
                  </td>
                  <td>{origin.earned_at && <Instant at={origin.earned_at} />}</td>
                  <td>{origin.expires_at ? <Instant at={origin.expires_at} /> : say("永久有效", "never")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <h2 className="sub">{say("后来怎样", "What became of them")}</h2>
      {trace.to.length === 0 ? (
        <p className="quiet">{say("还没有变动。", "Nothing yet.")}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="num">
                {say("积分", "Points")}
              </th>
              <th scope="col">{say("去向", "Now")}</th>
              <th scope="col">{say("时间", "When")}</th>
            </tr>
          </thead>
          <tbody>
            {trace.to.map((fate, at) => (
              <tr key={at}>
                <td className="num">
                  <Points value={fate.points} />
                </td>
                <td>
                  {placeWord(fate.state, say)}
                  {typeof fate.entry === "number" && <span className="quiet"> #{fate.entry}</span>}
                </td>
                <td>{fate.at && <Instant at={fate.at} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
