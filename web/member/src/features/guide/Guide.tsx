import { currencySign, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useRulesAt } from "../../shared/entries/data.ts";
import { Failed } from "../../shared/Failed.tsx";
import { kept } from "../../shared/kept.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Program, type Unit, useProgram } from "../../shared/program.ts";
import { Sections } from "../../shared/Sections.tsx";
import { pointsForOne, worthOf } from "../../shared/worth.ts";
import { texts } from "./texts.ts";

const STEPS = ["step.earn", "step.look", "step.use", "step.keep"] as const;

/** How points work in four steps, and what a point is worth. */
export function Guide() {
  const t = useTexts(texts);
  const { data, error, refetch } = useProgram();
  useEffect(() => {
    // The address may name a part of the page, which is only there once the program is known.
    if (data && location.hash) document.querySelector(location.hash)?.scrollIntoView();
  }, [data]);
  return (
    <Page title={t("title")} back="/rules">
      <ol className="steps">
        {STEPS.map((step) => (
          <li key={step}>
            <h2>{t(step)}</h2>
            <p>{t(`${step}.text`)}</p>
          </li>
        ))}
      </ol>
      <FirstSteps />
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />)}
      <section id="worth">
        <h2>{t("worth.title")}</h2>
        {data?.units.map((unit) => (
          <Worth key={unit.id} unit={unit} program={data} />
        ))}
      </section>
      <Link href="/rules" className="button plain">
        {t("rules")}
      </Link>
    </Page>
  );
}

/** What the program itself tells newcomers. */
function FirstSteps() {
  const { lang } = useSettings();
  const { data } = useRulesAt(null);
  const guide = data?.page[lang].sections.filter((section) => section.id === "guide");
  return guide && <Sections sections={guide} />;
}

function Worth({ unit, program }: { unit: Unit; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const text = useText();
  const name = text(unit.name);
  if (unit.value == null) {
    return <p>{t("worth.none", { unit: name })}</p>;
  }
  const value = unit.value;
  const money = (points: number) => formatMoney({ amount: worthOf(points, value), currency: program.currency }, lang);
  const one = pointsForOne(value) ?? 100;
  const yours = kept()?.wallet.units.find((found) => found.unit === unit.id)?.available;
  return (
    <>
      <p className="lead">{t("worth.one", { n: formatPoints(one, lang), unit: name, money: money(one) })}</p>
      {yours !== undefined && (
        <p>{t("worth.yours", { n: formatPoints(yours, lang), unit: name, money: money(yours) })}</p>
      )}
      <Try unit={name} money={money} currency={program.currency} />
    </>
  );
}

const POINTS_MAX = 1_000_000_000;

/** Any number of points, and what it is worth. */
function Try({ unit, money, currency }: { unit: string; money: (points: number) => string; currency: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const [typed, setTyped] = useState("1000");
  const points = /^\d{1,10}$/.test(typed) ? Math.min(Number(typed), POINTS_MAX) : null;
  return (
    <p className="try">
      <label>
        <span>{t("worth.try")}</span>
        <input inputMode="numeric" value={typed} maxLength={10} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <span>{unit}</span>
      <output aria-live="polite">= {points === null ? `${currencySign(currency, lang)}–` : money(points)}</output>
    </p>
  );
}
