import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Popover, Select, Table, type TableProps } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { Points } from "../../shared/Points.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import { whoWord } from "../../shared/who.ts";
import { useHistory, type Entry } from "./api.ts";
import { TraceDrawer } from "./TraceDrawer.tsx";
import { kindWord } from "./words.ts";

/** What happened to a member's points, newest first, each with its reason. */
export function History({ id }: { id: string }) {
  const say = useSay();
  const name = useName();
  const program = useProgramInForce();
  const [address, go] = useAddress(["unit", "page", "trace"]);
  const unit = address.unit || (program.data?.units[0]?.id ?? "");
  const page = useHistory(id, unit, address.page);
  const columns: TableProps<Entry>["columns"] = [
    { title: "#", dataIndex: "number", key: "number", responsive: ["lg"] },
    { title: say("时间", "When"), key: "at", render: (_, entry) => <Instant at={entry.effective_at} /> },
    { title: say("类型", "Kind"), key: "kind", render: (_, entry) => kindWord(entry.kind, say) },
    {
      title: say("积分", "Points"),
      key: "points",
      align: "right",
      render: (_, entry) => (
        <span className="nowrap">
          <Points value={entry.points === 0 ? entry.amount : entry.points} signed={entry.points !== 0} strong />
          <Why entry={entry} />
        </span>
      ),
    },
    {
      title: say("可用余额", "Available after"),
      key: "balance",
      align: "right",
      responsive: ["sm"],
      render: (_, entry) => <Points value={entry.balance} />,
    },
    {
      title: say("说明", "Why"),
      key: "why",
      responsive: ["md"],
      render: (_, entry) => <span className="why">{name(entry.explanation)}</span>,
    },
    {
      title: <span className="sr">{say("来去", "From and to")}</span>,
      key: "trace",
      render: (_, entry) => (
        <Button size="small" type="link" onClick={() => go({ trace: String(entry.number) })}>
          {say("来去", "Trace")}
        </Button>
      ),
    },
  ];
  return (
    <>
      {(program.data?.units.length ?? 0) > 1 && (
        <div className="filters">
          <Select
            aria-label={say("积分单位", "Unit")}
            value={unit}
            onChange={(value: string) => go({ unit: value, page: null })}
            options={program.data?.units.map((item) => ({ value: item.id, label: name(item.name) })) ?? []}
            style={{ minWidth: 160 }}
          />
        </div>
      )}
      <Answer
        query={page}
        rows={8}
        empty={{ when: ({ data }) => data.length === 0, text: say("还没有积分变动。", "No points have moved yet.") }}
      >
        {({ data, next_cursor }) => (
          <>
            <Table
              rowKey="number"
              size="small"
              columns={columns}
              dataSource={data}
              pagination={false}
              scroll={{ x: "max-content" }}
            />
            <Pager cursor={address.page} next={next_cursor} go={(cursor) => go({ page: cursor })} />
          </>
        )}
      </Answer>
      <TraceDrawer id={id} number={address.trace} close={() => go({ trace: null })} />
    </>
  );
}

/** Why a movement happened: the sentence, the rule and its version, the order, the reason somebody gave. */
export function Why({ entry }: { entry: Entry }) {
  const say = useSay();
  const name = useName();
  const { cause } = entry;
  const lines: [string, string | number | null | undefined][] = [
    [
      say("规则", "Rule"),
      cause.rule && `${cause.rule} · ${say("第", "v")}${cause.rule_version ?? ""}${say(" 版", "")}`,
    ],
    [say("订单", "Order"), cause.order],
    [say("原因", "Reason"), cause.reason],
    [say("操作人", "By"), cause.operator && whoWord(cause.operator, say)],
  ];
  return (
    <Popover
      trigger={["click", "hover"]}
      content={
        <div className="why">
          <p>{name(entry.explanation)}</p>
          {lines
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <div key={label}>
                <span className="quiet">{label}</span> {value}
              </div>
            ))}
        </div>
      }
    >
      <Button
        type="text"
        size="small"
        icon={<QuestionCircleOutlined />}
        aria-label={say(`第 ${entry.number} 笔的原因`, `Why, for movement ${entry.number}`)}
      />
    </Popover>
  );
}
