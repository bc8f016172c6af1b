import { Alert, Drawer, Space } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { DecidePlan } from "../../shared/plans/DecidePlan.tsx";
import { MakePlan } from "../../shared/plans/MakePlan.tsx";
import { PlanPage, StateTag } from "../../shared/plans/PlanPage.tsx";
import { whoWord } from "../../shared/who.ts";
import { decidePricePlan, makePricePlan, usePricePlan, usePricePlans, type PricePlan } from "./api.ts";
import { changeWord, ruleWord, stateWord } from "./words.ts";

/** What deciding about a plan changes. */
const STALE = [["price-plans"], ["rewards"], ["shelf"]];

/** Plans of prices: what the rules propose, each looked at by a person before it happens. */
export default function PricePlans() {
  const say = useSay();
  const format = useFormat();
  const [{ cursor, open }, go] = useAddress(["cursor", "open"]);
  return (
    <PlanPage
      title={say("调价方案", "Price plans")}
      needs="rewards:read"
      make={
        <MakePlan
          needs="rewards:write"
          label={say("生成方案", "Make a plan")}
          done={say("方案已生成", "The plan is made")}
          refused={say("未能生成方案", "No plan was made")}
          make={makePricePlan}
          made={(plan) => go({ open: plan.id, cursor: null })}
          stale={STALE}
        />
      }
      none={say(
        "还没有方案。系统按规则查看预算、成本、消耗与满意度后提出建议，由您决定。",
        "No plan yet. The rules look at budget, cost, use and satisfaction, and you decide.",
      )}
      plans={usePricePlans(cursor)}
      cursor={cursor}
      go={go}
      known={{ title: say("方案", "Plan"), at: ({ at }) => at }}
      columns={[
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
          render: (_, { state }) => <StateTag of={stateWord(state, say)} />,
        },
        {
          title: say("决定", "Decided"),
          key: "decided",
          responsive: ["sm"],
          render: (_, plan) => <Decided plan={plan} />,
        },
      ]}
    >
      <PlanDrawer id={open} close={() => go({ open: null })} />
    </PlanPage>
  );
}

function Decided({ plan }: { plan: PricePlan }) {
  const say = useSay();
  if (!plan.decided_at) return <>–</>;
  const by = plan.decided_by && whoWord(plan.decided_by, say);
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
  const format = useFormat();
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <div>
        <StateTag of={stateWord(plan.state, say)} /> <Instant at={plan.at} />
        {plan.due_on && (
          <span className="quiet">
            {" "}
            · {say(`按规则于 ${format.day(plan.due_on)} 自动生成`, `made by the rules for ${format.day(plan.due_on)}`)}
          </span>
        )}
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
  const count = (which: string) => plan.proposals.filter(({ what }) => what === which).length;
  const [prices, retired] = [count("price"), count("retire")];
  const rest = plan.proposals.length - prices - retired;
  const consequence = (
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
  );
  return (
    <DecidePlan<"carry-out" | "dismiss", PricePlan>
      needs="rewards:write"
      decisions={[
        {
          verb: "carry-out",
          label: say("执行", "Carry it out"),
          title: say("执行方案", "Carry the plan out"),
          about: consequence,
          primary: true,
          disabled: plan.proposals.length === 0,
        },
        {
          verb: "dismiss",
          label: say("放弃", "Dismiss"),
          title: say("放弃方案", "Dismiss the plan"),
          about: <p>{say("价格保持不变，方案留作记录。", "Prices stay as they are; the plan is kept on record.")}</p>,
        },
      ]}
      act={(verb, key) => decidePricePlan(plan.id, verb, key)}
      stale={STALE}
    />
  );
}
