import { Alert, Card, Tag } from "antd";
import { Link } from "react-router";
import { useFormat } from "../../shared/format.ts";
import { useName, useSay, type Say } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { useGifts } from "./api.ts";

const STATES: Record<string, { word: [zh: string, en: string]; color: string }> = {
  ready: { word: ["可赠送", "ready"], color: "green" },
  empty: { word: ["已赠完", "none left"], color: "red" },
  retired: { word: ["商品已下架", "the reward is withdrawn"], color: "red" },
  missing: { word: ["商品不存在", "there is no such reward"], color: "red" },
};

function State({ state, say }: { state: string; say: Say }) {
  const known = STATES[state];
  return known ? <Tag color={known.color}>{say(...known.word)}</Tag> : <Tag>{state}</Tag>;
}

/** What rules and tasks give of the shelf, and whether there is any left; nothing where nothing is given. */
export function Gifts() {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { data } = useGifts();
  const gifts = data?.data ?? [];
  if (gifts.length === 0) return null;
  const missed = gifts.reduce((sum, gift) => sum + gift.missed, 0);
  return (
    <Card title={say("规则与任务的赠礼（近 30 天）", "Given by rules and tasks, 30 days")} style={{ marginTop: 16 }}>
      {missed > 0 && (
        <Alert
          type="warning"
          showIcon
          title={say(
            `有 ${format.number(missed)} 次未能赠出，积分已照常发放。`,
            `${format.number(missed)} times there was none to give; the points came all the same.`,
          )}
        />
      )}
      <PlainTable
        caption={say("赠礼", "Gifts")}
        columns={[
          { label: say("赠礼", "Gift") },
          { label: say("商品", "Reward") },
          { label: say("状态", "State") },
          { label: say("由谁赠送", "Given by") },
          { label: say("剩余", "Left"), numeric: true },
          { label: say("已赠", "Given"), numeric: true },
          { label: say("未能赠出", "Missed"), numeric: true },
          { label: say("作废", "Canceled"), numeric: true },
        ]}
        rows={gifts.map((gift) => [
          name(gift.name),
          <Link key="reward" to={`/rewards/${encodeURIComponent(gift.reward)}`}>
            {gift.reward}
          </Link>,
          <State key="state" state={gift.state} say={say} />,
          gift.by.map((by) => name(by.name)).join(say("、", ", ")),
          gift.left == null ? say("不限", "no limit") : format.number(gift.left),
          format.number(gift.given),
          format.number(gift.missed),
          format.number(gift.canceled),
        ])}
      />
    </Card>
  );
}
