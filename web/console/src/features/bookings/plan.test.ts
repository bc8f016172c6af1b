import { describe, expect, it } from "vitest";
import type { Booking, Slot } from "../../shared/slots.ts";
import { timesOf } from "./Bookings.tsx";
import { planned, SLOTS_MAX, type Plan } from "./plan.ts";

const WEEK: Plan = {
  from: "2026-06-15",
  until: "2026-06-21",
  weekdays: [1, 6],
  begin: 10,
  end: 12,
  minutes: 60,
  places: 2,
  resource: "coach-li",
};

describe("times that are planned", () => {
  it("lie within the hours of the chosen days, in the program's zone", () => {
    const slots = planned(WEEK, "Asia/Shanghai", []);
    expect(slots.map(({ id }) => id)).toEqual([
      "2026-06-15-1000-coach-li",
      "2026-06-15-1100-coach-li",
      "2026-06-20-1000-coach-li",
      "2026-06-20-1100-coach-li",
    ]);
    expect(slots[0]).toEqual({
      id: "2026-06-15-1000-coach-li",
      from: "2026-06-15T02:00:00.000Z",
      until: "2026-06-15T03:00:00.000Z",
      places: 2,
      resource: "coach-li",
    });
  });

  it("leave out what is there, what does not fit, and more than may be set at once", () => {
    expect(planned(WEEK, "Asia/Shanghai", ["2026-06-15-1000-coach-li"])).toHaveLength(3);
    expect(planned({ ...WEEK, minutes: 90 }, "Asia/Shanghai", [])).toHaveLength(2);
    expect(planned({ ...WEEK, begin: 12, end: 10 }, "Asia/Shanghai", [])).toEqual([]);
    expect(planned({ ...WEEK, until: "2027-06-21", minutes: 5 }, "Asia/Shanghai", [])).toHaveLength(SLOTS_MAX + 1);
  });
});

it("bookings stand at their times, also where the time is over", () => {
  const slot = {
    id: "b",
    from: "2026-06-16T10:00:00Z",
    until: "2026-06-16T11:00:00Z",
    places: 2,
    free: 1,
  } satisfies Slot;
  const booking = (slot: string, from: string) => ({ slot, from, until: from, member: slot }) as unknown as Booking;
  const times = timesOf([slot], [booking("a", "2026-06-15T10:00:00Z"), booking("b", "2026-06-16T10:00:00Z")]);
  expect(times.map(({ id, slot, bookings }) => [id, slot?.free ?? null, bookings.length])).toEqual([
    ["a", null, 1],
    ["b", 1, 1],
  ]);
});
