import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Input, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";

type Schemas = components["schemas"];
type Hit = Schemas["AbuseHit"];

/** What was done too often in too short a time, and what followed by itself. */
export default function Abuse() {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const [{ member, cursor }, go] = useAddress(["member", "cursor"]);
  const page = useQuery({
    queryKey: ["abuse", member, cursor],
    queryFn: () => get<Schemas["AbuseHitPage"]>("/v1/abuse-hits", { query: { member, cursor } }),
  });
  const columns: TableProps<Hit>["columns"] = [
    { title: say("模式", "Pattern"), key: "name", render: (_, hit) => name(hit.name) || hit.pattern },
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, hit) => <Link to={`/members/${encodeURIComponent(hit.member)}`}>{hit.member}</Link>,
    },
    { title: say("次数", "Times"), key: "events", align: "right", render: (_, hit) => format.number(hit.events) },
    {
      title: say("处理", "What followed"),
      key: "consequence",
      render: (_, { consequence, frozen_until }) =>
        consequence === "freeze" ? (
          <>
            <Tag color="red">{say("冻结", "Frozen")}</Tag>
            {frozen_until && (
              <span className="quiet">
                {say("至", "until")} <Instant at={frozen_until} />
              </span>
            )}
          </>
        ) : (
          <Tag>{say("仅记录", "Noted")}</Tag>
        ),
    },
    { title: say("时间", "When"), key: "at", render: (_, { at }) => <Instant at={at} relative /> },
  ];
  return (
    <Page
      title={say("异常行为", "Abuse")}
      needs="reviews:read"
      actions={<Link to="/program?tab=drafts">{say("在规则草稿中修改模式", "Change the patterns in a draft")}</Link>}
    >
      <div className="filters">
        <Input.Search
          key={member}
          allowClear
          defaultValue={member}
          placeholder={say("会员编号", "Member")}
          aria-label={say("只看这位会员", "Only this member")}
          onSearch={(value) => go({ member: value.trim() || null, cursor: null })}
          style={{ width: 260 }}
        />
      </div>
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text: member
            ? say("这位会员没有异常记录。", "Nothing unusual about this member.")
            : say(
                "没有异常行为。短时间内次数过多的操作会记在这里。",
                "Nothing unusual. What is done too often shows up here.",
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
