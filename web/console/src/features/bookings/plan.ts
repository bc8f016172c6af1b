import type { NewSlot } from "../../shared/slots.ts";
import { startOfDay } from "../../shared/zoned.ts";

/** The most times that are set at once. */
export const SLOTS_MAX = 200;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Times as a person describes them. */
export interface Plan {
  /** First and last day. */
  from: string;
  until: string;
  /** 1 is Monday. */
  weekdays: number[];
  /** Hours of the day. */
  begin: number;
  end: number;
  /** How long each is. */
  minutes: number;
  places: number;
  resource: string;
}

/** Times of a plan, one after the other within each day's hours; none that is there already, one more than allowed at most. */
export function planned(plan: Plan, zone: string, taken: string[]): NewSlot[] {
  const slots: NewSlot[] = [];
  const length = plan.minutes * MINUTE_MS;
  const last = Date.parse(`${plan.until}T00:00:00Z`);
  for (let day = Date.parse(`${plan.from}T00:00:00Z`); day <= last; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay() || 7;
    if (!plan.weekdays.includes(weekday)) continue;
    const date = new Date(day).toISOString().slice(0, 10);
    const midnight = Date.parse(startOfDay(date, zone));
    const end = midnight + plan.end * HOUR_MS;
    for (let at = midnight + plan.begin * HOUR_MS; at + length <= end; at += length) {
      const minute = (at - midnight) / MINUTE_MS;
      const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}${String(minute % 60).padStart(2, "0")}`;
      const id = `${date}-${clock}${plan.resource ? `-${plan.resource}` : ""}`.slice(0, 64);
      if (taken.includes(id)) continue;
      slots.push({
        id,
        from: new Date(at).toISOString(),
        until: new Date(at + length).toISOString(),
        places: plan.places,
        ...(plan.resource ? { resource: plan.resource } : {}),
      });
      if (slots.length > SLOTS_MAX) return slots;
    }
  }
  return slots;
}
