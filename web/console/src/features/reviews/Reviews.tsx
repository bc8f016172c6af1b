import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Drawer, Segmented, Space, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { eventWord } from "../../shared/events.ts";
import { Facts } from "../../shared/Facts.tsx";
import { get, send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { DecidePlan } from "../../shared/plans/DecidePlan.tsx";
import { whoWord } from "../../shared/who.ts";
import { reasonWord, stateWord, STATES } from "./words.ts";

type Schemas = components["schemas"];
type Review = Schemas["Review"];

/** Events that wait for a person: they came too late, or would bring more than the rules give alone. */
export default function Reviews() {
  const say = useSay();
  const [{ state, cursor, open }, go] = useAddress(["state", "cursor", "open"]);
  const chosen = STATES.find((known) => known === state) ?? "waiting";
  const page = useQuery({
    queryKey: ["reviews", chosen, cursor],
    queryFn: () => get<Schemas["ReviewPage"]>("/v1/reviews", { query: { state: chosen, cursor } }),
  });
  const columns: TableProps<Review>["columns"] = [
    {
      title: say("事件", "Event"),
      key: "type",
      render: (_, review) => (
        <a
          href={`?open=${encodeURIComponent(review.id)}`}
          onClick={(event) => {
            event.preventDefault();
            go({ open: review.id });
          }}
        >
          {eventWord(review.event_type, say)}
        </a>
      ),
    },
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, { member }) => <Link to={`/members/${encodeURIComponent(member)}`}>{member}</Link>,
    },
    { title: say("为何等待", "Why it waits"), key: "reason", render: (_, { reason }) => reasonWord(reason, say) },
    { title: say("发生", "Happened"), key: "time", render: (_, { time }) => <Instant at={time} /> },
    {
      title: say("收到", "Came"),
      key: "received",
      responsive: ["md"],
      render: (_, { received_at }) => <Instant at={received_at} />,
    },
  ];
  return (
    <Page title={say("待审事件", "Events to review")} needs="reviews:read">
      <div className="filters">
        <Segmented
          aria-label={say("显示哪些", "Which to show")}
          value={chosen}
          onChange={(to) => go({ state: to === "waiting" ? null : to, cursor: null })}
          options={STATES.map((value) => ({ value, label: stateWord(value, say).text }))}
        />
      </div>
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text:
            chosen === "waiting"
              ? say(
                  "没有等待的事件。上报过晚、或获得积分异常多的事件会停在这里。",
                  "Nothing waits. Events that come late or bring unusually many points stop here.",
                )
              : say("这里还没有事件。", "No events here yet."),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="id" columns={columns} dataSource={data} pagination={false} scroll={{ x: "max-content" }} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
            <Drawer
              open={open !== ""}
              onClose={() => go({ open: null })}
              size={640}
              title={say("待审事件", "Event to review")}
              destroyOnHidden
            >
              {data
                .filter(({ id }) => id === open)
                .map((review) => (
                  <Open key={review.id} review={review} />
                ))}
            </Drawer>
          </>
        )}
      </Answer>
    </Page>
  );
}

function Open({ review }: { review: Review }) {
  const say = useSay();
  const { text, color } = stateWord(review.state, say);
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <div>
        <Tag color={color}>{text}</Tag> {reasonWord(review.reason, say)}
        {review.decided_at && (
          <span className="quiet">
            {" "}
            · {review.decided_by && whoWord(review.decided_by, say)} · <Instant at={review.decided_at} />
          </span>
        )}
      </div>
      <Facts title={say("事件", "Event")} facts={review.event as Record<string, unknown>} />
      {review.state === "waiting" && (
        <DecidePlan<"accept" | "dismiss", Schemas["Decision"]>
          needs="reviews:write"
          decisions={[
            {
              verb: "accept",
              label: say("准予计分", "Let it count"),
              about: (
                <p>
                  {say(
                    "按事件发生当天的规则计分，会员可在明细中看到。",
                    "It is judged by the rules of its own day; the member sees it in the history.",
                  )}
                </p>
              ),
              primary: true,
            },
            {
              verb: "dismiss",
              label: say("不计分", "Let it go"),
              about: <p>{say("事件不产生任何积分，留作记录。", "It brings nothing and is kept on record.")}</p>,
            },
          ]}
          act={(verb, key) =>
            send("POST", `/v1/reviews/${encodeURIComponent(review.id)}/${verb}`, {
              headers: { "Idempotency-Key": key },
            })
          }
          stale={[["reviews"], ["members"]]}
        />
      )}
    </Space>
  );
}
