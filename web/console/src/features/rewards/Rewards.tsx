import { PlusOutlined } from "@ant-design/icons";
import { Button, Input, Segmented, Select, Table, Tag, type TableProps } from "antd";
import { Link, useNavigate } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { Points } from "../../shared/Points.tsx";
import { useSession } from "../../shared/session.tsx";
import { useRewards, type Reward } from "./api.ts";
import { Gifts } from "./Gifts.tsx";
import { RewardDrawer } from "./RewardDrawer.tsx";
import { kindOptions, kindWord, standing } from "./words.ts";

/** Everything that points buy, with its stock to the piece. */
export default function Rewards() {
  const say = useSay();
  const { can } = useSession();
  const navigate = useNavigate();
  const [{ query, kind, state, cursor, new: making }, go] = useAddress(["query", "kind", "state", "cursor", "new"]);
  const page = useRewards({ query, kind, state, cursor });
  const filtered = Boolean(query || kind || state);
  const add = can("rewards:write") && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ new: "1" })}>
      {say("新增商品", "Add a reward")}
    </Button>
  );
  return (
    <Page title={say("商品", "Rewards")} needs="rewards:read" actions={add}>
      <div className="filters" role="search">
        <Segmented
          aria-label={say("状态", "State")}
          value={state}
          onChange={(value) => go({ state: value, cursor: null })}
          options={[
            { value: "", label: say("全部", "All") },
            { value: "offered", label: say("在售", "Offered") },
            { value: "low", label: say("库存不足", "Low") },
            { value: "sold_out", label: say("已兑完", "Sold out") },
            { value: "hidden", label: say("隐藏", "Hidden") },
            { value: "retired", label: say("已下架", "Withdrawn") },
          ]}
        />
        <Input.Search
          key={query}
          allowClear
          defaultValue={query}
          placeholder={say("编号、名称或标签", "Number, name or tag")}
          aria-label={say("查找商品", "Find rewards")}
          onSearch={(value) => go({ query: value.trim(), cursor: null })}
          style={{ width: 260, maxWidth: "100%" }}
        />
        <Select
          allowClear
          aria-label={say("类型", "Kind")}
          placeholder={say("类型", "Kind")}
          value={kind || undefined}
          onChange={(value?: string) => go({ kind: value ?? null, cursor: null })}
          options={kindOptions(say)}
          style={{ width: 140 }}
        />
      </div>
      <Answer
        query={page}
        rows={10}
        empty={{
          when: ({ data }) => data.length === 0,
          text: filtered
            ? say("没有符合条件的商品。", "No reward fits.")
            : say(
                "货架还是空的。先新增一件会员用积分能换的商品。",
                "The shelf is empty. Add the first thing that points buy.",
              ),
          action: filtered ? (
            <Button onClick={() => go({ query: null, kind: null, state: null, cursor: null })}>
              {say("清除筛选", "Clear the filters")}
            </Button>
          ) : (
            add
          ),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <List rewards={data} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      <Gifts />
      <RewardDrawer
        open={making === "1"}
        reward={null}
        close={() => go({ new: null })}
        saved={(made) => void navigate(`/rewards/${encodeURIComponent(made.id)}`)}
      />
    </Page>
  );
}

function List({ rewards }: { rewards: Reward[] }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const columns: TableProps<Reward>["columns"] = [
    {
      title: say("商品", "Reward"),
      key: "name",
      render: (_, reward) => (
        <>
          <Link to={`/rewards/${encodeURIComponent(reward.id)}`}>{name(reward.name)}</Link>
          <div className="quiet">{reward.id}</div>
        </>
      ),
    },
    { title: say("类型", "Kind"), key: "kind", render: (_, { kind }) => kindWord(kind, say), responsive: ["md"] },
    {
      title: say("价格", "Price"),
      key: "price",
      align: "right",
      render: (_, reward) => <SetPrice reward={reward} />,
    },
    {
      title: say("剩余", "Left"),
      key: "left",
      align: "right",
      render: (_, { remaining }) => (remaining == null ? say("不限", "no limit") : format.number(remaining)),
    },
    {
      title: say("预留", "Set aside"),
      key: "reserved",
      align: "right",
      responsive: ["lg"],
      render: (_, { reserved }) => format.number(reserved),
    },
    {
      title: say("已兑", "Taken"),
      key: "taken",
      align: "right",
      responsive: ["md"],
      render: (_, { taken, supplied }) => (
        <span className="nowrap">
          {format.number(taken)}
          {supplied > 0 && <span className="quiet"> · {format.percent(taken / supplied)}</span>}
        </span>
      ),
    },
    {
      title: say("标签", "Tags"),
      key: "tags",
      responsive: ["xl"],
      render: (_, { tags }) => tags.map((tag) => <Tag key={tag}>{tag}</Tag>),
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, reward) => {
        const { text, color } = standing(reward, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
  ];
  return <Table rowKey="id" columns={columns} dataSource={rewards} pagination={false} scroll={{ x: "max-content" }} />;
}

/** The price as it was set: points, or a worth from which they follow; money besides. */
export function SetPrice({ reward }: { reward: Reward }) {
  const say = useSay();
  const format = useFormat();
  const money = reward.cash.amount > 0 && <span className="nowrap"> + {format.money(reward.cash)}</span>;
  if (reward.points != null) {
    return (
      <>
        <Points value={reward.points} strong /> {say("分", "pts")}
        {money}
      </>
    );
  }
  return (
    <>
      {reward.value
        ? say(`按价值 ${format.money(reward.value)}`, `by worth, ${format.money(reward.value)}`)
        : say("未定价", "no price")}
      {money}
    </>
  );
}
