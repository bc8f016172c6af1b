import { Alert, Button, Drawer, Progress, Space, Table, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { DecidePlan } from "../../shared/plans/DecidePlan.tsx";
import { MakePlan } from "../../shared/plans/MakePlan.tsx";
import { PlanPage, StateTag } from "../../shared/plans/PlanPage.tsx";
import { useNames } from "../../shared/program.ts";
import { whoWord } from "../../shared/who.ts";
import {
  decideAssessment,
  makeAssessment,
  tableOf,
  useAssessment,
  useAssessments,
  useLines,
  type Assessment,
  type AssessmentLine,
  type Verb,
} from "./api.ts";
import { stateWord, turnWord } from "./words.ts";

/** What may be decided about an assessment, by where it stands. */
const VERBS: Record<string, Verb[]> = {
  planning: ["dismiss"],
  proposed: ["run", "dismiss"],
  running: ["stop"],
  stopped: ["run", "dismiss"],
};

/** Assessments of all members: who rises, who falls and why, looked at before anything happens. */
export default function Assessments() {
  const say = useSay();
  const format = useFormat();
  const [{ cursor, open, lines }, go] = useAddress(["cursor", "open", "lines"]);
  return (
    <PlanPage
      title={say("等级评定", "Assessments")}
      needs="members:read"
      make={
        <MakePlan
          needs="tiers:assess"
          label={say("发起评定", "Assess now")}
          done={say("已发起评定", "The assessment has begun")}
          refused={say("未能发起评定", "No assessment was made")}
          make={makeAssessment}
          made={(plan) => go({ open: plan.id, cursor: null })}
          stale={[["assessments"]]}
        />
      }
      none={say(
        "还没有评定。到了规则设定的日期会自动进行，也可以现在发起。",
        "No assessment yet. One is made on the dates of the rules, or now.",
      )}
      plans={useAssessments(cursor)}
      cursor={cursor}
      go={go}
      known={{ title: say("截至", "As of"), at: ({ as_of }) => as_of }}
      columns={[
        {
          title: say("发起", "Asked for"),
          key: "by",
          responsive: ["md"],
          render: (_, plan) =>
            plan.automatic ? say("按规则日期", "by the calendar") : whoWord(plan.made_by ?? "", say),
        },
        { title: say("会员", "Members"), key: "seen", align: "right", render: (_, { seen }) => format.number(seen) },
        {
          title: say("有变化", "Changes"),
          key: "lines",
          align: "right",
          render: (_, { lines }) => format.number(lines),
        },
        {
          title: say("状态", "State"),
          key: "state",
          render: (_, { state }) => <StateTag of={stateWord(state, say)} />,
        },
      ]}
    >
      <PlanDrawer
        id={open}
        lines={lines}
        page={(to) => go({ lines: to })}
        close={() => go({ open: null, lines: null })}
      />
    </PlanPage>
  );
}

interface DrawerProps {
  id: string;
  lines: string;
  page: (cursor: string | null) => void;
  close: () => void;
}

function PlanDrawer({ id, lines, page, close }: DrawerProps) {
  const say = useSay();
  const plan = useAssessment(id);
  return (
    <Drawer open={id !== ""} onClose={close} size={860} title={say("等级评定", "Assessment")} destroyOnHidden>
      {id && (
        <Answer query={plan}>
          {(found) => (
            <Space orientation="vertical" size={16} style={{ width: "100%" }}>
              <Summary plan={found} />
              <Decide plan={found} />
              {found.state !== "planning" && found.lines > 0 && <Lines id={found.id} cursor={lines} page={page} />}
            </Space>
          )}
        </Answer>
      )}
    </Drawer>
  );
}

function Summary({ plan }: { plan: Assessment }) {
  const say = useSay();
  const names = useNames();
  const format = useFormat();
  const dealt = plan.done + plan.skipped;
  return (
    <>
      <div>
        <StateTag of={stateWord(plan.state, say)} /> {say("截至", "as of")} <Instant at={plan.as_of} />
        <span className="quiet">
          {" "}
          · {say(`规则第 ${plan.version} 版`, `version ${plan.version} of the rules`)}
          {plan.decided_by &&
            ` · ${plan.decided_by === "rule-book" ? say("自动执行", "runs by itself") : whoWord(plan.decided_by, say)}`}
        </span>
      </div>
      {plan.lines > 0 && ["running", "stopped", "done"].includes(plan.state) && (
        <Progress
          percent={Math.floor((dealt * 100) / plan.lines)}
          status={plan.state === "running" ? "active" : "normal"}
          format={() => `${format.number(dealt)} / ${format.number(plan.lines)}`}
        />
      )}
      {plan.skipped > 0 && (
        <p className="quiet">
          {say(
            `${plan.skipped} 位会员在此期间等级已变化，未作处理。`,
            `${plan.skipped} members had moved meanwhile and were left alone.`,
          )}
        </p>
      )}
      <PlainTable
        caption={say("各等级会员", "Members of each tier")}
        columns={[
          { label: say("现等级", "Tier") },
          { label: say("保级", "Keep it"), numeric: true },
          { label: say("升级", "Rise"), numeric: true },
          { label: say("降级预告", "Are told"), numeric: true },
          { label: say("降级", "Fall"), numeric: true },
        ]}
        rows={plan.tally.map((tally) => [
          names.tier(tally.tier),
          format.number(tally.kept),
          format.number(tally.risen),
          format.number(tally.warned),
          format.number(tally.fallen),
        ])}
      />
      {plan.state === "done" && plan.lines === 0 && (
        <Alert type="success" title={say("所有会员等级不变。", "Everybody keeps their tier.")} />
      )}
    </>
  );
}

function Lines({ id, cursor, page }: { id: string; cursor: string; page: (cursor: string | null) => void }) {
  const say = useSay();
  const names = useNames();
  const lines = useLines(id, cursor);
  const columns: TableProps<AssessmentLine>["columns"] = [
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, { member }) => <Link to={`/members/${encodeURIComponent(member)}?tab=tier`}>{member}</Link>,
    },
    { title: say("现等级", "From"), key: "from", render: (_, { from }) => names.tier(from) },
    { title: say("将变为", "To"), key: "to", render: (_, { to }) => names.tier(to) },
    { title: say("变化", "What"), key: "what", render: (_, { what }) => turnWord(what, say) },
    { title: say("等级分", "Score"), key: "score", align: "right", render: (_, { score }) => score },
  ];
  return (
    <>
      <Space style={{ justifyContent: "space-between", width: "100%" }}>
        <strong>{say("名单", "Who")}</strong>
        <Button href={tableOf(id)} download={`${id}.csv`}>
          {say("导出", "Export")}
        </Button>
      </Space>
      <Answer query={lines} rows={8}>
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="member" size="small" columns={columns} dataSource={data} pagination={false} />
            <Pager cursor={cursor} next={next_cursor} go={page} />
          </>
        )}
      </Answer>
    </>
  );
}

function Decide({ plan }: { plan: Assessment }) {
  const say = useSay();
  const label: Record<Verb, string> = {
    run: plan.state === "stopped" ? say("继续执行", "Go on") : say("执行", "Let it run"),
    stop: say("停止", "Stop"),
    dismiss: say("驳回", "Dismiss"),
  };
  const about: Record<Verb, string> = {
    run: say(
      `${plan.lines} 位会员的等级将变化；降级先通知会员。`,
      `Something changes for ${plan.lines} members; who falls is told first.`,
    ),
    stop: say("当前批次完成后停止，已执行的不撤销。", "It stops after this slice. What is done stays."),
    dismiss: say("未执行的部分不再执行。", "What is left of it is not carried out."),
  };
  return (
    <DecidePlan
      needs="tiers:assess"
      decisions={(VERBS[plan.state] ?? []).map((verb) => ({
        verb,
        label: label[verb],
        about: <p>{about[verb]}</p>,
        primary: verb === "run",
      }))}
      act={(verb, key) => decideAssessment(plan.id, verb, key)}
      stale={[["assessments"]]}
    />
  );
}
