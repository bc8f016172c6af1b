import { useQuery } from "@tanstack/react-query";
import { Button, Table, Tag, type TableProps } from "antd";
import { useNavigate } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { Paid } from "../../shared/Paid.tsx";
import { deliveryWord, redemptionWord, type Redemption, type RedemptionPage } from "../../shared/redemption.ts";
import { Vouchers } from "../../shared/Vouchers.tsx";
import { memberPath } from "./api.ts";

/** What a member redeemed, newest first, with the vouchers. */
export function Redeemed({ id }: { id: string }) {
  const say = useSay();
  const name = useName();
  const navigate = useNavigate();
  const [{ page: cursor }, go] = useAddress(["page"]);
  const page = useQuery({
    queryKey: ["members", id, "redemptions", cursor],
    queryFn: () => get<RedemptionPage>(memberPath(id, "/redemptions"), { query: { cursor } }),
  });
  const columns: TableProps<Redemption>["columns"] = [
    {
      title: say("兑换", "Redemption"),
      key: "name",
      render: (_, redemption) => (
        <>
          <Button
            type="link"
            className="cell-link"
            onClick={() => void navigate(`/redemptions?show=all&open=${encodeURIComponent(redemption.id)}`)}
          >
            {name(redemption.name) || redemption.reward}
            {redemption.quantity > 1 && ` × ${redemption.quantity}`}
          </Button>
          <div className="quiet">
            <Instant at={redemption.at} /> · {deliveryWord(redemption.delivery, say)}
          </div>
        </>
      ),
    },
    {
      title: say("支付", "Paid"),
      key: "paid",
      align: "right",
      render: (_, { points, cash }) => <Paid points={points} cash={cash} />,
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
  return (
    <Answer
      query={page}
      empty={{
        when: ({ data }) => data.length === 0,
        text: say("还没有兑换过。", "Nothing was redeemed yet."),
      }}
    >
      {({ data, next_cursor }) => (
        <>
          <Table
            rowKey="id"
            columns={columns}
            dataSource={data}
            pagination={false}
            scroll={{ x: "max-content" }}
            expandable={{
              rowExpandable: ({ vouchers }) => vouchers.length > 0,
              expandedRowRender: ({ vouchers }) => <Vouchers vouchers={vouchers} />,
            }}
          />
          <Pager cursor={cursor} next={next_cursor} go={(to) => go({ page: to })} />
        </>
      )}
    </Answer>
  );
}
