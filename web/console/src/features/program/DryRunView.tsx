import { useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Skeleton } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useFormat } from "../../shared/format.ts";
import { send } from "../../shared/http.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { Points } from "../../shared/Points.tsx";
import { asProblem } from "../../shared/problem.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { draftPath, type DryRun } from "./api.ts";
import { DifferenceChart } from "./DifferenceChart.tsx";

/** Asks what a day would have given under the draft as it was saved last. */
export function useDryRun(id: string, revision: number, day: string, enabled: boolean) {
  return useQuery({
    queryKey: ["drafts", "dry-run", id, revision, day],
    queryFn: () => send<DryRun>("POST", draftPath(id, "/dry-run"), { body: day ? { day } : {} }),
    enabled,
    staleTime: 60_000,
    retry: false,
  });
}

interface Props {
  id: string;
  revision: number;
  /** Saves what is not saved yet; false when it cannot. */
  flush: () => Promise<boolean>;
}

/** What yesterday, or another day, would have given under the draft. */
export function DryRunView({ id, revision, flush }: Props) {
  const say = useSay();
  const [day, setDay] = useState("");
  const [asked, setAsked] = useState<{ revision: number; day: string } | null>(null);
  const run = useDryRun(id, asked?.revision ?? revision, asked?.day ?? "", asked !== null);
  const start = async () => {
    if (await flush()) setAsked({ revision, day });
  };
  const stale = asked !== null && asked.revision !== revision;
  return (
    <section aria-label={say("试算", "Dry run")}>
      <p>
        {say(
          "用真实发生过的事件按草稿重新计算，只看结果，不改动任何积分。",
          "Judges events that really happened by the draft. It changes nobody's points.",
        )}
      </p>
      <div className="filters">
        <DatePicker
          aria-label={say("哪一天", "Which day")}
          placeholder={say("昨天", "Yesterday")}
          value={day ? dayjs(day) : null}
          onChange={(next) => setDay(next ? next.format("YYYY-MM-DD") : "")}
        />
        <Button type="primary" loading={run.isFetching} onClick={() => void start()}>
          {say("开始试算", "Run it")}
        </Button>
      </div>
      {stale && run.data && (
        <Alert type="warning" title={say("草稿又有改动，请重新试算。", "The draft has changed since; run it again.")} />
      )}
      {run.isFetching && <Skeleton active />}
      {run.isError && !run.isFetching && (
        <ProblemView problem={asProblem(run.error)} retry={() => void run.refetch()} />
      )}
      {run.data && !run.isFetching && <Outcome run={run.data} />}
    </section>
  );
}

function Outcome({ run }: { run: DryRun }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  if (run.events === 0) {
    return (
      <Alert
        type="info"
        title={say(`${format.day(run.day)}没有事件，试算不出差别。`, `Nothing happened on ${format.day(run.day)}.`)}
        description={say("请换一天。", "Choose another day.")}
      />
    );
  }
  const sums = [
    { label: say("现行", "Now"), numeric: true },
    { label: say("草稿", "Draft"), numeric: true },
  ];
  return (
    <div className="grid">
      <Difference run={run} />
      {run.truncated && (
        <Alert
          type="warning"
          title={say("当天事件太多，只试算了一部分。", "The day had more events than a dry run judges.")}
        />
      )}
      <Overruns overruns={run.overruns} />
      <DifferenceChart rules={run.rules} />
      {run.rules.length > 0 && (
        <PlainTable
          captioned
          caption={say("按规则", "By rule")}
          columns={[{ label: say("规则", "Rule") }, ...sums, { label: say("差额", "Difference"), numeric: true }]}
          rows={run.rules.map((rule) => [
            name(rule.name) || rule.rule,
            <Points key="before" value={rule.before} />,
            <Points key="after" value={rule.after} />,
            <Points key="difference" value={rule.after - rule.before} signed strong />,
          ])}
        />
      )}
      {run.samples.length > 0 && (
        <PlainTable
          captioned
          caption={say("例子", "Examples")}
          columns={[{ label: say("会员", "Member") }, { label: say("事件", "Event") }, ...sums]}
          rows={run.samples.map((sample) => [
            sample.member,
            sample.event,
            <Points key="before" value={total(sample.before)} />,
            <Points key="after" value={total(sample.after)} />,
          ])}
        />
      )}
    </div>
  );
}

/** The difference a draft makes on a day, in points and money. */
export function Difference({ run }: { run: DryRun }) {
  const say = useSay();
  const format = useFormat();
  const moved = run.judged_as !== run.day;
  const as = format.day(run.judged_as);
  const money = (sum: DryRun["before"]) => (sum.value ? ` (${format.money(sum.value)})` : "");
  return (
    <Alert
      type="info"
      title={
        <span data-testid="difference">
          {say("每天相差", "Difference")} <Points value={run.difference.points} signed strong /> {say("分", "points")}
          {money(run.difference)}
        </span>
      }
      description={say(
        `${format.day(run.day)}${moved ? `的事件，按 ${as} 的规则计算` : ""}：${format.number(run.events)} 个事件，${format.number(run.members)} 位会员；现行 ${format.number(run.before.points)} 分${money(run.before)}，草稿 ${format.number(run.after.points)} 分${money(run.after)}。`,
        `${format.day(run.day)}${moved ? `, judged as if it were ${as}` : ""}: ${format.number(run.events)} events, ${format.number(run.members)} members; now ${format.number(run.before.points)}${money(run.before)}, draft ${format.number(run.after.points)}${money(run.after)}.`,
      )}
    />
  );
}

function total(sums: { points: number }[]): number {
  return sums.reduce((sum, { points }) => sum + points, 0);
}

/** Budgets, caps and maxima that would stop awards. */
export function Overruns({ overruns }: { overruns: DryRun["overruns"] }) {
  const say = useSay();
  const more = overruns.filter((overrun) => overrun.after > 0);
  if (more.length === 0) return null;
  const words: Record<string, [string, string]> = {
    budget: ["预算", "Budget"],
    cap: ["获取上限", "Cap"],
    event_max: ["单次上限", "Maximum per event"],
  };
  return (
    <Alert
      type="warning"
      showIcon
      title={say("有奖励会因超出预算或上限而少给", "Some awards would be cut by a budget or a cap")}
      description={
        <ul>
          {more.map((overrun) => (
            <li key={overrun.kind + overrun.id}>
              {say(...(words[overrun.kind] ?? [overrun.kind, overrun.kind]))} {overrun.id}
              {say(
                `：现行 ${overrun.before} 次，草稿 ${overrun.after} 次`,
                `: ${overrun.before} times now, ${overrun.after} under the draft`,
              )}
            </li>
          ))}
        </ul>
      }
    />
  );
}
