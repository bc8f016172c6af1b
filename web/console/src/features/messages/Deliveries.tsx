import { Button, Segmented, Space, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { retryDelivery, useDeliveries, useMessageKinds, type Delivery } from "./api.ts";
import { STATES, channelWord, skipWord, stateWord } from "./words.ts";

/** What left the house; what failed comes first and can be tried again. */
export function Deliveries() {
  const say = useSay();
  const [{ state, cursor }, go] = useAddress(["state", "cursor"]);
  const chosen = STATES.find((known) => known === state) ?? "failed";
  const page = useDeliveries(chosen, cursor);
  const options = STATES.map((value) => ({ value, label: stateWord(value, say).text }));
  // Two states have one word for people: they follow each other within a second.
  const shown = options.filter(({ value }) => value !== "ready");
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <Segmented
        options={shown}
        value={chosen}
        onChange={(to) => go({ state: to === "failed" ? null : to, cursor: null })}
      />
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text:
            chosen === "failed"
              ? say("没有失败的投递。", "Nothing failed.")
              : say("没有这个状态的投递。", "Nothing stands there."),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <List deliveries={data} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
    </Space>
  );
}

function List({ deliveries }: { deliveries: Delivery[] }) {
  const say = useSay();
  const name = useName();
  const kinds = useMessageKinds().data?.data ?? [];
  const columns: TableProps<Delivery>["columns"] = [
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, { member }) => <Link to={`/members/${encodeURIComponent(member)}`}>{member}</Link>,
    },
    {
      title: say("消息", "Message"),
      key: "kind",
      render: (_, { kind }) => name(kinds.find(({ id }) => id === kind)?.name) || kind,
    },
    {
      title: say("渠道", "Channel"),
      key: "channel",
      render: (_, delivery) => <Ways delivery={delivery} />,
    },
    {
      title: say("状态", "State"),
      key: "state",
      render: (_, { state }) => {
        const { text, color } = stateWord(state, say);
        return <Tag color={color}>{text}</Tag>;
      },
    },
    {
      title: say("时间", "Time"),
      key: "at",
      responsive: ["md"],
      render: (_, delivery) => <Instant at={delivery.sent_at ?? delivery.due_at ?? delivery.made_at} />,
    },
    {
      title: say("说明", "About"),
      key: "about",
      render: (_, delivery) => delivery.error ?? delivery.to ?? "–",
    },
    {
      key: "act",
      render: (_, delivery) => delivery.state === "failed" && <Retry delivery={delivery} />,
    },
  ];
  return (
    <Table rowKey="id" columns={columns} dataSource={deliveries} pagination={false} scroll={{ x: "max-content" }} />
  );
}

/** The channel that is tried or carried it, and those that did not. */
function Ways({ delivery }: { delivery: Delivery }) {
  const say = useSay();
  const skipped = delivery.skipped.map(({ channel, why }) => `${channelWord(channel, say)}：${skipWord(why, say)}`);
  return (
    <>
      {delivery.channel && <div>{channelWord(delivery.channel, say)}</div>}
      {skipped.map((line) => (
        <div key={line} className="quiet">
          {line}
        </div>
      ))}
    </>
  );
}

function Retry({ delivery }: { delivery: Delivery }) {
  const say = useSay();
  const { can } = useSession();
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<null, Delivery>({
    act: async () => ({ done: true, value: await retryDelivery(delivery.id, key) }),
    stale: [["deliveries"]],
    done: say("将重新发送", "It is tried again"),
    settled: nextKey,
  });
  if (!can("messages:write")) return null;
  return (
    <>
      <Button size="small" loading={busy} onClick={() => run(null)}>
        {say("重试", "Try again")}
      </Button>
      {problem && <ProblemView problem={problem} retry={() => run(null)} />}
    </>
  );
}
