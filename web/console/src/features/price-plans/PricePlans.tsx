import { Alert, Button, Drawer, Modal, Space, Table, Tag, type TableProps } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { decidePricePlan, makePricePlan, usePricePlan, usePricePlans, type PricePlan } from "./api.ts";
import { changeWord, ruleWord, stateWord } from "./words.ts";

/** Plans of prices: what the rules propose, each looked at by a person before it happens. */
export default function PricePlans() {
  const say = useSay();
  const [{ cursor, open }, go] = useAddress(["cursor", "open"]);
  const page = usePricePlans(cursor);
  const make = <Make made={(plan) => go({ open: plan.id, cursor: null })} />;
  return (
    <Page title={say("调价方案", "Price plans")} needs="rewards:read" actions={make}>
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say(
            "还没有方案。系统按规则查看预算、成本、消耗与满意度后提出建议，由您决定。",
            "No plan yet. The rules look at budget, cost, use and satisfaction, and you decide.",
          ),
          action: make,
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <Plans plans={data} open={(id) => go({ open: id })} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      <PlanDrawer id={open} close={() => go({ open: null })} />
    </Page>
  );
}

function Make({ made }: { made: (plan: PricePlan) => void }) {
  const say = useSay();
  const { can } = useSession();
  const [key, nextKey] = useActionKey();
  const { run, busy, problem, reset } = useChange<null, PricePlan>({
    act: async () => ({ done: true, value: await makePricePlan(key) }),
    stale: [["price-plans"], ["rewards"]],
    done: say("方案已生成", "The plan is made"),
    settled: nextKey,
    then: made,
  });
  if (!can("rewards:write")) return null;
  return (
    <>
      <Button type="primary" loading={busy} onClick={() => run(null)}>
        {say("生成方案", "Make a plan")}
      </Button>
      {problem && (
        <Modal open title={say("未能生成方案", "No plan was made")} footer={null} onCancel={reset}>
          <ProblemView problem={problem} retry={() => run(null)} />
        </Modal>
      )}
    </>
  );
}

function Plans({ plans, open }: { plans: PricePlan[]; open: (id: string) => void }) {
  const say = useSay();
  const format = useFormat();
  const columns: TableProps<PricePlan>["columns"] = [
    {
      title: say("方案", "Plan"),
      key: "at",
      render: (_, plan) => (
        <Button type="link" className="cell-link" onClick={() => open(plan.id)}>
          <Instant at={plan.at} />
        </Button>
      ),
    },
    {
      title: say("建议", "Proposals"),
      key: "proposals",
      align: "right",
      render: (_, { proposals }) => format.number(proposals.length),
    },
    {
      title: say("依据规则版本", "By version"),
      key: "version",
      align: "right",
      responsive: ["md"],
      render: (_, { version }) => version,
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, { state }) => {
        const { text, color } = stateWord(state, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
    {
      title: say("决定", "Decided"),
      key: "decided",
      responsive: ["sm"],
      render: (_, plan) => <Decided plan={plan} />,
    },
  ];
  return <Table rowKey="id" columns={columns} dataSource={plans} pagination={false} scroll={{ x: "max-content" }} />;
}

function Decided({ plan }: { plan: PricePlan }) {
  const say = useSay();
  if (!plan.decided_at) return <>–</>;
  const by = plan.decided_by === "rule-book" ? say("规则自动", "by the rules") : plan.decided_by;
  return (
    <>
      {by} · <Instant at={plan.decided_at} relative />
    </>
  );
}

function PlanDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useSay();
  const plan = usePricePlan(id);
  return (
    <Drawer open={id !== ""} onClose={close} size={760} title={say("调价方案", "Price plan")} destroyOnHidden>
      {id && <Answer query={plan}>{(found) => <Plan plan={found} />}</Answer>}
    </Drawer>
  );
}

function Plan({ plan }: { plan: PricePlan }) {
  const say = useSay();
  const name = useName();
  const { text, color } = stateWord(plan.state, say);
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <div>
        <Tag color={color}>{text}</Tag> <Instant at={plan.at} />
        {plan.decided_at && (
          <span className="quiet">
            {" "}
            · <Decided plan={plan} />
          </span>
        )}
      </div>
      {plan.proposals.length === 0 ? (
        <Alert type="success" title={say("目前没有需要调整的价格。", "No price needs a change now.")} />
      ) : (
        <PlainTable
          caption={say("建议", "Proposals")}
          columns={[
            { label: say("商品", "Reward") },
            { label: say("怎样调整", "What changes") },
            { label: say("原因", "Why") },
          ]}
          rows={plan.proposals.map((proposal) => [
            proposal.reward ? (
              <Link key="reward" to={`/rewards/${encodeURIComponent(proposal.reward)}`}>
                {proposal.reward}
              </Link>
            ) : (
              say("整个方案", "the program")
            ),
            <strong key="change">{changeWord(proposal, say)}</strong>,
            <span key="why">
              {name(proposal.why)} <span className="quiet">{ruleWord(proposal.rule, say)}</span>
            </span>,
          ])}
        />
      )}
      {plan.state === "proposed" && <Decide plan={plan} />}
    </Space>
  );
}

