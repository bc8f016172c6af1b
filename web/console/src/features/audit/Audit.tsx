import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Descriptions, Drawer, Input, Table, type TableProps } from "antd";
import dayjs from "dayjs";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { differences, FactValue } from "../../shared/Facts.tsx";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { actionName, actorName, objectName } from "./words.ts";

type Schemas = components["schemas"];

type AuditLine = Schemas["AuditEntry"];

type AuditPage = Schemas["AuditPage"];

/** Who did what, to what, before and after, and why. Nobody can edit it. */
export default function Audit() {
  const say = useSay();
  const [address, go] = useAddress(["actor", "action", "object", "from", "to", "cursor", "open"]);
  const { actor, action, object, from, to, cursor } = address;
  const filters = { actor, action, object, from, to, cursor };
  const page = useQuery({
    queryKey: ["audit", filters],
    queryFn: () => get<AuditPage>("/v1/audit", { query: filters }),
  });
  const filter = (name: "actor" | "action" | "object", label: string) => (
    <Input.Search
      key={`${name}-${address[name]}`}
      allowClear
      placeholder={label}
      aria-label={label}
      defaultValue={address[name]}
      onSearch={(value) => go({ [name]: value.trim(), cursor: null })}
      style={{ width: 260 }}
    />
  );
  const columns: TableProps<AuditLine>["columns"] = [
    { title: "#", dataIndex: "number", key: "number", responsive: ["lg"] },
    { title: say("时间", "When"), key: "at", render: (_, line) => <Instant at={line.at} /> },
    { title: say("操作人", "Who"), key: "actor", render: (_, line) => actorName(line.actor, say) },
    {
      title: say("操作", "What"),
      key: "action",
      render: (_, line) => (
        <Button type="link" className="cell-link" onClick={() => go({ open: String(line.number) })}>
          {actionName(line.action, say)}
        </Button>
      ),
    },
    {
      title: say("对象", "Object"),
      key: "object",
      render: (_, line) => objectName(line.object, say),
      responsive: ["md"],
    },
    { title: say("原因", "Why"), key: "reason", render: (_, line) => line.reason ?? "", responsive: ["lg"] },
  ];
  return (
    <Page title={say("操作记录", "Audit")} needs="audit:read">
      <div className="filters" role="search">
        {filter("actor", say("操作人，如 staff:lin", "Who, such as staff:lin"))}
        {filter("action", say("操作，如 points.adjust", "What, such as points.adjust"))}
        {filter("object", say("对象，如 member:h906", "Object, such as member:h906"))}
        <DatePicker.RangePicker
          aria-label={say("日期", "Days")}
          allowEmpty={[true, true]}
          value={[address.from ? dayjs(address.from) : null, address.to ? dayjs(address.to) : null]}
          onChange={(days) =>
            go({
              from: days?.[0]?.format("YYYY-MM-DD") ?? null,
              to: days?.[1]?.format("YYYY-MM-DD") ?? null,
              cursor: null,
            })
          }
        />
      </div>
      <Answer
        query={page}
        rows={8}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say("没有符合条件的记录。", "No line fits these filters."),
          action: (
            <Button onClick={() => go({ actor: null, action: null, object: null, from: null, to: null, cursor: null })}>
              {say("清除筛选", "Clear the filters")}
            </Button>
          ),
        }}
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
            <Pager cursor={address.cursor} next={next_cursor} go={(cursor) => go({ cursor })} />
            <LineDrawer
              line={data.find((line) => String(line.number) === address.open)}
              close={() => go({ open: null })}
            />
          </>
        )}
      </Answer>
    </Page>
  );
}

function LineDrawer({ line, close }: { line: AuditLine | undefined; close: () => void }) {
  const say = useSay();
  return (
    <Drawer open={line !== undefined} onClose={close} size={600} title={line ? actionName(line.action, say) : ""}>
      {line && (
        <>
          <Descriptions
            column={1}
            size="small"
            bordered
            items={[
              { key: "number", label: say("编号", "Number"), children: line.number },
              { key: "at", label: say("时间", "When"), children: <Instant at={line.at} /> },
              {
                key: "actor",
                label: say("操作人", "Who"),
                children: `${actorName(line.actor, say)} (${line.actor.kind} ${line.actor.id})`,
              },
              {
                key: "object",
                label: say("对象", "Object"),
                children: objectName(line.object, say),
              },
              { key: "reason", label: say("原因", "Why"), children: line.reason ?? "" },
              { key: "approval", label: say("审批单", "Approval"), children: line.approval ?? "" },
              { key: "request", label: say("请求编号", "Request"), children: line.request ?? "" },
            ]}
          />
          <h2 className="sub">{say("改动前后", "Before and after")}</h2>
          <Differences line={line} />
        </>
      )}
    </Drawer>
  );
}

function Differences({ line }: { line: AuditLine }) {
  const say = useSay();
  const rows = differences(line.before, line.after);
  if (rows.length === 0) return <p className="quiet">{say("没有字段改动。", "No field changed.")}</p>;
  return (
    <PlainTable
      caption={say("改动前后", "Before and after")}
      columns={[{ label: say("字段", "Field") }, { label: say("之前", "Before") }, { label: say("之后", "After") }]}
      rows={rows.map((row) => [
        row.field,
        <FactValue key="before" value={row.before} />,
        <FactValue key="after" value={row.after} />,
      ])}
    />
  );
}
