import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Progress } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay, type Say } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { useNames } from "../../shared/program.ts";
import { memberPath } from "./api.ts";

type MemberTier = components["schemas"]["MemberTier"];

const CAUSES: Record<string, [zh: string, en: string]> = {
  assessed: ["定期评定", "assessed"],
  assigned: ["人工调整", "assigned by hand"],
  kept: ["任务保级", "kept by a task"],
  lent: ["节日临时升级", "lent by a festival"],
  lent_over: ["临时等级到期", "what was lent is over"],
  merit: ["完成任务", "by a task"],
  reached: ["达到标准", "score reached"],
  spared: ["保级，降级取消", "spared: the tier is kept"],
  taken_back: ["任务因退款收回", "the task was taken back"],
  warned: ["降级预告", "told of a fall"],
};

const causeWord = (cause: string, say: Say) => {
  const word = CAUSES[cause];
  return word ? say(...word) : cause;
};

/** Where a member stands: score with its parts, what is missing, what is announced, and what changed. */
export function TierView({ id }: { id: string }) {
  const tier = useQuery({
    queryKey: ["members", id, "tier"],
    queryFn: () => get<MemberTier>(memberPath(id, "/tier")),
  });
  return (
    <Answer query={tier} rows={6}>
      {(standing) => (
        <div className="grid">
          <Standing standing={standing} />
          <Score standing={standing} />
          <Changes standing={standing} />
        </div>
      )}
    </Answer>
  );
}

function Standing({ standing }: { standing: MemberTier }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { notice, next, keep } = standing;
  const lent = standing.permanent.tier !== standing.tier;
  return (
    <>
      {notice && (
        <Alert
          type="warning"
          showIcon
          title={say(
            `将于 ${format.instant(notice.at)} 降为${name(notice.name)}，除非届时已达保级线。`,
            `Falls to ${name(notice.name)} on ${format.instant(notice.at)}, unless the score is back by then.`,
          )}
        />
      )}
      <Descriptions
        column={{ xs: 1, md: 2 }}
        size="small"
        bordered
        items={[
          { key: "tier", label: say("当前等级", "Tier"), children: name(standing.name) },
          {
            key: "since",
            label: say("自", "Since"),
            children: standing.since ? <Instant at={standing.since} /> : say("入会", "joining"),
          },
          ...(lent && standing.temporary_until
            ? [
                {
                  key: "lent",
                  label: say("临时等级到期", "Lent until"),
                  children: (
                    <>
                      <Instant at={standing.temporary_until} />
                      {say(`，之后为${name(standing.permanent.name)}`, `, then ${name(standing.permanent.name)}`)}
                    </>
                  ),
                },
              ]
            : []),
          ...(keep
            ? [
                {
                  key: "keep",
                  label: say("保级线", "Kept from"),
                  children: `${keep.line} · ${keep.reached ? say("已达到", "reached") : say("未达到", "not reached")}`,
                },
              ]
            : []),
          ...(next
            ? [
                {
                  key: "next",
                  label: say("下一等级", "Next"),
                  children:
                    next.missing > 0
                      ? say(
                          `${name(next.name)}，还差 ${next.missing} 分`,
                          `${name(next.name)}, ${next.missing} of score missing`,
                        )
                      : say(`${name(next.name)} · 等级分已达到`, `${name(next.name)} · score reached`),
                },
              ]
            : []),
          ...standing.merits.map((merit) => ({
            key: `merit-${merit.task}-${merit.at}`,
            label: merit.kind === "upgrade" ? say("升级任务", "Task that raises") : say("保级任务", "Task that keeps"),
            children: (
              <>
                {name(merit.name)} <Instant at={merit.at} relative />
              </>
            ),
          })),
          ...(standing.stage
            ? [{ key: "stage", label: say("生命周期", "Stage"), children: name(standing.stage.name) }]
            : []),
        ]}
      />
    </>
  );
}

function Score({ standing }: { standing: MemberTier }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { score, next } = standing;
  if (!score) return null;
  const amount = (of: string, value: number) =>
    of === "spent" ? format.money({ amount: value, currency: "CNY" }) : format.number(value);
  return (
    <section>
      <h3>
        {say("等级分", "Score")} {score.total}
        {score.from && (
          <span className="quiet"> {say(`自 ${format.day(score.from)}起累计`, `since ${format.day(score.from)}`)}</span>
        )}
      </h3>
      {next && (
        <Progress
          aria-label={say("等级分", "Score")}
          status="normal"
          percent={Math.min(100, Math.floor((score.total * 100) / Math.max(1, next.from)))}
          format={() => `${score.total} / ${next.from}`}
        />
      )}
      <PlainTable
        caption={say("等级分构成", "What it is made of")}
        columns={[
          { label: say("项目", "Part") },
          { label: say("累计", "Amount"), numeric: true },
          { label: say("得分", "Score"), numeric: true },
        ]}
        rows={score.parts.map((part) => [name(part.name), amount(part.of, part.amount), part.score])}
      />
    </section>
  );
}

function Changes({ standing }: { standing: MemberTier }) {
  const say = useSay();
  const names = useNames();
  if (standing.history.length === 0)
    return <p className="quiet">{say("等级没有变化过。", "The tier never changed.")}</p>;
  return (
    <PlainTable
      caption={say("等级变更", "Changes")}
      columns={[
        { label: say("时间", "When") },
        { label: say("变更", "What") },
        { label: say("原因", "Why") },
        { label: say("等级分", "Score"), numeric: true },
      ]}
      rows={standing.history.map((change) => [
        <Instant key="at" at={change.at} />,
        `${names.tier(change.before)} → ${names.tier(change.tier)}`,
        <span key="why">
          {causeWord(change.cause, say)}
          {change.reason && <span className="quiet"> {change.reason}</span>}
        </span>,
        change.score ?? "–",
      ])}
    />
  );
}
