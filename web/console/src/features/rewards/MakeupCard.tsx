import { Card, Descriptions } from "antd";
import { useFormat } from "../../shared/format.ts";
import { useName, useSay } from "../../shared/language.tsx";
import type { RewardDetail } from "./api.ts";
import { kindWord } from "./words.ts";

/** Pictures of a reward, what is in it and what is chosen; nothing where none of it was said. */
export function MakeupCard({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { images, parts, choices, booking, supplier, unlock, brand, sharing, same_day_until } = reward;
  const list = (items: string[]) => items.join(say("、", ", "));
  const rows = [
    { key: "brand", label: say("品牌", "Brand"), children: brand },
    {
      key: "parts",
      label: say("包含", "Parts"),
      children: list(
        parts.map((part) => `${name(part.name)} × ${format.number(part.pieces)} (${kindWord(part.kind, say)})`),
      ),
    },
    ...choices.map((choice) => ({
      key: `choice-${choice.id}`,
      label: name(choice.name),
      children: list(choice.options.map((option) => name(option.name))),
    })),
    {
      key: "booking",
      label: say("预约", "Booked"),
      children:
        booking && say(`提前 ${booking.least}–${booking.most} 天`, `${booking.least}–${booking.most} days ahead`),
    },
    {
      key: "unlock",
      label: say("解锁", "Unlocked"),
      children: unlock && (
        <>
          {name(unlock.terms)} <code className="quiet">{unlock.when}</code>
        </>
      ),
    },
    { key: "sharing", label: say("分享", "Sharing"), children: sharing && name(sharing) },
    {
      key: "supplier",
      label: say("供应商", "Supplier"),
      children:
        supplier &&
        say(
          `${supplier.name.zh}：${supplier.return_days} 天内可退，退回成本 ${supplier.return_percent}%`,
          `${supplier.name.en}: takes back within ${supplier.return_days} days, ${supplier.return_percent}% of the cost`,
        ),
    },
    {
      key: "same-day",
      label: say("当天发货", "Same day"),
      children: same_day_until != null && say(`${same_day_until} 点前`, `before ${same_day_until}:00`),
    },
    { key: "last", label: say("补货", "More of it"), children: reward.last && say("不再补货", "none will come") },
  ].filter(({ children }) => Boolean(children));
  if (images.length === 0 && rows.length === 0) return null;
  return (
    <Card title={say("内容", "What it is")}>
      {images.length > 0 && (
        <div className="pictures">
          {images.map((image) => (
            <img key={image.url} src={image.url} alt={name(image.alt)} loading="lazy" />
          ))}
        </div>
      )}
      <Descriptions column={1} size="small" items={rows} />
    </Card>
  );
}
