import { Alert, Button, Card, Select, Space, Table, Tag, Tooltip, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { AsOf } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { Points } from "../../shared/Points.tsx";
import { Tiles, type Tile } from "../../shared/Tiles.tsx";
import { FLAGS, useShelfBoard, type Doing, type Share, type ShelfBoard } from "./api.ts";
import { flagWord } from "./words.ts";

/** The shelf as a whole: its mix against what is aimed for, how each reward does, and what somebody should see to. */
export default function Shelf() {
  const say = useSay();
  const [{ flag }, go] = useAddress(["flag"]);
  const board = useShelfBoard(flag);
  return (
    <Page title={say("货架总览", "Shelf board")} needs="boards:read">
      <Answer query={board} rows={10}>
        {(data) => (
          <div className="grid">
            <Figures board={data} />
            <Warnings board={data} />
            <div className="grid halves">
              <Shares title={say("价位分布", "By price")} shares={data.layers} bound={null} />
              <Shares title={say("商品结构", "The mix")} shares={data.mix} bound={say("目标", "Aim")} />
              <Shares
                title={say("品类占比上限", "Caps of kinds")}
                shares={data.share_caps}
                bound={say("上限", "Most")}
              />
            </div>
            <Card
              title={say("每个商品", "Each reward")}
              extra={
                <Select
                  allowClear
                  aria-label={say("提示", "Flag")}
                  placeholder={say("全部提示", "Any flag")}
                  value={flag || undefined}
                  onChange={(value?: string) => go({ flag: value ?? null })}
                  options={FLAGS.map((value) => ({ value, label: flagWord(value, say).text }))}
                  style={{ width: 170 }}
                />
              }
            >
              <Doings doings={data.data} flag={flag} clear={() => go({ flag: null })} />
            </Card>
            <AsOf at={data.as_of} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Figures({ board }: { board: ShelfBoard }) {
  const say = useSay();
  const format = useFormat();
  const { margin } = board;
  const tiles: Tile[] = [
    { label: say("在架商品", "On the shelf"), value: format.number(board.rewards) },
    {
      label: say("近 30 天上新", "New in 30 days"),
      value: format.number(board.fresh),
      note:
        board.refresh_by &&
        say(`${format.day(board.refresh_by)}前应上新`, `something new is due by ${format.day(board.refresh_by)}`),
    },
  ];
  if (margin) {
    tiles.push({
      label: say("毛利率（近 30 天）", "Margin, 30 days"),
      value: margin.share == null ? "–" : `${margin.share}%`,
      bad: margin.is_kept === false,
      note: say(
        `不低于 ${margin.least}%（均价 ${format.money(margin.meant_at)} 时）`,
        `at least ${margin.least}%, at ${format.money(margin.meant_at)} on average`,
      ),
    });
  }
  if (board.low_value) {
    tiles.push({
      label: say("低价值占比", "Share of cheap rewards"),
      value: `${board.low_value.share}%`,
      bad: board.low_value.dominates,
      note: say(`应低于 ${board.low_value.bound}%`, `to stay below ${board.low_value.bound}%`),
    });
  }
  return <Tiles label={say("货架数据", "Figures of the shelf")} tiles={tiles} />;
}

/** What is wrong with the shelf as a whole, in sentences. */
function Warnings({ board }: { board: ShelfBoard }) {
  const say = useSay();
  const name = useName();
  const lines = [
    board.margin?.is_kept === false &&
      say("兑出商品的毛利低于下限。", "What is taken leaves less margin than it should."),
    board.low_value?.dominates === true &&
      say("兑换过于集中在低价值商品。", "Too much of what is taken is of little worth."),
    ...board.share_caps
      .filter((share) => share.bound != null && share.share > share.bound)
      .map((share) => say(`${name(share.name)} 超过占比上限。`, `${name(share.name)} takes more than it may.`)),
  ].filter((line) => line !== false);
  if (lines.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={say("需要留意", "To be seen to")}
      description={
        <ul className="bare">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      }
    />
  );
}

function Shares({ title, shares, bound }: { title: string; shares: Share[]; bound: string | null }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  if (shares.length === 0) return null;
  return (
    <Card size="small" title={title}>
      <PlainTable
        caption={title}
        columns={[
          { label: title },
          { label: say("商品数", "Rewards"), numeric: true },
          { label: say("占比", "Share"), numeric: true },
          ...(bound ? [{ label: bound, numeric: true }] : []),
        ]}
        rows={shares.map((share) => [
          name(share.name) || share.id,
          format.number(share.rewards),
          <ShareBar key="share" share={share.share} />,
          ...(bound ? [share.bound == null ? "–" : `${share.bound}%`] : []),
        ])}
      />
    </Card>
  );
}

function ShareBar({ share }: { share: number }) {
  return (
    <span className="share-bar">
      <span aria-hidden="true" className="share-track">
        <span className="share-fill" style={{ width: `${Math.min(100, Math.max(0, share))}%` }} />
      </span>
      {share}%
    </span>
  );
}

function Doings({ doings, flag, clear }: { doings: Doing[]; flag: string; clear: () => void }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const percent = (share: number | null | undefined) => (share == null ? "–" : `${share}%`);
  const columns: TableProps<Doing>["columns"] = [
    {
      title: say("商品", "Reward"),
      key: "name",
      render: (_, doing) => (
        <>
          <Link to={`/rewards/${encodeURIComponent(doing.reward)}`}>{name(doing.name) || doing.reward}</Link>
          <div className="quiet">
            <Points value={doing.points} /> {say("分", "pts")}
          </div>
        </>
      ),
    },
    {
      title: say("提示", "To see to"),
      key: "flags",
      render: (_, { flags }) => (
        <Space size={4} wrap>
          {flags.map((one) => {
            const { text, color, what } = flagWord(one, say);
            return (
              <Tooltip key={one} title={what}>
                <Tag color={color}>{text}</Tag>
              </Tooltip>
            );
          })}
        </Space>
      ),
    },
    {
      title: say("兑出（30 天）", "Taken, 30 d"),
      key: "taken",
      align: "right",
      render: (_, d) => format.number(d.taken),
    },
    {
      title: say("转化", "Converts"),
      key: "conversion",
      align: "right",
      responsive: ["md"],
      render: (_, d) => (
        <Tooltip title={say(`询价 ${d.quotes} 次`, `${d.quotes} quotes`)}>{percent(d.conversion)}</Tooltip>
      ),
    },
    {
      title: say("评分", "Stars"),
      key: "stars",
      align: "right",
      render: (_, d) =>
        d.stars == null ? (
          "–"
        ) : (
          <span className="nowrap">
            {d.stars} <span className="quiet">({format.number(d.reviews)})</span>
          </span>
        ),
    },
    {
      title: say("毛利", "Margin"),
      key: "margin",
      align: "right",
      responsive: ["lg"],
      render: (_, d) => percent(d.margin),
    },
    {
      title: say("剩余", "Left"),
      key: "remaining",
      align: "right",
      render: (_, d) => (d.remaining == null ? say("不限", "no limit") : format.number(d.remaining)),
    },
    {
      title: say("可兑天数", "Days it lasts"),
      key: "turnover",
      align: "right",
      responsive: ["lg"],
      render: (_, d) => (d.turnover_days == null ? "–" : format.number(d.turnover_days)),
    },
    {
      title: say("保质期 / 可退至", "Good until / back until"),
      key: "dates",
      responsive: ["xl"],
      render: (_, d) => (
        <>
          {d.best_before ? format.day(d.best_before) : "–"}
          {d.return_until && <div className="quiet">{format.day(d.return_until)}</div>}
        </>
      ),
    },
  ];
  return (
    <Table
      rowKey="reward"
      columns={columns}
      dataSource={doings}
      pagination={false}
      scroll={{ x: "max-content" }}
      locale={{
        emptyText: flag ? (
          <>
            <p>{say("没有带此提示的商品。", "No reward has this flag.")}</p>
            <Button onClick={clear}>{say("查看全部", "Show all")}</Button>
          </>
        ) : (
          <>
            <p>{say("货架还是空的。", "The shelf is empty.")}</p>
            <Link to="/rewards?new=1">{say("新增商品", "Add a reward")}</Link>
          </>
        ),
      }}
    />
  );
}
