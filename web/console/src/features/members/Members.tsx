import { Button, Input, Select, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { Points } from "../../shared/Points.tsx";
import { useNames, useProgramInForce } from "../../shared/program.ts";
import { useMembers, type MemberLine } from "./api.ts";

/** Every member: searched by number, phone or mail, filtered by tier and state. */
export default function Members() {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const names = useNames();
  const program = useProgramInForce();
  const [{ query, tier, state, cursor }, go] = useAddress(["query", "tier", "state", "cursor"]);
  const page = useMembers({ query, tier, state, cursor });
  const filtered = Boolean(query || tier || state);
  const columns: TableProps<MemberLine>["columns"] = [
    {
      title: say("会员", "Member"),
      key: "id",
      render: (_, member) => (
        <>
          <Link to={`/members/${encodeURIComponent(member.id)}`}>{member.id}</Link>
          {member.name && <div className="quiet">{member.name}</div>}
        </>
      ),
    },
    { title: say("手机", "Phone"), dataIndex: "phone", key: "phone", responsive: ["md"] },
    { title: say("等级", "Tier"), key: "tier", render: (_, member) => names.tier(member.tier) },
    {
      title: say("可用积分", "Available"),
      key: "available",
      align: "right",
      render: (_, member) => <Points value={member.available} strong />,
    },
    {
      title: say("价值", "Worth"),
      key: "worth",
      align: "right",
      responsive: ["md"],
      render: (_, member) => (member.worth ? format.money(member.worth) : ""),
    },
    {
      title: say("最近活跃", "Last active"),
      key: "active",
      responsive: ["lg"],
      render: (_, member) => (member.last_active_at ? <Instant at={member.last_active_at} relative /> : ""),
    },
    {
      title: say("状态", "State"),
      key: "state",
      responsive: ["sm"],
      render: (_, member) => (member.frozen ? <Tag color="red">{say("已冻结", "Frozen")}</Tag> : say("正常", "Good")),
    },
  ];
  return (
    <Page title={say("会员", "Members")} needs="members:read">
      <div className="filters" role="search">
        <Input.Search
          key={query}
          allowClear
          defaultValue={query}
          placeholder={say("会员编号开头，或完整手机号、邮箱", "Start of a number, or a whole phone or mail")}
          aria-label={say("查找会员", "Find members")}
          onSearch={(value) => go({ query: value.trim(), cursor: null })}
          style={{ width: 340, maxWidth: "100%" }}
        />
        <Select
          allowClear
          aria-label={say("等级", "Tier")}
          placeholder={say("等级", "Tier")}
          value={tier || undefined}
          onChange={(value?: string) => go({ tier: value ?? null, cursor: null })}
          options={program.data?.tiers.map((item) => ({ value: item.id, label: name(item.name) })) ?? []}
          style={{ width: 150 }}
        />
        <Select
          allowClear
          aria-label={say("状态", "State")}
          placeholder={say("状态", "State")}
          value={state || undefined}
          onChange={(value?: string) => go({ state: value ?? null, cursor: null })}
          options={[{ value: "frozen", label: say("已冻结", "Frozen") }]}
          style={{ width: 130 }}
        />
      </div>
      <Answer
        query={page}
        rows={10}
        empty={{
          when: ({ data }) => data.length === 0,
          text: filtered
            ? say(
                "没有符合条件的会员。手机号和邮箱要输入完整。",
                "Nobody fits. Phone and mail must be entered in full.",
              )
            : say("还没有会员。第一笔订单会让会员自动入会。", "No members yet. The first order enrolls one."),
          action: filtered && (
            <Button onClick={() => go({ query: null, tier: null, state: null, cursor: null })}>
              {say("清除筛选", "Clear the filters")}
            </Button>
          ),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="id" columns={columns} dataSource={data} pagination={false} scroll={{ x: "max-content" }} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
    </Page>
  );
}
