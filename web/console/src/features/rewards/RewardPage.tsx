import { Breadcrumb, Button, Card, Descriptions, Tag } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { categoryWord } from "../../shared/category.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { usePlaces } from "../../shared/places.ts";
import { useNames } from "../../shared/program.ts";
import { useSession } from "../../shared/session.tsx";
import { useReward, type RewardDetail } from "./api.ts";
import { MakeupCard } from "./MakeupCard.tsx";
import { PoolCard } from "./PoolCard.tsx";
import { PriceCard } from "./PriceCard.tsx";
import { RewardDrawer } from "./RewardDrawer.tsx";
import { StockCard } from "./StockCard.tsx";
import { Withdrawal } from "./Withdrawal.tsx";
import { kindWord, standing } from "./words.ts";

/** One reward: what it costs and why, how many there are, who may have it. */
export default function RewardPage() {
  const say = useSay();
  const name = useName();
  const { id = "" } = useParams();
  const reward = useReward(id);
  return (
    <>
      <Breadcrumb
        style={{ padding: "16px 24px 0" }}
        items={[{ title: <Link to="/rewards">{say("商品", "Rewards")}</Link> }, { title: id }]}
      />
      <Page
        title={reward.data ? name(reward.data.name) : say("商品", "Reward")}
        needs="rewards:read"
        actions={reward.data && <Actions reward={reward.data} />}
      >
        <Answer query={reward}>
          {(found) => (
            <div className="grid">
              <Standing reward={found} />
              <div className="grid halves">
                <PriceCard reward={found} />
                <StockCard reward={found} />
                <PoolCard reward={found} />
                <MakeupCard reward={found} />
              </div>
              <Terms reward={found} />
            </div>
          )}
        </Answer>
      </Page>
    </>
  );
}

function Actions({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const { can } = useSession();
  const [{ edit }, go] = useAddress(["edit"]);
  const [leaving, setLeaving] = useState(false);
  if (!can("rewards:write")) return null;
  return (
    <>
      <Button type="primary" onClick={() => go({ edit: "1" })}>
        {say("修改", "Change")}
      </Button>
      <Button danger={!reward.retired} onClick={() => setLeaving(true)}>
        {reward.retired ? say("重新上架", "Offer again") : say("下架", "Withdraw")}
      </Button>
      <RewardDrawer
        open={edit === "1"}
        reward={reward}
        close={() => go({ edit: null })}
        saved={() => go({ edit: null })}
      />
      <Withdrawal reward={reward} open={leaving} close={() => setLeaving(false)} />
    </>
  );
}

function Standing({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const { text, color } = standing(reward, say);
  return (
    <div>
      <Tag color={color}>{text}</Tag>
      <Tag>{kindWord(reward.kind, say)}</Tag>
      {reward.limited && <Tag color="gold">{say("高等级优先", "Higher tiers first")}</Tag>}
      {reward.birthday_only && <Tag color="magenta">{say("生日当月", "Birthday month")}</Tag>}
      {reward.tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </div>
  );
}

function Terms({ reward }: { reward: RewardDetail }) {
  const say = useSay();
  const name = useName();
  const names = useNames();
  const format = useFormat();
  const places = usePlaces().data?.data ?? [];
  const placeName = (id: string) => name(places.find((place) => place.id === id)?.name) || id;
  const list = (items: string[], none: string) => (items.length > 0 ? items.join(say("、", ", ")) : none);
  const hour = (at: number) => `${String(at).padStart(2, "0")}:00`;
  return (
    <Card title={say("条件", "Terms")}>
      <Descriptions
        column={{ xs: 1, md: 2 }}
        size="small"
        items={[
          { key: "category", label: say("品类", "Goods"), children: categoryWord(reward.category, say) },
          { key: "unit", label: say("积分", "Points"), children: names.unit(reward.unit) },
          {
            key: "tiers",
            label: say("等级", "Tiers"),
            children: list(reward.tiers.map(names.tier), say("全部", "all")),
          },
          {
            key: "members",
            label: say("会员标签", "Members' tags"),
            children: list(reward.members, say("不限", "anybody")),
          },
          {
            key: "from",
            label: say("开始", "From"),
            children: reward.from ? <Instant at={reward.from} /> : say("已开始", "it has begun"),
          },
          {
            key: "until",
            label: say("结束", "Until"),
            children: reward.until ? <Instant at={reward.until} /> : say("长期", "open end"),
          },
          {
            key: "hours",
            label: say("时段", "Hours"),
            children: list(
              (reward.hours as [number, number][]).map(([from, to]) => `${hour(from)}–${hour(to)}`),
              say("全天", "all day"),
            ),
          },
          {
            key: "stores",
            label: say("门店", "Shops"),
            children: list(reward.stores.map(placeName), say("全部", "all")),
          },
          {
            key: "regions",
            label: say("地区", "Regions"),
            children: list(reward.regions.map(placeName), say("全部", "all")),
          },
          {
            key: "value",
            label: say("市场价值", "Worth"),
            children: reward.value ? format.money(reward.value) : say("未填", "not given"),
          },
          ...(reward.cost ? [{ key: "cost", label: say("成本", "Cost"), children: format.money(reward.cost) }] : []),
          { key: "created", label: say("新增于", "Added"), children: <Instant at={reward.created_at} /> },
          { key: "changed", label: say("最近修改", "Changed"), children: <Instant at={reward.changed_at} /> },
        ]}
      />
    </Card>
  );
}
