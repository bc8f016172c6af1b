import { idempotencyKey } from "@jifen/api";
import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { useEntries } from "../../shared/entries/data.ts";
import { shownPoints, useTitleOf } from "../../shared/entries/EntryRow.tsx";
import { Failed } from "../../shared/Failed.tsx";
import type { Program } from "../../shared/program.ts";
import { useTap } from "../../shared/useTap.ts";
import { type About, type Kind, useLatestRedemptions, useOpen } from "./data.ts";
import { texts } from "./texts.ts";
import { useAboutWords, useDeadlineWords } from "./words.ts";

interface Props {
  kinds: Kind[];
  /** Characters at most. */
  most: number;
  /** What it is about, where a page led here. */
  given: About | null;
  program: Program;
}

/** Writes to people: which kind, about what, in the member's own words. */
export function NewTicket({ kinds, most, given, program }: Props) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const aboutWords = useAboutWords();
  const deadline = useDeadlineWords();
  const fit = given ? kinds.filter(({ about }) => about.includes(given.of)) : kinds;
  const offered = fit.length > 0 ? fit : kinds;
  const [chosen, setChosen] = useState(offered[0]?.id);
  const [picked, setPicked] = useState("");
  const [said, setSaid] = useState("");
  const [key, setKey] = useState(idempotencyKey);
  const open = useOpen(key);
  const kind = offered.find(({ id }) => id === chosen) ?? offered[0];
  const needs = (kind?.about.length ?? 0) > 0;
  const fixed = given && kind?.about.includes(given.of) ? given : null;
  const about = needs ? (fixed ?? read(picked)) : null;
  const ready = kind !== undefined && said.trim() !== "" && (!needs || about !== null);
  const tap = useTap({
    mutateAsync: async () => {
      if (!ready) return;
      await open.mutateAsync({ kind: kind.id, text: said.trim(), ...(about ? { about } : {}) });
      setSaid("");
      setPicked("");
      // The next one is another.
      setKey(idempotencyKey());
    },
  });
  if (!kind) return null;
  const left = most - said.length;
  return (
    <section className="form">
      <fieldset className="choice one-a-line">
        <legend>{t("kind")}</legend>
        {offered.map((one) => (
          <label key={one.id}>
            <input type="radio" name="kind" checked={one.id === kind.id} onChange={() => setChosen(one.id)} />
            <span>
              {text(one.name)} <span className="quiet small">{deadline(one)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {needs && fixed && <p>{aboutWords(fixed)}</p>}
      {needs && !fixed && <Picker kinds={kind.about} program={program} picked={picked} onPick={setPicked} />}
      <label>
        <span>{t("text")}</span>
        <textarea rows={4} maxLength={most} value={said} onChange={(event) => setSaid(event.target.value)} />
      </label>
      <p className="quiet small">
        {t("text.kept")} {left < 200 && t("text.left", { n: left })}
      </p>
      {open.error && <Failed error={open.error} />}
      <button type="button" className="button" disabled={!ready || open.isPending} onClick={tap}>
        {open.isPending ? t("busy") : t("send")}
      </button>
      {open.data && said === "" && (
        <p role="status">
          ✓{" "}
          {t("sent", {
            at: formatInstant(open.data.respond_by ?? open.data.resolve_by, lang, program.zone, "minute"),
          })}
        </p>
      )}
    </section>
  );
}

/** Reads a choice such as `order:o-1`. */
function read(picked: string): About | null {
  const at = picked.indexOf(":");
  if (picked === "") return null;
  return at < 0 ? { of: picked } : { of: picked.slice(0, at), id: picked.slice(at + 1) };
}

interface PickerProps {
  /** What it may be about. */
  kinds: string[];
  program: Program;
  picked: string;
  onPick: (picked: string) => void;
}

/** Chooses what it is about, among the latest of everything it may be. */
function Picker({ kinds, program, picked, onPick }: PickerProps) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const titleOf = useTitleOf(program);
  const entries = useEntries(20).data?.pages[0]?.data ?? [];
  const redemptions = useLatestRedemptions(kinds.includes("redemption")).data ?? [];
  const orders = [...new Set(entries.map(({ cause }) => cause.order).filter((order) => order != null))];
  const day = (at: string) => formatInstant(at, lang, program.zone, "day");
  const groups: { of: string; label: string; options: [value: string, label: string][] }[] = [
    {
      of: "entry",
      label: t("about.entries"),
      options: entries.map((entry) => [
        `entry:${entry.number}`,
        `${day(entry.effective_at)} ${titleOf(entry)} ${formatPoints(shownPoints(entry), lang, { sign: true })}`,
      ]),
    },
    { of: "order", label: t("about.orders"), options: orders.map((order) => [`order:${order}`, order]) },
    {
      of: "redemption",
      label: t("about.redemptions"),
      options: redemptions.map((one) => [`redemption:${one.id}`, `${day(one.at)} ${text(one.name)}`]),
    },
  ];
  return (
    <label>
      <span>{t("about")}</span>
      <select value={picked} onChange={(event) => onPick(event.target.value)}>
        <option value="">{t("about.choose")}</option>
        {kinds.includes("freeze") && <option value="freeze">{t("about.freeze")}</option>}
        {groups
          .filter(({ of, options }) => kinds.includes(of) && options.length > 0)
          .map(({ of, label, options }) => (
            <optgroup key={of} label={label}>
              {options.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </label>
  );
}
