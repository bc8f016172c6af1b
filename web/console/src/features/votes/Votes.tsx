import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Popconfirm, Progress, Space, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get, send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useActionKey } from "../../shared/key.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { Pager } from "../../shared/Pager.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";
import { NewVote } from "./NewVote.tsx";

type Schemas = components["schemas"];
type Vote = Schemas["Vote"];

/** What members were asked to choose, and what they chose. */
export default function Votes() {
  const say = useSay();
  const { can } = useSession();
  const [{ cursor }, go] = useAddress(["cursor"]);
  const [asking, setAsking] = useState(false);
  const page = useQuery({
    queryKey: ["votes", cursor],
    queryFn: () => get<Schemas["VotePage"]>("/v1/votes", { query: { cursor } }),
    refetchInterval: 30_000,
  });
  const ask = can("rewards:write") && (
    <Button type="primary" onClick={() => setAsking(true)}>
      {say("发起投票", "Ask members")}
    </Button>
  );
  return (
    <Page title={say("投票", "Votes")} needs="rewards:read" actions={ask}>
      <Answer
        query={page}
        rows={6}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say(
            "还没有投票。请会员选出下一款商品，得票最多的可直接成为商品草稿。",
            "No vote yet. Let members choose the next reward; what wins can become its draft.",
          ),
          action: ask,
        }}
      >
        {({ data, next_cursor }) => (
          <>
            <div className="grid halves">
              {data.map((vote) => (
                <One key={vote.id} vote={vote} />
              ))}
            </div>
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      {asking && <NewVote close={() => setAsking(false)} />}
    </Page>
  );
}

function One({ vote }: { vote: Vote }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const { can } = useSession();
  const cast = vote.options.reduce((sum, { ballots }) => sum + (ballots ?? 0), 0);
  const states: Record<string, [string, string]> = {
    planned: ["blue", say("未开始", "Planned")],
    open: ["green", say("进行中", "Open")],
    closed: ["default", say("已结束", "Over")],
  };
  const [color, state] = states[vote.state] ?? ["default", vote.state];
  return (
    <Card size="small" title={name(vote.name)} extra={<Tag color={color}>{state}</Tag>}>
      <p className="quiet">
        <Instant at={vote.from} /> – <Instant at={vote.until} /> ·{" "}
        {say(`${format.number(cast)} 票`, `${format.number(cast)} votes`)}
      </p>
      <ul className="bare">
        {vote.options.map((option) => {
          const ballots = option.ballots ?? 0;
          const label = name(option.name);
          return (
            <li key={option.id}>
              {label} {vote.winner === option.id && <Tag color="gold">{say("胜出", "Won")}</Tag>}
              <Progress
                percent={cast === 0 ? 0 : Math.round((ballots * 100) / cast)}
                format={(percent) => `${format.number(ballots)} · ${percent ?? 0}%`}
                aria-label={label}
                status="normal"
                size="small"
              />
            </li>
          );
        })}
      </ul>
      <Space wrap>
        {vote.reward && (
          <Link to={`/rewards/${encodeURIComponent(vote.reward)}`}>
            {say("查看商品草稿", "See the reward it became")}
          </Link>
        )}
        {vote.state === "open" && can("rewards:write") && <Close vote={vote} />}
      </Space>
    </Card>
  );
}

function Close({ vote }: { vote: Vote }) {
  const say = useSay();
  const [key, nextKey] = useActionKey();
  const { run, busy, problem } = useChange<null, Vote>({
    act: async () => ({
      done: true,
      value: await send<Vote>("POST", `/v1/votes/${encodeURIComponent(vote.id)}/close`, {
        headers: { "Idempotency-Key": key },
      }),
    }),
    stale: [["votes"], ["rewards"]],
    done: say("投票已结束", "The vote is over"),
    settled: nextKey,
  });
  return (
    <>
      <Popconfirm
        title={say("现在结束并计票？结束后不能再投。", "Count it now? Nobody can choose any more.")}
        okText={say("结束", "Count it")}
        cancelText={say("取消", "Cancel")}
        onConfirm={() => run(null)}
      >
        <Button size="small" loading={busy}>
          {say("提前结束", "End it now")}
        </Button>
      </Popconfirm>
      {problem && <ProblemView problem={problem} />}
    </>
  );
}
