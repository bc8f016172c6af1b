import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { useState } from "react";
import { Points } from "../Points.tsx";
import { type Program, useNameOf } from "../program.ts";
import type { Entry } from "./data.ts";
import { keyOf, texts } from "./texts.ts";
import { Why } from "./Why.tsx";

/** The points that a change is about: what moved, where nothing usable changed (points to come). */
export function shownPoints(entry: Entry): number {
  return entry.points === 0 && (entry.kind === "earn" || entry.kind === "extend") ? entry.amount : entry.points;
}

/** Whether points came or went: a later date changes how long they live, not how many there are. */
export function isSigned(entry: Entry): boolean {
  return entry.kind !== "extend";
}

/** What changes are called that a redemption or a deduction at checkout caused. */
const BY_CAUSE: Record<string, Record<string, keyof typeof texts>> = {
  redemption: { spend: "redeem", capture: "redeem", hold: "redeem.hold", reverse: "redeem.reverse" },
  deduction: { spend: "deduct", capture: "deduct", hold: "deduct.hold", reverse: "deduct.reverse" },
};

/** What a change is called: the source of what was earned, else what happened. */
export function useTitleOf(program: Program) {
  const t = useTexts(texts);
  const nameOf = useNameOf();
  return (entry: Entry): string => {
    if (entry.kind === "earn" && entry.cause.source) return nameOf(program.sources, entry.cause.source);
    const key = BY_CAUSE[entry.cause.type]?.[entry.kind];
    if (key) return t(key as "other");
    return t(keyOf(entry.kind, "other") as "other");
  };
}

/** A change in a list, with its "why". */
export function EntryRow({ entry, program }: { entry: Entry; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const titleOf = useTitleOf(program);
  const [open, setOpen] = useState(false);
  const points = shownPoints(entry);
  const title = titleOf(entry);
  const waits = entry.kind === "earn" && entry.to === "pending";
  return (
    <li className="row entry">
      <div>
        <span className="entry-title">{title}</span>
        <time dateTime={entry.effective_at} className="quiet small">
          {formatInstant(entry.effective_at, lang, program.zone, "minute")}
          {entry.cause.order && ` · ${t("trace.order", { order: entry.cause.order })}`}
        </time>
        {entry.cause.reason && <span className="quiet small">{entry.cause.reason}</span>}
      </div>
      <div className="entry-right">
        <Points
          n={points}
          sign={isSigned(entry)}
          unit={program.units.length > 1 ? nameOf(program.units, entry.unit) : ""}
        />
        {waits && <span className="quiet small">{t("pending")}</span>}
        <button
          type="button"
          className="link small"
          aria-label={t("why.of", { what: title, points: formatPoints(points, lang, { sign: isSigned(entry) }) })}
          onClick={() => setOpen(true)}
        >
          {t("why")}
        </button>
      </div>
      {open && <Why entry={entry} program={program} title={title} onClose={() => setOpen(false)} />}
    </li>
  );
}
