import { dayOf } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Empty, Select, Space, Tag } from "antd";
import type { components } from "@jifen/api";
import { useState } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { useProgram, useSession } from "../../shared/session.tsx";
import { useBookings, useSlots, type Booking, type Slot } from "../../shared/slots.ts";
import { BookingActions } from "./BookingActions.tsx";
import { AddSlots } from "./AddSlots.tsx";
import { stateWord } from "./words.ts";

type Inventory = components["schemas"]["Inventory"];

/** Kinds that are given at a time rather than handed over. */
const AT_A_TIME = ["service", "experience", "travel"];

/** Rewards that are given at a time, from every kind of that sort. */
function useServices() {
  return useQuery({
    queryKey: ["rewards", "services"],
    queryFn: async () => {
      const pages = await Promise.all(
        AT_A_TIME.map((kind) => get<Inventory>("/v1/inventory", { query: { kind, limit: 200 } })),
      );
      return pages.flatMap(({ data }) => data).filter(({ retired }) => !retired);
    },
    staleTime: 60_000,
  });
}

/** Who comes when: the times of a service day by day, who has booked them, and what became of it. */
export default function Bookings() {
  const say = useSay();
  const name = useName();
  const [{ reward }, go] = useAddress(["reward"]);
  const services = useServices();
  const chosen = reward || (services.data?.[0]?.id ?? "");
  return (
    <Page title={say("预约", "Bookings")} needs="redemptions:read">
      <Answer
        query={services}
        empty={{
          when: (data) => data.length === 0,
          text: say(
            "还没有需要预约的商品。服务、体验与出行类商品可以设置时段。",
            "Nothing is to be booked yet. Services, experiences and travel can have times.",
          ),
          action: <Link to="/rewards?new=1">{say("新增商品", "Add a reward")}</Link>,
        }}
      >
        {(data) => (
          <>
            <div className="filters">
              <Select
                showSearch={{ optionFilterProp: "label" }}
                aria-label={say("哪项服务", "Which service")}
                value={chosen}
                onChange={(value: string) => go({ reward: value })}
                options={data.map((one) => ({ value: one.id, label: name(one.name) || one.id }))}
                style={{ width: 280, maxWidth: "100%" }}
              />
              <Link to={`/rewards/${encodeURIComponent(chosen)}`}>{say("查看商品", "See the reward")}</Link>
            </div>
            <Calendar key={chosen} reward={chosen} />
          </>
        )}
      </Answer>
    </Page>
  );
}

interface Time {
  /** What names it among the reward's. */
  id: string;
  from: string;
  until: string;
  resource: string | null;
  /** Nothing where the time is over. */
  slot: Slot | null;
  bookings: Booking[];
}

/** Times with who has booked them; times that are over are known by their bookings. */
export function timesOf(slots: Slot[], bookings: Booking[]): Time[] {
  const times = new Map<string, Time>();
  for (const slot of slots) {
    const { id, from, until, resource = null } = slot;
    times.set(id, { id, from, until, resource, slot, bookings: [] });
  }
  for (const booking of bookings) {
    const { slot: id, from, until, resource = null } = booking;
    const time = times.get(id) ?? { id, from, until, resource, slot: null, bookings: [] };
    time.bookings.push(booking);
    times.set(id, time);
  }
  return [...times.values()].sort((one, other) => Date.parse(one.from) - Date.parse(other.from));
}

function Calendar({ reward }: { reward: string }) {
  const say = useSay();
  const format = useFormat();
  const { zone } = useProgram();
  const { can } = useSession();
  const slots = useSlots(reward);
  const bookings = useBookings(reward);
  const [adding, setAdding] = useState(false);
  const add = can("rewards:write") && (
    <Button type="primary" onClick={() => setAdding(true)}>
      {say("添加时段", "Add times")}
    </Button>
  );
  const times = slots.data && bookings.data ? timesOf(slots.data, bookings.data) : null;
  const days = new Map<string, Time[]>();
  for (const time of times ?? []) {
    const day = dayOf(time.from, zone);
    days.set(day, [...(days.get(day) ?? []), time]);
  }
  return (
    <>
      {add && <div className="filters">{add}</div>}
      {!slots.data && <Answer query={slots}>{() => null}</Answer>}
      {slots.data && !bookings.data && <Answer query={bookings}>{() => null}</Answer>}
      {times?.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={say("还没有时段，会员暂时不能预约。", "There are no times: members cannot book yet.")}
        />
      )}
      <div className="grid halves">
        {[...days].map(([day, of]) => (
          <Card key={day} size="small" title={format.day(day)}>
            <div className="grid">
              {of.map((time) => (
                <OneTime key={time.id} time={time} free={slots.data ?? []} />
              ))}
            </div>
          </Card>
        ))}
      </div>
      {adding && (
        <AddSlots reward={reward} taken={(slots.data ?? []).map(({ id }) => id)} close={() => setAdding(false)} />
      )}
    </>
  );
}

function OneTime({ time, free }: { time: Time; free: Slot[] }) {
  const say = useSay();
  const format = useFormat();
  const { zone } = useProgram();
  const hour = (at: string) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(at));
  const { slot, resource, bookings } = time;
  return (
    <section aria-label={`${hour(time.from)}–${hour(time.until)}`}>
      <Space wrap>
        <strong>
          {hour(time.from)}–{hour(time.until)}
        </strong>
        {resource && <Tag>{resource}</Tag>}
        {slot && (
          <span className={slot.free === 0 ? "stale" : "quiet"}>
            {say(
              `已约 ${format.number(slot.places - slot.free)} / ${format.number(slot.places)}`,
              `${format.number(slot.places - slot.free)} of ${format.number(slot.places)} taken`,
            )}
          </span>
        )}
      </Space>
      {bookings.length > 0 && (
        <PlainTable
          caption={say("预约名单", "Who comes")}
          columns={[
            { label: say("会员", "Member") },
            { label: say("状态", "State") },
            { label: say("操作", "Actions") },
          ]}
          rows={bookings.map((booking) => {
            const { text, color } = stateWord(booking.state, say);
            return [
              <Link key="member" to={`/redemptions?show=all&open=${booking.redemption}`}>
                {booking.member}
                {booking.places > 1 && ` × ${booking.places}`}
              </Link>,
              <Tag key="state" color={color}>
                {text}
              </Tag>,
              <BookingActions key="actions" booking={booking} slots={free} />,
            ];
          })}
        />
      )}
    </section>
  );
}
