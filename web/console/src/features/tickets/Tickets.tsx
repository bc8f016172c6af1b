import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Segmented, Space, Table, Tag, type TableProps } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { AnswerForm } from "./AnswerForm.tsx";
import { aboutWord, resultWord, STATES, stateWord } from "./words.ts";

type Schemas = components["schemas"];
type Ticket = Schemas["Ticket"];

/** What members appeal against, dispute and suggest; what must be answered next comes first. */
export default function Tickets() {
  const say = useSay();
  const name = useName();
  const [{ state, cursor, open }, go] = useAddress(["state", "cursor", "open"]);
  const chosen = STATES.find((known) => known === state) ?? "waiting";
  const page = useQuery({
    queryKey: ["tickets", chosen, cursor],
    queryFn: () => get<Schemas["TicketPage"]>("/v1/tickets", { query: { state: chosen, cursor } }),
    refetchInterval: 30_000,
  });
  const columns: TableProps<Ticket>["columns"] = [
    {
      title: say("类型", "Kind"),
      key: "kind",
      render: (_, ticket) => (
        <Button type="link" className="cell-link" onClick={() => go({ open: ticket.id })}>
          {name(ticket.name) || ticket.kind}
        </Button>
      ),
    },
    {
      title: say("会员", "Member"),
      key: "member",
      render: (_, { member }) => <Link to={`/members/${encodeURIComponent(member)}`}>{member}</Link>,
    },
    {
      title: say("关于", "About"),
      key: "about",
      responsive: ["md"],
      render: (_, { about }) => (about ? aboutWord(about, say) : "–"),
    },
    { title: say("提交", "Sent"), key: "at", render: (_, { opened_at }) => <Instant at={opened_at} relative /> },
    {
      title: say("时限", "Due"),
      key: "due",
      render: (_, ticket) => <Due ticket={ticket} />,
    },
  ];
  return (
    <Page title={say("申诉与建议", "Appeals and suggestions")} needs="tickets:read">
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
              ? say("没有待答复的申诉或建议。", "Nobody waits for an answer.")
              : say("这里还没有记录。", "Nothing here yet."),
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <Table rowKey="id" columns={columns} dataSource={data} pagination={false} scroll={{ x: "max-content" }} />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      <TicketDrawer id={open} close={() => go({ open: null })} />
    </Page>
  );
}

function Due({ ticket }: { ticket: Ticket }) {
  const say = useSay();
  if (ticket.state === "closed") return ticket.result ? <>{resultWord(ticket.result, say)}</> : <>–</>;
  const by = ticket.state === "waiting" ? (ticket.respond_by ?? ticket.resolve_by) : ticket.resolve_by;
  return (
    <>
      <Instant at={by} relative /> {ticket.overdue && <Tag color="red">{say("超时", "Late")}</Tag>}
    </>
  );
}

function TicketDrawer({ id, close }: { id: string; close: () => void }) {
  const say = useSay();
  const ticket = useQuery({
    queryKey: ["tickets", "one", id],
    queryFn: () => get<Ticket>(`/v1/tickets/${encodeURIComponent(id)}`),
    enabled: id !== "",
  });
  return (
    <Drawer open={id !== ""} onClose={close} size={640} title={say("申诉与建议", "Ticket")} destroyOnHidden>
      {id && <Answer query={ticket}>{(found) => <Open ticket={found} />}</Answer>}
    </Drawer>
  );
}

function Open({ ticket }: { ticket: Ticket }) {
  const say = useSay();
  const name = useName();
  const { text, color } = stateWord(ticket.state, say);
  const gone = say("内容已随会员资料删除", "erased with the member's data");
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <div>
        <Tag color={color}>{text}</Tag>
        {ticket.result && <Tag>{resultWord(ticket.result, say)}</Tag>}
        {name(ticket.name)} · <Link to={`/members/${encodeURIComponent(ticket.member)}`}>{ticket.member}</Link>
        {ticket.about && (
          <>
            {" "}
            · <AboutLink ticket={ticket} />
          </>
        )}
      </div>
      <section>
        <div className="quiet">
          <Instant at={ticket.opened_at} />
        </div>
        <p className="said">{ticket.text ?? gone}</p>
      </section>
      {threadOf(ticket).map((said, place) => (
        <section key={place}>
          <div className="quiet">
            {said.by ?? say("会员补充", "The member added")} · <Instant at={said.at} />
          </div>
          <p className="said">{said.text ?? gone}</p>
        </section>
      ))}
      {ticket.state !== "closed" && (
        <>
          <div>
            {say("时限", "Due")} <Due ticket={ticket} />
          </div>
          <AnswerForm key={ticket.answers.length} ticket={ticket.id} />
        </>
      )}
    </Space>
  );
}

/** What was said after the first words, by both sides, in its order. */
function threadOf({ answers, added }: Ticket) {
  const members = added.map(({ at, text, after }) => ({ at, text, by: null, after }));
  const staff = answers.map(({ at, text, by }, place) => ({ at, text, by: by ?? null, after: place + 0.5 }));
  return [...members, ...staff].sort((one, other) => one.after - other.after || one.at.localeCompare(other.at));
}

/** What a ticket is about, as a way there. */
function AboutLink({ ticket: { member, about } }: { ticket: Ticket }) {
  const say = useSay();
  if (!about) return null;
  const of = `/members/${encodeURIComponent(member)}`;
  const places: Record<string, string> = {
    entry: `${of}?tab=history&trace=${about.id ?? ""}`,
    freeze: of,
    order: `${of}?tab=history`,
    redemption: `/redemptions?open=${encodeURIComponent(about.id ?? "")}`,
  };
  return <Link to={places[about.of] ?? of}>{aboutWord(about, say)}</Link>;
}
