import { Card } from "antd";
import { useFormat } from "../../shared/format.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { Points } from "../../shared/Points.tsx";
import type { RewardDetail } from "./api.ts";
import { SetPrice } from "./Rewards.tsx";

/** A factor of one, in the millionths of the API. */
const ONE = 1_000_000;

/** What a reward costs now, how that came about, and how it moved. */
export function PriceCard({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { now } = reward;
  const days = reward.prices.toReversed();
  return (
    <Card title={say("价格", "Price")}>
      {now ? (
        <>
          <div className="tile-value" data-testid="price-now">
            <Points value={now.points} strong /> {say("分", "pts")}
            {now.cash.amount > 0 && <> + {format.money(now.cash)}</>}
          </div>
          <p className="quiet">
            {say("最低等级会员今天的价格；定价：", "Today, for members of the lowest tier; set at: ")}
            <SetPrice reward={reward} />
          </p>
          <ol className="steps">
            {now.explanation.map((step) => (
              <li key={step.zh}>{name(step)}</li>
            ))}
          </ol>
        </>
      ) : (
        <p className="stale">
          {say(
            "现在算不出价格：没有定积分，也没有可折算的价值。",
            "No price can be computed: neither points nor a worth.",
          )}
        </p>
      )}
      <h2 className="sub">{say("随库存与热度的变动", "What stock and demand did")}</h2>
      {days.length === 0 ? (
        <p className="quiet">{say("价格没有变动过。", "The price has not moved.")}</p>
      ) : (
        <PlainTable
          caption={say("价格变动", "Changes of the price")}
          columns={[
            { label: say("日期", "Day") },
            { label: say("定价", "Set at"), numeric: true },
            { label: say("系数", "Factor"), numeric: true },
          ]}
          rows={days.map(({ day, points, millionths }) => [
            format.day(day),
            points > 0 ? <Points key="points" value={points} /> : say("按价值", "by worth"),
            `× ${format.factor(millionths / ONE)}`,
          ])}
        />
      )}
    </Card>
  );
}
