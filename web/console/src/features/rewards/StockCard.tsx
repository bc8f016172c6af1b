import { Alert, Button, Card, InputNumber, Modal, Progress, Radio, Space } from "antd";
import { useState } from "react";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { changeReward, said, type Reward, type RewardDetail } from "./api.ts";

/** How many there are, to the piece, and how fast they go. */
export function StockCard({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const format = useFormat();
  const { can } = useSession();
  const [counting, setCounting] = useState(false);
  const { remaining, reserved, taken, supplied } = reward;
  const share = supplied > 0 ? taken / supplied : 0;
  return (
    <Card
      title={say("库存", "Stock")}
      extra={can("rewards:write") && <Button onClick={() => setCounting(true)}>{say("盘点", "Count")}</Button>}
    >
      <div className="tile-value" data-testid="stock-left">
        {remaining == null ? say("不限量", "No limit") : format.number(remaining)}
      </div>
      {remaining != null && <p className="quiet">{say("件可兑", "pieces can be taken")}</p>}
      {reward.low && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={
            remaining === 0
              ? say("已兑完。补货后请盘点，或下架。", "Sold out. Count after restocking, or withdraw it.")
              : say("库存不足，价格会随之上调。请补货。", "Few are left, and the price rises with it. Please restock.")
          }
        />
      )}
      {supplied > 0 && (
        <Progress
          percent={Math.round(share * 100)}
          aria-label={say(`已兑 ${format.percent(share)}`, `${format.percent(share)} taken`)}
        />
      )}
      <PlainTable
        caption={say("库存明细", "Stock in detail")}
        columns={[{ label: say("项目", "What") }, { label: say("件数", "Pieces"), numeric: true }]}
        rows={[
          ...(reward.stock == null
            ? []
            : [[say("在库（含预留）", "On hand, reserved included"), format.number(reward.stock)]]),
          [say("预留（待付款、待确认）", "Set aside for payments and second words"), format.number(reserved)],
          [
            <>
              {say("自", "Taken since ")} <Instant at={reward.counted_at} /> {say("盘点起已兑", "")}
            </>,
            format.number(taken),
          ],
          ...(supplied > 0 ? [[say("盘点时件数", "Pieces at that count"), format.number(supplied)]] : []),
        ]}
      />
      {counting && <Count reward={reward} close={() => setCounting(false)} />}
    </Card>
  );
}

function Count({ reward, close }: { reward: RewardDetail; close: () => void }) {
  const say = useSay();
  const [endless, setEndless] = useState(reward.stock == null);
  const [pieces, setPieces] = useState<number | null>(reward.stock ?? null);
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<number, Reward>({
    act: async (stock) => ({ done: true, value: await changeReward(reward.id, { ...said(reward), stock }, key) }),
    stale: [["rewards"]],
    done: say("库存已更新", "The stock is set"),
    settled: close,
  });
  const change = (value: number | null) => {
    nextKey();
    setPieces(value);
  };
  return (
    <Modal
      open
      title={say("盘点库存", "Count the stock")}
      okText={say("保存", "Save")}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ loading: busy, disabled: endless || pieces === null }}
      onOk={() => pieces !== null && run(pieces)}
      onCancel={close}
    >
      <Space orientation="vertical" style={{ width: "100%" }}>
        {reward.stock == null && (
          <Radio.Group
            value={endless}
            onChange={(event) => setEndless(event.target.value as boolean)}
            options={[
              { value: true, label: say("不限量", "No limit") },
              { value: false, label: say("限量", "So many") },
            ]}
          />
        )}
        <label htmlFor="stock-pieces">
          {say(
            `在库件数，含预留的 ${reward.reserved} 件`,
            `Pieces on hand, with the ${reward.reserved} that are set aside`,
          )}
        </label>
        <InputNumber
          id="stock-pieces"
          value={pieces}
          onChange={change}
          min={0}
          max={1_000_000_000}
          precision={0}
          disabled={endless}
          autoFocus
          style={{ width: "100%" }}
        />
        <span className="quiet">
          {say("盘点后，兑换率从零重新计算。", "From then on, what is taken is counted from zero.")}
        </span>
        {problem && <ProblemView problem={problem} />}
      </Space>
    </Modal>
  );
}
