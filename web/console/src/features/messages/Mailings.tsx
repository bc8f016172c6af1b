import { Button, Space, Table, type TableProps } from "antd";
import { useState } from "react";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { DecidePlan } from "../../shared/plans/DecidePlan.tsx";
import { StateTag } from "../../shared/plans/PlanPage.tsx";
import { useNames } from "../../shared/program.ts";
import { useSession } from "../../shared/session.tsx";
import { whoWord } from "../../shared/who.ts";
import { decideMailing, useMailings, useMessageKinds, type Mailing } from "./api.ts";
import { NewMailing } from "./NewMailing.tsx";
import { mailingWord } from "./words.ts";

/** What people sent to members, and how far it is; what goes to whole tiers can be stopped and taken up again. */
export function Mailings() {
  const say = useSay();
  const { can } = useSession();
  const [{ cursor }, go] = useAddress(["cursor"]);
  const [writing, setWriting] = useState(false);
  const page = useMailings(cursor);
  const write = can("messages:write") && (
    <Button type="primary" onClick={() => setWriting(true)}>
      {say("发送消息", "Send a message")}
    </Button>
  );
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      {page.data && page.data.data.length > 0 && write}
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say("还没有人工发送过消息。", "Nobody has sent a message by hand yet."),
          action: write,
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <List mailings={data} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      {writing && <NewMailing close={() => setWriting(false)} />}
    </Space>
  );
}

function List({ mailings }: { mailings: Mailing[] }) {
  const say = useSay();
  const name = useName();
  const names = useNames();
  const format = useFormat();
  const kinds = useMessageKinds().data?.data ?? [];
  const columns: TableProps<Mailing>["columns"] = [
    {
      title: say("消息", "Message"),
      key: "kind",
      render: (_, { kind }) => name(kinds.find(({ id }) => id === kind)?.name) || kind,
    },
    {
      title: say("发给", "To"),
      key: "to",
      render: (_, { tiers }) =>
        tiers.length > 0 ? tiers.map(names.tier).join(say("、", ", ")) : say("指定会员", "members by name"),
    },
    { title: say("已送达", "Told"), key: "told", align: "right", render: (_, { told }) => format.number(told) },
    {
      title: say("不适用", "Left out"),
      key: "left",
      align: "right",
      responsive: ["md"],
      render: (_, { left_out }) => format.number(left_out),
    },
    {
      title: say("开始", "Began"),
      key: "at",
      responsive: ["md"],
      render: (_, { started_at, started_by }) => (
        <>
          <Instant at={started_at} relative /> <span className="quiet">{whoWord(started_by, say)}</span>
        </>
      ),
    },
    { title: say("状态", "State"), key: "state", render: (_, { state }) => <StateTag of={mailingWord(state, say)} /> },
    { key: "act", render: (_, mailing) => <Decide mailing={mailing} /> },
  ];
  return <Table rowKey="id" columns={columns} dataSource={mailings} pagination={false} scroll={{ x: "max-content" }} />;
}

function Decide({ mailing }: { mailing: Mailing }) {
  const say = useSay();
  const stop = {
    verb: "stop" as const,
    label: say("停止", "Stop"),
    about: <p>{say("当前批次完成后停止，已发出的不撤回。", "It stops after this slice. What went out stays out.")}</p>,
  };
  const resume = {
    verb: "resume" as const,
    label: say("继续", "Go on"),
    about: <p>{say("从停下的地方继续，不会重复发送。", "It goes on where it stopped; nobody is told twice.")}</p>,
  };
  const decisions = mailing.state === "running" ? [stop] : mailing.state === "stopped" ? [resume] : [];
  return (
    <DecidePlan<"stop" | "resume", Mailing>
      needs="messages:write"
      decisions={decisions}
      act={(verb, key) => decideMailing(mailing.id, verb, key)}
      stale={[["mailings"]]}
    />
  );
}
