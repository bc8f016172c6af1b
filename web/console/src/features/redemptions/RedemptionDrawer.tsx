import { Checkbox, Button, Descriptions, Drawer, Input, Modal, Space, Tag, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Paid } from "../../shared/Paid.tsx";
import { Points } from "../../shared/Points.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { ReasonModal } from "../../shared/ReasonModal.tsx";
import { deliveryWord, redemptionWord, type Redemption } from "../../shared/redemption.ts";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { Vouchers } from "../../shared/Vouchers.tsx";
import { take, useRedemption } from "./api.ts";
import { Deadline } from "./Deadline.tsx";
import { RatingOf } from "./RatingOf.tsx";

/** A redemption with everything the desk does with it. */
export function RedemptionDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useSay();
  const redemption = useRedemption(id);
  return (
    <Drawer open={id !== ""} onClose={close} size={560} title={say("兑换详情", "Redemption")} destroyOnHidden>
      {id && <Answer query={redemption}>{(found) => <Details redemption={found} />}</Answer>}
    </Drawer>
  );
}

function Details({ redemption }: { redemption: Redemption }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { text, color } = redemptionWord(redemption, say);
  const { member, reward, quantity, points_back, cash_back, tracking, handed_at } = redemption;
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <strong>
        {name(redemption.name) || reward}
        {quantity > 1 && ` × ${quantity}`}
      </strong>
      <Descriptions
        column={1}
        size="small"
        bordered
        items={[
          {
            key: "id",
            label: say("编号", "Number"),
            children: <Typography.Text copyable>{redemption.id}</Typography.Text>,
          },
          {
            key: "state",
            label: say("状态", "State"),
            children: (
              <>
                <Tag color={color}>{text}</Tag> <Deadline redemption={redemption} />
              </>
            ),
          },
          {
            key: "member",
            label: say("会员", "Member"),
            children: <Link to={`/members/${encodeURIComponent(member)}?tab=redemptions`}>{member}</Link>,
          },
          {
            key: "reward",
            label: say("商品", "Reward"),
            children: <Link to={`/rewards/${encodeURIComponent(reward)}`}>{reward}</Link>,
          },
          {
            key: "paid",
            label: say("支付", "Paid"),
            children: <Paid points={redemption.points} cash={redemption.cash} />,
          },
          ...(points_back > 0
            ? [{ key: "back", label: say("已退积分", "Points back"), children: <Points value={points_back} /> }]
            : []),
          ...(cash_back.amount > 0
            ? [{ key: "cash", label: say("应退现金", "Money to give back"), children: format.money(cash_back) }]
            : []),
          { key: "at", label: say("时间", "When"), children: <Instant at={redemption.at} /> },
          { key: "delivery", label: say("方式", "How"), children: deliveryWord(redemption.delivery, say) },
          ...(handed_at
            ? [{ key: "handed", label: say("交付", "Handed over"), children: <Instant at={handed_at} /> }]
            : []),
          ...(tracking
            ? [
                {
                  key: "tracking",
                  label: say("运单号", "Tracking"),
                  children: <Typography.Text copyable>{tracking}</Typography.Text>,
                },
              ]
            : []),
        ]}
      />
      {redemption.vouchers.length > 0 && <Vouchers vouchers={redemption.vouchers} />}
      {handed_at != null && <RatingOf id={redemption.id} />}
      <Actions redemption={redemption} />
    </Space>
  );
}

const STALE = [["redemptions"], ["members"], ["rewards"]];

function Actions({ redemption }: { redemption: Redemption }) {
  const say = useSay();
  const { can } = useSession();
  const [doing, setDoing] = useState<"send" | "cancel" | "return" | null>(null);
  const close = () => setDoing(null);
  if (!can("redemptions:write")) return null;
  const { state, ship_by, handed_at } = redemption;
  const begun = handed_at != null;
  return (
    <Space wrap>
      {state === "open" && ship_by != null && !begun && (
        <Button type="primary" onClick={() => setDoing("send")}>
          {say("登记发货", "It is on its way")}
        </Button>
      )}
      {["open", "awaiting_payment", "to_confirm"].includes(state) && !begun && (
        <Button onClick={() => setDoing("cancel")}>{say("取消兑换", "Cancel it")}</Button>
      )}
      {["open", "fulfilled"].includes(state) && begun && (
        <Button onClick={() => setDoing("return")}>{say("办理退回", "Take it back")}</Button>
      )}
      {doing === "send" && <Sending redemption={redemption} close={close} />}
      <Undoing redemption={redemption} verb="cancel" open={doing === "cancel"} close={close} />
      <Undoing redemption={redemption} verb="return" open={doing === "return"} close={close} />
    </Space>
  );
}

function Sending({ redemption, close }: { redemption: Redemption; close: () => void }) {
  const say = useSay();
  const [tracking, setTracking] = useState("");
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<string, Redemption>({
    act: async (typed) => {
      const body = typed ? { tracking: typed } : {};
      return { done: true, value: await take(redemption.id, { verb: "send", body }, key) };
    },
    stale: STALE,
    done: say("已登记发货", "It is noted"),
    settled: close,
  });
  return (
    <Modal
      open
      title={say("登记发货", "It is on its way")}
      okText={say("登记", "Note it")}
      cancelText={say("取消", "Cancel")}
      confirmLoading={busy}
      onOk={() => run(tracking.trim())}
      onCancel={close}
    >
      <p>{say("登记后只能退回，不能取消。", "From then on it can be returned, not canceled.")}</p>
      <label htmlFor="tracking">{say("运单号（可不填，可扫码）", "Tracking number (optional, may be scanned)")}</label>
      <Input
        id="tracking"
        value={tracking}
        maxLength={100}
        autoFocus
        autoComplete="off"
        onChange={(event) => {
          nextKey();
          setTracking(event.target.value);
        }}
        onPressEnter={() => run(tracking.trim())}
      />
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}

interface Undone {
  redemption: Redemption;
  verb: "cancel" | "return";
  open: boolean;
  close: () => void;
}

function Undoing({ redemption, verb, open, close }: Undone) {
  const say = useSay();
  const [defect, setDefect] = useState(false);
  const [key, nextKey] = useActionKey();
  const left = redemption.points - redemption.points_back;
  const isReturn = verb === "return";
  const title = isReturn ? say("办理退回", "Take it back") : say("取消兑换", "Cancel the redemption");
  return (
    <ReasonModal<Redemption>
      open={open}
      close={() => {
        nextKey();
        close();
      }}
      title={title}
      danger
      about={say(
        `会员 ${redemption.member} 将收回至多 ${left} 分，退回原批次。`,
        `Up to ${left} points go back to member ${redemption.member}, where they came from.`,
      )}
      verb={isReturn ? say("退回", "Take it back") : say("取消兑换", "Cancel it")}
      done={isReturn ? say("已退回", "It is taken back") : say("已取消", "It is canceled")}
      act={async (reason) => {
        const step = isReturn
          ? { verb: "return" as const, body: { reason, defect } }
          : { verb: "cancel" as const, body: { reason } };
        return { done: true, value: await take(redemption.id, step, key) };
      }}
      stale={STALE}
    >
      {isReturn && (
        <Checkbox
          checked={defect}
          onChange={(event) => {
            nextKey();
            setDefect(event.target.checked);
          }}
          style={{ marginBottom: 12 }}
        >
          {say("质量问题：不限期限，不退回货架", "It is broken: no time limit, and not back onto the shelf")}
        </Checkbox>
      )}
    </ReasonModal>
  );
}
