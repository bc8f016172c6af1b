import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { DatePicker, Input, Select, Space, Tag } from "antd";
import dayjs from "dayjs";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { Points } from "../../shared/Points.tsx";

type Schemas = components["schemas"];
type Board = Schemas["Leaderboard"];
type Places = Schemas["BoardPlaces"];

function useBoards() {
  return useQuery({
    queryKey: ["leaderboards"],
    queryFn: () => get<Schemas["Leaderboards"]>("/v1/leaderboards"),
    staleTime: 60_000,
  });
}

function usePlaces(board: Board | undefined, period: string, store: string) {
  return useQuery({
    queryKey: ["leaderboards", board?.id, period, store],
    queryFn: () => get<Places>(`/v1/leaderboards/${encodeURIComponent(board?.id ?? "")}`, { query: { period, store } }),
    enabled: board !== undefined && (!board.by_store || store !== ""),
    refetchInterval: 30_000,
    placeholderData: (before) => (before?.id === board?.id ? before : undefined),
  });
}

/** Who is in front on each board, in any period, and what the first places got. */
export default function Leaderboards() {
  const say = useSay();
  const name = useName();
  const [{ board: chosen, period, store }, go] = useAddress(["board", "period", "store"]);
  const boards = useBoards();
  const board = boards.data?.data.find(({ id }) => id === chosen) ?? boards.data?.data[0];
  const places = usePlaces(board, period, store);
  return (
    <Page title={say("排行榜", "Leaderboards")} needs="members:read">
      <Answer
        query={boards}
        empty={{
          when: ({ data }) => data.length === 0,
          text: say("方案里还没有排行榜。", "The program has no leaderboards yet."),
          action: <Link to="/program?tab=drafts">{say("新建规则草稿", "Open a draft")}</Link>,
        }}
      >
        {({ data }) => (
          <>
            <div className="filters">
              <Select
                aria-label={say("哪个榜", "Which board")}
                value={board?.id ?? null}
                onChange={(value: string) => go({ board: value })}
                options={data.map((one) => ({ value: one.id, label: name(one.name) || one.id }))}
                style={{ width: 220 }}
              />
              <DatePicker
                aria-label={say("哪一期（期内任意一天）", "A day of the period")}
                placeholder={say("本期", "Now")}
                value={period ? dayjs(period) : null}
                onChange={(day) => go({ period: day ? day.format("YYYY-MM-DD") : null })}
              />
              {board?.by_store && (
                <Input.Search
                  key={store}
                  defaultValue={store}
                  placeholder={say("门店编号", "Shop")}
                  aria-label={say("门店", "Shop")}
                  onSearch={(value) => go({ store: value.trim() })}
                  style={{ width: 180 }}
                />
              )}
            </div>
            {board?.by_store && store === "" ? (
              <p>{say("请先选择门店。", "Choose a shop first.")}</p>
            ) : (
              <Answer query={places}>{(found) => board && <Shown board={board} places={found} />}</Answer>
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}

function Shown({ board, places }: { board: Board; places: Places }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const score = (value: number) => (board.by === "event" ? format.number(value) : <Points value={value} />);
  const last = dayjs(places.until).subtract(1, "day").format("YYYY-MM-DD");
  const who = (member: string | null | undefined, alias: Places["data"][number]["alias"]) =>
    member ? <Link to={`/members/${encodeURIComponent(member)}`}>{member}</Link> : name(alias);
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <div>
        {format.day(places.from)} – {format.day(last)}{" "}
        {places.over ? <Tag>{say("已结束", "Over")}</Tag> : <Tag color="green">{say("进行中", "Running")}</Tag>}
      </div>
      {places.data.length === 0 ? (
        <p className="quiet">{say("这一期还没有人上榜。", "Nobody is on it in this period.")}</p>
      ) : (
        <PlainTable
          captioned
          caption={say("名次", "Places")}
          columns={[
            { label: say("名次", "Place"), numeric: true },
            { label: say("会员", "Member") },
            { label: say("分数", "Score"), numeric: true },
            { label: say("达到时间", "Reached") },
          ]}
          rows={places.data.map((place) => [
            place.place,
            who(place.member, place.alias),
            score(place.score),
            <Instant key="at" at={place.reached_at} />,
          ])}
        />
      )}
      {places.winners.length > 0 && (
        <PlainTable
          captioned
          caption={say("奖励发放", "Prizes")}
          columns={[
            { label: say("名次", "Place"), numeric: true },
            { label: say("会员", "Member") },
            { label: say("分数", "Score"), numeric: true },
            { label: say("状态", "State") },
          ]}
          rows={places.winners.map((winner) => [
            winner.place,
            who(winner.member, winner.alias),
            score(winner.score),
            winner.given ? say("已发放", "given") : say("待发放", "to be given"),
          ])}
        />
      )}
    </Space>
  );
}
