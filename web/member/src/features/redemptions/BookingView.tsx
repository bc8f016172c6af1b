import { ApiProblem, type components, data, idempotencyKey } from "@jifen/api";
import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queries } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { Sheet } from "../../shared/Sheet.tsx";
import { type Slot, useSlots } from "../../shared/slots.ts";
import type { Redemption } from "./data.ts";
import { texts } from "./texts.ts";

type Booking = components["schemas"]["Booking"];

/** The time that a redemption has; nothing where none was ever booked. */
function useBooking(id: string) {
  return useQuery({
    queryKey: ["booking", id],
    queryFn: async (): Promise<Booking | null> => {
      try {
        return await data(api.GET("/v1/redemptions/{id}/booking", { params: { path: { id } } }));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
    refetchOnWindowFocus: "always",
  });
}

interface BookingProps {
  redemption: Redemption;
  zone: string;
}

/** When a service is had: choose a time, another one, or none for now. Nothing where it has no times. */
export function BookingView({ redemption, zone }: BookingProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const slots = useSlots(redemption.reward);
  const booking = useBooking(redemption.id);
  const [choosing, setChoosing] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const booked = booking.data?.state === "booked" ? booking.data : null;
  const past = booking.data && !booked ? booking.data : null;
  if (booking.data === undefined || (!booking.data && !slots.data?.length)) return null;
  const open = redemption.state === "open";
  const at = (instant: string) => formatInstant(instant, lang, zone, "minute");
  return (
    <section className="balance" aria-label={t("booking")}>
      <h2>{t("booking")}</h2>
      {booked && (
        <>
          <p className="lead">
            <time dateTime={booked.from}>{at(booked.from)}</time>
          </p>
          {booked.resource && <p className="quiet">{t("booking.with", { who: booked.resource })}</p>}
          <p className="quiet small">{t("booking.until", { at: at(booked.changeable_until) })}</p>
        </>
      )}
      {past?.state === "done" && <p>{t("booking.done", { at: at(past.from) })}</p>}
      {past?.state === "missed" && <p>{t("booking.missed", { at: at(past.from) })}</p>}
      {!booked && open && past?.state !== "done" && <p>{t("booking.none")}</p>}
      {open && past?.state !== "done" && (
        <div className="actions">
          <button type="button" className={booked ? "button plain" : "button"} onClick={() => setChoosing(true)}>
            {booked ? t("booking.move") : t("booking.choose")}
          </button>
          {booked && (
            <button type="button" className="button plain" onClick={() => setLeaving(true)}>
              {t("booking.cancel")}
            </button>
          )}
        </div>
      )}
      {choosing && (
        <Times redemption={redemption} slots={slots.data ?? []} zone={zone} onClose={() => setChoosing(false)} />
      )}
      {leaving && booked && (
        <Leaving redemption={redemption.id} at={at(booked.from)} onClose={() => setLeaving(false)} />
      )}
    </section>
  );
}

/** After a change, also where no answer came: what is shown next is what the server knows. */
function refresh(): void {
  for (const key of ["booking", "slots", "redemptions"]) void queries.invalidateQueries({ queryKey: [key] });
}

interface TimesProps {
  redemption: Redemption;
  slots: Slot[];
  zone: string;
  onClose: () => void;
}

function Times({ redemption, slots, zone, onClose }: TimesProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const [key] = useState(idempotencyKey);
  const book = useMutation({
    mutationFn: (slot: string) => {
      // Another time is another request; the same one pressed twice counts once.
      const params = { path: { id: redemption.id }, header: { "Idempotency-Key": `${key}-${slot}` } };
      return data(api.POST("/v1/redemptions/{id}/booking", { params, body: { slot } }));
    },
    onSuccess: onClose,
    onSettled: refresh,
  });
  const days = byDay(slots, (slot) => formatInstant(slot.from, lang, zone, "day"));
  const hour = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  return (
    <Sheet title={t("booking.choose")} onClose={onClose}>
      {slots.length === 0 && <p>{t("booking.no_times")}</p>}
      {book.error && <Failed error={book.error} />}
      {days.map(([day, of]) => (
        <section key={day}>
          <h3>{day}</h3>
          <div className="times">
            {of.map((slot) => (
              <button
                key={slot.id}
                type="button"
                className="time"
                disabled={book.isPending || slot.free < redemption.quantity}
                onClick={() => book.mutate(slot.id)}
              >
                <time dateTime={slot.from}>{hour.format(new Date(slot.from))}</time>
                {slot.resource && <span className="small">{slot.resource}</span>}
                <span className="quiet small">
                  {slot.free < redemption.quantity
                    ? t("booking.full")
                    : t("booking.free", { n: formatPoints(slot.free, lang) })}
                </span>
              </button>
            ))}
          </div>
        </section>
      ))}
    </Sheet>
  );
}

function byDay(slots: Slot[], dayOf: (slot: Slot) => string): [string, Slot[]][] {
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    const day = dayOf(slot);
    days.set(day, [...(days.get(day) ?? []), slot]);
  }
  return [...days];
}

function Leaving({ redemption, at, onClose }: { redemption: string; at: string; onClose: () => void }) {
  const t = useTexts(texts);
  const [key] = useState(idempotencyKey);
  const cancel = useMutation({
    mutationFn: () => {
      const params = { path: { id: redemption }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/redemptions/{id}/booking/cancel", { params, body: {} }));
    },
    onSuccess: onClose,
    onSettled: refresh,
  });
  return (
    <Sheet title={t("booking.cancel")} onClose={onClose}>
      <p>{t("booking.cancel.ask", { at })}</p>
      {cancel.error && <Failed error={cancel.error} />}
      <button type="button" className="button stop" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        {cancel.isPending ? t("busy") : t("booking.cancel.yes")}
      </button>
      <button type="button" className="button plain" onClick={onClose}>
        {t("not")}
      </button>
    </Sheet>
  );
}