function Decide({ plan }: { plan: PricePlan }) {
  const say = useSay();
  const { can } = useSession();
  const [key, nextKey] = useActionKey();
  const [asked, setAsked] = useState<"carry-out" | "dismiss" | null>(null);
  const { run, busy, problem, reset } = useChange<"carry-out" | "dismiss", PricePlan>({
    act: async (verb) => ({ done: true, value: await decidePricePlan(plan.id, verb, key) }),
    stale: [["price-plans"], ["rewards"], ["shelf"]],
    done: say("已记录您的决定", "Your decision is noted"),
    settled: () => {
      nextKey();
      setAsked(null);
    },
  });
  if (!can("rewards:write")) return null;
  const count = (which: string) => plan.proposals.filter(({ what }) => what === which).length;
  const [prices, retired] = [count("price"), count("retire")];
  const rest = plan.proposals.length - prices - retired;
  return (
    <Space wrap>
      <Button type="primary" disabled={plan.proposals.length === 0} onClick={() => setAsked("carry-out")}>
        {say("执行", "Carry it out")}
      </Button>
      <Button onClick={() => setAsked("dismiss")}>{say("放弃", "Dismiss")}</Button>
      <Modal
        open={asked !== null}
        title={asked === "dismiss" ? say("放弃方案", "Dismiss the plan") : say("执行方案", "Carry the plan out")}
        okText={asked === "dismiss" ? say("放弃", "Dismiss") : say("执行", "Carry it out")}
        cancelText={say("取消", "Cancel")}
        confirmLoading={busy}
        onOk={() => asked && run(asked)}
        onCancel={() => {
          reset();
          setAsked(null);
        }}
      >
        {asked === "dismiss" ? (
          <p>{say("价格保持不变，方案留作记录。", "Prices stay as they are; the plan is kept on record.")}</p>
        ) : (
          <>
            <p>
              {say(
                `${prices} 个商品的价格立即变化；已给出的报价在有效期内不变，会员能看到价格变化的原因。`,
                `${prices} prices change at once. Quotes that were given hold; members see why a price changed.`,
              )}
            </p>
            {retired > 0 && <p>{say(`${retired} 个商品下架。`, `${retired} rewards are withdrawn.`)}</p>}
            {rest > 0 && (
              <p>
                {say(
                  `另有 ${rest} 项（补货、每分价值）只作提醒，须另行办理。`,
                  `${rest} more (supply, the worth of a point) are reminders: somebody has to do them.`,
                )}
              </p>
            )}
          </>
        )}
        {problem && <ProblemView problem={problem} />}
      </Modal>
    </Space>
  );
}
