import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Table, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get, send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { DecidePlan } from "../../shared/plans/DecidePlan.tsx";
import { MakePlan } from "../../shared/plans/MakePlan.tsx";
import { StateTag } from "../../shared/plans/PlanPage.tsx";
import { useNames } from "../../shared/program.ts";
import { stateWord } from "./words.ts";

type Schemas = components["schemas"];
type WakeUps = Schemas["WakeUpPage"];
type WakeUp = Schemas["WakeUp"];

/** Plans that wake members whose points sleep: begun by themselves above a share, or by hand. */
export default function WakeUpsPage() {
  const say = useSay();
  const [{ cursor }, go] = useAddress(["cursor"]);
  const page = useQuery({
    queryKey: ["wake-ups", cursor],
    queryFn: () => get<WakeUps>("/v1/wake-ups", { query: { cursor } }),
    refetchInterval: ({ state }) => (state.data?.data.some((one) => one.state === "running") ? 5_000 : 60_000),
  });
  const start = page.data?.plan && (
    <MakePlan<WakeUp>
      needs="messages:write"
      label={say("立即启动", "Begin now")}
      done={say("唤醒计划已启动", "The wake-up has begun")}
      refused={say("未能启动", "It did not begin")}
      make={(key) => send("POST", "/v1/wake-ups", { headers: { "Idempotency-Key": key } })}
      made={() => go({ cursor: null })}
      stale={[["wake-ups"]]}
    />
  );
  return (
    <Page title={say("唤醒计划", "Wake-ups")} needs="messages:read" actions={start}>
      <Answer query={page} rows={6}>
        {(data) => (
          <div className="grid">
            <Plan wakeUps={data} />
            <List wakeUps={data.data} />
            <Pager cursor={cursor} next={data.next_cursor} go={(to) => go({ cursor: to })} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

/** What the rules say about it, beside how much sleeps now. */
function Plan({ wakeUps: { plan, share } }: { wakeUps: WakeUps }) {
  const say = useSay();
  const names = useNames();
  if (!plan) {
    return (
      <Alert
        type="info"
        title={say("方案里没有唤醒计划。", "The program has no plan to wake members.")}
        description={<Link to="/program?tab=drafts">{say("在规则草稿中添加", "Add one in a draft")}</Link>}
      />
    );
  }
  const over = share != null && Number.parseFloat(share) > Number.parseFloat(plan.above);
  return (
    <Card size="small" title={say("现在", "Now")}>
      <p>
        {say(`${names.unit(plan.unit)}休眠占比`, `Share of ${names.unit(plan.unit)} that rest`)}{" "}
        <strong className={over ? "stop" : ""}>{share ?? "–"}</strong>{" "}
        <span className="quiet">
          {say(
            `超过 ${plan.above} 自动启动，持续 ${plan.days} 天，两次之间至少间隔 ${plan.rest_days} 天。`,
            `Above ${plan.above} it begins by itself, for ${plan.days} days, with at least ${plan.rest_days} days between two.`,
          )}
        </span>
      </p>
    </Card>
  );
}

function List({ wakeUps }: { wakeUps: WakeUp[] }) {
  const say = useSay();
  const format = useFormat();
  if (wakeUps.length === 0) return <p className="quiet">{say("还没有启动过。", "None has begun yet.")}</p>;
  const columns: TableProps<WakeUp>["columns"] = [
    { title: say("启动", "Began"), key: "at", render: (_, { started_at }) => <Instant at={started_at} /> },
    {
      title: say("由谁", "By"),
      key: "by",
      responsive: ["md"],
      render: (_, one) => (one.automatic ? say("规则自动", "the rules") : one.started_by),
    },
    { title: say("至", "Until"), key: "until", responsive: ["md"], render: (_, { until }) => <Instant at={until} /> },
    { title: say("当时占比", "Share then"), key: "share", align: "right", render: (_, { share }) => share },
    {
      title: say("已联系", "Addressed"),
      key: "addressed",
      align: "right",
      render: (_, { addressed }) => format.number(addressed),
    },
    {
      title: say("已回来", "Came back"),
      key: "back",
      align: "right",
      render: (_, { addressed, came_back }) => (
        <>
          {format.number(came_back)}{" "}
          {addressed > 0 && <span className="quiet">{format.percent(came_back / addressed)}</span>}
        </>
      ),
    },
    { title: say("状态", "State"), key: "state", render: (_, { state }) => <StateTag of={stateWord(state, say)} /> },
    { key: "act", render: (_, one) => one.state === "running" && <Stop wakeUp={one} /> },
  ];
  return <Table rowKey="id" columns={columns} dataSource={wakeUps} pagination={false} scroll={{ x: "max-content" }} />;
}

function Stop({ wakeUp }: { wakeUp: WakeUp }) {
  const say = useSay();
  return (
    <DecidePlan<"stop", WakeUp>
      needs="messages:write"
      decisions={[
        {
          verb: "stop",
          label: say("停止", "Stop"),
          about: (
            <p>
              {say(
                "不再联系更多会员，优惠立即结束；已唤醒的积分不受影响。",
                "Nobody else is addressed, and its offers end at once. Points that woke stay awake.",
              )}
            </p>
          ),
        },
      ]}
      act={(verb, key) =>
        send("POST", `/v1/wake-ups/${encodeURIComponent(wakeUp.id)}/${verb}`, { headers: { "Idempotency-Key": key } })
      }
      stale={[["wake-ups"]]}
    />
  );
}
