import { Card, Empty } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Points } from "../../shared/Points.tsx";
import { useNames } from "../../shared/program.ts";
import { useWallet, type WalletUnit } from "./api.ts";

/** Every unit of a wallet: what there is, what it is worth, what lapses next. */
export function WalletView({ id }: { id: string }) {
  const say = useSay();
  const wallet = useWallet(id);
  return (
    <Answer query={wallet}>
      {({ units }) =>
        units.length === 0 ? (
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={say(
              "还没有积分。第一笔有效消费后会出现在这里。",
              "No points yet. The first purchase brings some.",
            )}
          />
        ) : (
          <div className="grid halves">
            {units.map((unit) => (
              <UnitCard key={unit.unit} unit={unit} />
            ))}
          </div>
        )
      }
    </Answer>
  );
}

function UnitCard({ unit }: { unit: WalletUnit }) {
  const say = useSay();
  const format = useFormat();
  const names = useNames();
  const money = unit.worth;
  const states: [string, number][] = [
    [say("待到账", "Pending"), unit.pending],
    [say("预留", "Set aside"), unit.held],
    [say("沉睡", "Dormant"), unit.dormant],
    [say("欠分", "Debt"), unit.debt],
  ];
  return (
    <Card title={names.unit(unit.unit)}>
      <div className="tile-value">
        <Points value={unit.available} strong />
      </div>
      <p className="quiet">
        {say("可用", "available")}
        {money && <> · {say(`约值 ${format.money(money)}`, `worth about ${format.money(money)}`)}</>}
      </p>
      {states
        .filter(([, points]) => points !== 0)
        .map(([label, points]) => (
          <p key={label}>
            {label} <Points value={points} />
          </p>
        ))}
      <h2 className="sub">{say("即将失效", "Lapsing")}</h2>
      {unit.expiring.length === 0 ? (
        <p className="quiet">{say("没有会失效的积分。", "Nothing will lapse.")}</p>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{say("日期", "When")}</th>
              <th scope="col" className="num">
                {say("积分", "Points")}
              </th>
            </tr>
          </thead>
          <tbody>
            {unit.expiring.slice(0, 6).map((lot) => (
              <tr key={lot.at}>
                <td>
                  <Instant at={lot.at} />
                </td>
                <td className="num">
                  <Points value={lot.points} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="quiet">
        {say(
          `累计获得 ${format.number(unit.lifetime.earned)}，使用 ${format.number(unit.lifetime.spent)}，失效 ${format.number(unit.lifetime.expired)}`,
          `In all earned ${format.number(unit.lifetime.earned)}, spent ${format.number(unit.lifetime.spent)}, lapsed ${format.number(unit.lifetime.expired)}`,
        )}
      </p>
    </Card>
  );
}
