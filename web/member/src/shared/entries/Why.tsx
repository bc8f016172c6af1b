import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Link } from "wouter";
import { Points } from "../Points.tsx";
import { type Program, useNameOf } from "../program.ts";
import { Sheet } from "../Sheet.tsx";
import { type Entry, useRulesAt } from "./data.ts";
import { isSigned, shownPoints } from "./EntryRow.tsx";
import { texts } from "./texts.ts";
import { TraceOf } from "./TraceOf.tsx";

interface WhyProps {
  entry: Entry;
  program: Program;
  title: string;
  onClose: () => void;
}

/** Why a change happened: the rule in a sentence, the arithmetic in a line, the version; then where the points went. */
export function Why({ entry, program, title, onClose }: WhyProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const text = useText();
  const nameOf = useNameOf();
  const [traced, setTraced] = useState(false);
  const { cause } = entry;
  return (
    <Sheet title={title} onClose={onClose}>
      <p className="big">
        <Points n={shownPoints(entry)} sign={isSigned(entry)} />
        <span className="unit"> {nameOf(program.units, entry.unit)}</span>
      </p>
      <p className="why-sum">{text(entry.explanation)}</p>
      <dl className="facts">
        {cause.rule && <RuleOf rule={cause.rule} at={entry.effective_at} />}
        <Fact name={t("why.when")}>{formatInstant(entry.effective_at, lang, program.zone, "second")}</Fact>
        {cause.order && <Fact name={t("why.order")}>{cause.order}</Fact>}
        {cause.reason && <Fact name={t("why.reason")}>{cause.reason}</Fact>}
        <Fact name={t("why.balance")}>{formatPoints(entry.balance, lang)}</Fact>
      </dl>
      {cause.rule_version != null && (
        <p className="small">
          {t("why.version", { n: cause.rule_version })}{" "}
          <Link href={`/rules?at=${encodeURIComponent(entry.effective_at)}`}>{t("why.version.see")}</Link>
        </p>
      )}
      <p className="small">
        <Link href={`/help?about=entry&id=${entry.number}`}>{t("why.dispute")}</Link>
      </p>
      {traced ? (
        <TraceOf entry={entry} program={program} />
      ) : (
        <button type="button" className="button plain" onClick={() => setTraced(true)}>
          {t("trace.show")}
        </button>
      )}
    </Sheet>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The rule by its name, and its terms where somebody wrote them. */
function RuleOf({ rule, at }: { rule: string; at: string }) {
  const t = useTexts(texts);
  const text = useText();
  const { data } = useRulesAt(at);
  const found = data?.rules.find((known) => known.id === rule);
  if (!found) return null;
  const terms = found.terms ? text(found.terms) : "";
  return (
    <Fact name={t("why.rule")}>
      {text(found.name)}
      {terms && <span className="quiet small block">{terms}</span>}
    </Fact>
  );
}
