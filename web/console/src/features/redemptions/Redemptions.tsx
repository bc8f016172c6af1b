import { Button, Segmented, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { Paid } from "../../shared/Paid.tsx";
import { deliveryWord, redemptionWord, type Redemption } from "../../shared/redemption.ts";
import { useRedemptions } from "./api.ts";
import { Deadline } from "./Deadline.tsx";
import { RedemptionDrawer } from "./RedemptionDrawer.tsx";

/** The desk: what is to be sent, by deadline; what waits for a payment or a word; what is done. */
export default function Redemptions() {
  const say = useSay();
  const name = useName();
  const [address, go] = useAddress(["show", "cursor", "open"]);
  const show = address.show || "to_send";
  const page = useRedemptions(show === "all" ? "" : show, address.cursor);
  const columns: TableProps<Redemption>["columns"] = [
    {
      title: say("兑换", "Redemption"),
      key: "name",
      render: (_, redemption) => (
        <>
          <Button type="link" className="cell-link" onClick={() => go({ open: redemption.id })}>
            {name(redemption.name) || redemption.reward}
            {redemption.quantity > 1 && ` × ${redemption.quantity}`}
          </Button>
          <div className="quiet">
            <Instant at={redemption.at} relative />
          </div>
        </>
      ),
    },
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, { member }) => <Link to={`/members/${encodeURIComponent(member)}?tab=redemptions`}>{member}</Link>,
    },
    {
      title: say("支付", "Paid"),
      key: "paid",
      align: "right",
      render: (_, { points, cash }) => <Paid points={points} cash={cash} />,
    },
    {
      title: say("方式", "How"),
      key: "delivery",
      render: (_, { delivery }) => deliveryWord(delivery, say),
      responsive: ["md"],
    },
    {
      title: say("时限", "Deadline"),
      key: "deadline",
      render: (_, redemption) => <Deadline redemption={redemption} />,
      responsive: ["sm"],
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, redemption) => {
        const { text, color } = redemptionWord(redemption, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
  ];
  const nothing: Record<string, string> = {
    to_send: say("没有待发货的兑换。", "Nothing is to be sent."),
    all: say("还没有人兑换。", "Nobody has redeemed anything yet."),
  };
  return (
    <Page title={say("兑换", "Redemptions")} needs="redemptions:read">
      <div className="filters scroll-x">
        <Segmented
          aria-label={say("显示哪些", "Which to show")}
          value={show}
          onChange={(value) => go({ show: value, cursor: null })}
          options={[
            { value: "to_send", label: say("待发货", "To be sent") },
            { value: "awaiting_payment", label: say("待付款", "Await payment") },
            { value: "to_confirm", label: say("待会员确认", "Await the member") },
            { value: "open", label: say("可使用", "Ready") },
            { value: "fulfilled", label: say("已完成", "Done") },
            { value: "returned", label: say("已退回", "Returned") },
            { value: "all", label: say("全部", "All") },
          ]}
        />
      </div>
      <Answer
        query={page}
        rows={8}
        empty={{
          when: ({ data }) => data.length === 0,
          text: nothing[show] ?? say("这里没有兑换。", "There are no redemptions here."),
          action: show !== "all" && (
            <Button onClick={() => go({ show: "all", cursor: null })}>{say("查看全部", "Show all")}</Button>
          ),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="id" columns={columns} dataSource={data} pagination={false} scroll={{ x: "max-content" }} />
            <Pager cursor={address.cursor} next={next_cursor} go={(cursor) => go({ cursor })} />
          </>
        )}
      </Answer>
      <RedemptionDrawer id={address.open} close={() => go({ open: null })} />
    </Page>
  );
}
