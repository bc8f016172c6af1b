import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Card, Segmented } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { useNames } from "../../shared/program.ts";

type Board = components["schemas"]["ReferralBoard"];

const USUAL_DAYS = "30";

/** What invitations bring: friends, how many become customers, and what each costs against other ways to win one. */
export default function Referrals() {
  const say = useSay();
  const [address, go] = useAddress(["days"]);
  const days = address.days || USUAL_DAYS;
  const board = useQuery({
    queryKey: ["referrals", days],
    queryFn: () => get<Board>("/v1/boards/referrals", { query: { days } }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
  return (
    <Page
      title={say("好友推荐", "Referrals")}
      needs="boards:read"
      actions={
        <Segmented
          aria-label={say("多少天", "How many days")}
          value={days}
          onChange={(value) => go({ days: value === USUAL_DAYS ? null : value })}
          options={["7", "30", "90"].map((value) => ({ value, label: say(`${value} 天`, `${value} days`) }))}
        />
      }
    >
      <Answer query={board} rows={8}>
        {(data) => <Shown board={data} />}
      </Answer>
    </Page>
  );
}

function Shown({ board }: { board: Board }) {
  const say = useSay();
  const name = useName();
  const names = useNames();
  const format = useFormat();
  const { totals } = board;
  const tiles: { label: string; value: string; points?: boolean }[] = [
    { label: say("通过邀请加入", "Joined by invitation"), value: format.number(totals.invited) },
    { label: say("完成首单", "Placed a first order"), value: format.number(totals.completed) },
    { label: say("转化率", "Conversion"), value: board.conversion == null ? "–" : `${board.conversion}%` },
    { label: say("不计奖励", "Bring nothing"), value: format.number(totals.refused) },
    { label: say("已收回", "Taken back"), value: format.number(totals.undone) },
    { label: say("成本", "Cost"), value: format.money(board.cost) },
    {
      label: say("每位新客成本", "Cost of a new customer"),
      value: board.cost_per_member ? format.money(board.cost_per_member) : "–",
    },
    ...board.points.map(({ unit, points }) => ({
      label: say(`发放 ${names.unit(unit)}`, `${names.unit(unit)} given`),
      value: format.number(points),
      points: true,
    })),
  ];
  return (
    <div className="grid">
      <section aria-label={say("推荐数据", "Figures of referrals")} className="grid tiles">
        {tiles.map((tile) => (
          <Card key={tile.label} size="small">
            <div className="quiet">{tile.label}</div>
            <div className={tile.points ? "tile-value points" : "tile-value"}>{tile.value}</div>
          </Card>
        ))}
      </section>
      <div className="grid halves">
        {board.references.length > 0 && (
          <Card size="small" title={say("与其他渠道比较", "Against other ways")}>
            <PlainTable
              caption={say("每位新客成本", "Cost of a new customer")}
              columns={[{ label: say("渠道", "Way") }, { label: say("成本", "Cost"), numeric: true }]}
              rows={[
                [
                  <strong key="own">{say("好友推荐", "Referrals")}</strong>,
                  board.cost_per_member ? format.money(board.cost_per_member) : "–",
                ],
                ...board.references.map((reference) => [name(reference.name), format.money(reference.cost)]),
              ]}
            />
          </Card>
        )}
        {board.depth.length > 0 && (
          <Card size="small" title={say("推荐链长度", "How long the chains are")}>
            <PlainTable
              caption={say("推荐链长度", "How long the chains are")}
              columns={[{ label: say("第几层", "Depth") }, { label: say("好友数", "Friends"), numeric: true }]}
              rows={board.depth.map(({ depth, members }) => [depth, format.number(members)])}
            />
          </Card>
        )}
      </div>
      <Card size="small" title={say("按天", "By day")}>
        {board.days.length === 0 ? (
          <p className="quiet">{say("这段时间没有邀请。", "Nobody came by invitation in these days.")}</p>
        ) : (
          <PlainTable
            caption={say("按天", "By day")}
            columns={[
              { label: say("日期", "Day") },
              { label: say("加入", "Joined"), numeric: true },
              { label: say("首单", "Ordered"), numeric: true },
              { label: say("不计奖励", "Nothing"), numeric: true },
              { label: say("收回", "Taken back"), numeric: true },
            ]}
            rows={board.days
              .toReversed()
              .map((day) => [
                format.day(day.day),
                ...[day.invited, day.completed, day.refused, day.undone].map((value) => format.number(value)),
              ])}
          />
        )}
      </Card>
      <p className="quiet">
        {say("数据截至", "As of")} <Instant at={board.as_of} />
      </p>
    </div>
  );
}
