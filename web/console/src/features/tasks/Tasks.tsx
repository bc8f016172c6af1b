import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { DatePicker, Table, Tag, type TableProps } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { useNames } from "../../shared/program.ts";

type Statistics = components["schemas"]["TaskStatistics"];
type Statistic = Statistics["data"][number];

function useStatistics(from: string, to: string) {
  return useQuery({
    queryKey: ["tasks", from, to],
    queryFn: () => get<Statistics>("/v1/tasks/statistics", { query: { from, to } }),
    placeholderData: (before) => before,
  });
}

/** How tasks go over all members: who began, who finished, what was taken back, what it cost. */
export default function Tasks() {
  const say = useSay();
  const [{ from, to }, go] = useAddress(["from", "to"]);
  const statistics = useStatistics(from, to);
  const chosen: [Dayjs, Dayjs] | null = from && to ? [dayjs(from), dayjs(to)] : null;
  return (
    <Page
      title={say("任务", "Tasks")}
      needs="boards:read"
      actions={<Link to="/program?tab=drafts">{say("在规则草稿中修改", "Change them in a draft")}</Link>}
    >
      <div className="filters">
        <DatePicker.RangePicker
          aria-label={say("哪些天", "Which days")}
          value={chosen}
          onChange={(days) =>
            go({ from: days?.[0]?.format("YYYY-MM-DD") ?? null, to: days?.[1]?.format("YYYY-MM-DD") ?? null })
          }
        />
      </div>
      <Answer
        query={statistics}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say("方案里还没有任务。", "The program has no tasks yet."),
          action: <Link to="/program?tab=drafts">{say("新建规则草稿", "Open a draft")}</Link>,
        }}
      >
        {({ data }) => <List tasks={data} />}
      </Answer>
    </Page>
  );
}

function List({ tasks }: { tasks: Statistic[] }) {
  const say = useSay();
  const name = useName();
  const names = useNames();
  const format = useFormat();
  const columns: TableProps<Statistic>["columns"] = [
    {
      title: say("任务", "Task"),
      key: "name",
      render: (_, task) => (
        <>
          {name(task.name) || task.task}
          <div className="quiet">{task.task}</div>
        </>
      ),
    },
    { title: say("开始", "Began"), key: "started", align: "right", render: (_, task) => format.number(task.started) },
    {
      title: say("完成", "Finished"),
      key: "completed",
      align: "right",
      render: (_, { completed, started }) => (
        <span className="nowrap">
          {format.number(completed)}
          {started > 0 && <span className="quiet"> · {format.percent(completed / started)}</span>}
        </span>
      ),
    },
    {
      title: say("收回", "Taken back"),
      key: "taken",
      align: "right",
      responsive: ["md"],
      render: (_, task) => format.number(task.taken_back),
    },
    {
      title: say("发放", "Given"),
      key: "points",
      align: "right",
      render: (_, { points }) =>
        points.length === 0
          ? "–"
          : points.map(({ unit, points: given }) => (
              <div key={unit}>
                <Points value={given} /> {names.unit(unit)}
              </div>
            )),
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, { enabled }) =>
        enabled ? <Tag color="green">{say("启用", "In use")}</Tag> : <Tag>{say("停用", "Off")}</Tag>,
    },
  ];
  return <Table rowKey="task" columns={columns} dataSource={tasks} pagination={false} scroll={{ x: "max-content" }} />;
}
