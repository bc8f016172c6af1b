import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Card, Table, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { useName, useSay, type Say } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { daysBetween } from "./days.ts";

type Schemas = components["schemas"];
type Occasion = Schemas["Occasion"];

/** Birthdays and festivals of the rules in force: when they come next, and how far that is. */
export default function Occasions() {
  const say = useSay();
  const occasions = useQuery({
    queryKey: ["occasions"],
    queryFn: () => get<Schemas["Occasions"]>("/v1/program/occasions"),
  });
  const change = <Link to="/program?tab=drafts">{say("在规则草稿中修改", "Change them in a draft")}</Link>;
  return (
    <Page title={say("生日与节日", "Occasions")} needs="program:read" actions={change}>
      <Answer
        query={occasions}
        rows={8}
        empty={{
          when: ({ birthday, days }) => !birthday && days.length === 0,
          text: say("方案里还没有生日与节日。", "The program notices no birthdays and festivals yet."),
          action: <Link to="/program?tab=drafts">{say("新建规则草稿", "Open a draft")}</Link>,
        }}
      >
        {({ birthday, days, today }) => (
          <div className="grid">
            {birthday && <BirthdayCard birthday={birthday} />}
            {days.length > 0 && <Days days={days} today={today} />}
            <p className="quiet">
              {say(
                "活动规则可引用节日，例如 during: spring-festival-7..spring-festival+7。农历节日已换算为公历。",
                "Rules may mention a day, such as during: spring-festival-7..spring-festival+7. Days of the traditional calendar are worked out.",
              )}
            </p>
          </div>
        )}
      </Answer>
    </Page>
  );
}

function BirthdayCard({ birthday }: { birthday: NonNullable<Schemas["Occasions"]["birthday"]> }) {
  const say = useSay();
  const [month, day] = birthday.leap_day.split("-").map(Number);
  const hour = `${String(birthday.hour).padStart(2, "0")}:00`;
  return (
    <Card size="small" title={say("会员生日", "Birthdays of members")}>
      <PlainTable
        caption={say("会员生日", "Birthdays of members")}
        columns={[{ label: say("约定", "What") }, { label: say("内容", "Holds") }]}
        rows={[
          [say("到账时间", "Points come at"), say(`生日当天 ${hour}`, `${hour} on the day`)],
          [
            say("2 月 29 日出生，平年按", "Born on 29 February, in other years"),
            say(`${month} 月 ${day} 日`, birthday.leap_day),
          ],
          [
            say("修改生日后", "After a birthday was changed"),
            say(
              `${birthday.locked_days} 天内不能再改，且不享生日权益`,
              `it stays for ${birthday.locked_days} days and brings nothing meanwhile`,
            ),
          ],
        ]}
      />
    </Card>
  );
}

/** How the day is fixed, in words. */
function fixed({ follows, on }: Occasion, say: Say): string {
  const [month, day] = (on ?? "").split("-").map(Number);
  if (follows === "lunar") return say(`农历 ${month} 月 ${day} 日`, `traditional calendar, month ${month}, day ${day}`);
  if (follows === "year") return say(`每年 ${month} 月 ${day} 日`, `every year on ${on ?? ""}`);
  return say("指定日期", "on dates of their own");
}

function Days({ days, today }: { days: Occasion[]; today: string }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const far = (date: string) => {
    const left = daysBetween(today, date);
    return left === 0 ? say("今天", "today") : say(`还有 ${left} 天`, left === 1 ? "tomorrow" : `in ${left} days`);
  };
  const columns: TableProps<Occasion>["columns"] = [
    {
      title: say("节日", "Day"),
      key: "name",
      render: (_, day) => (
        <>
          {name(day.name)} <code className="quiet">{day.id}</code>
        </>
      ),
    },
    { title: say("怎样确定", "Fixed by"), key: "on", responsive: ["md"], render: (_, day) => fixed(day, say) },
    {
      title: say("下一次", "Next"),
      key: "next",
      render: (_, { next }) =>
        next[0] ? (
          <>
            <span className="nowrap">{format.day(next[0])}</span> <span className="quiet">{far(next[0])}</span>
          </>
        ) : (
          <span className="quiet">{say("不再有", "never again")}</span>
        ),
    },
    {
      title: say("之后", "Then"),
      key: "then",
      responsive: ["lg"],
      render: (_, { next }) => <span className="quiet">{next.slice(1).map(format.day).join(say("、", ", "))}</span>,
    },
  ];
  return <Table rowKey="id" columns={columns} dataSource={days} pagination={false} scroll={{ x: "max-content" }} />;
}
