import { idempotencyKey } from "@jifen/api";
import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import "../../shared/play.css";
import { useTap } from "../../shared/useTap.ts";
import { type Answers, missing, said, toggled } from "./answers.ts";
import { type Question, type Saying, type Survey, useAnswer, useSurveys } from "./data.ts";
import { texts } from "./texts.ts";

/** What members are asked now; each survey is answered once. */
export function Surveys() {
  const t = useTexts(texts);
  const { data, error, refetch } = useSurveys();
  return (
    <Page title={t("title")} back="/settings">
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />)}
      {data?.length === 0 && <p className="state">{t("none")}</p>}
      {data?.map((survey) => (
        <One key={survey.id} survey={survey} />
      ))}
    </Page>
  );
}

function One({ survey }: { survey: Survey }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const [answers, setAnswers] = useState<Answers>({});
  const [key, setKey] = useState(idempotencyKey);
  const answer = useAnswer(survey.id, key);
  const left = missing(survey.questions, answers).length;
  const tap = useTap({ mutateAsync: () => answer.mutateAsync(said(survey.questions, answers)) });
  return (
    <section className="form" aria-label={text(survey.name)}>
      <h2>{text(survey.name)}</h2>
      {survey.answered ? (
        <p role="status">✓ {t("thanks")}</p>
      ) : (
        <>
          <p className="quiet small">
            {t("until", { day: formatInstant(`${survey.until}T12:00:00Z`, lang, "UTC", "day") })} · {t("kept")}
          </p>
          {survey.questions.map((question) => (
            <Ask
              key={question.id}
              question={question}
              name={`${survey.id}-${question.id}`}
              saying={answers[question.id]}
              onSay={(saying) => {
                setAnswers({ ...answers, [question.id]: saying });
                // Other answers are another request.
                setKey(idempotencyKey());
              }}
            />
          ))}
          {answer.error && <Failed error={answer.error} />}
          {left > 0 && <p className="quiet small">{t("still.missing", { n: left })}</p>}
          <button type="button" className="button" disabled={left > 0 || answer.isPending} onClick={tap}>
            {answer.isPending ? t("busy") : t("send")}
          </button>
        </>
      )}
    </section>
  );
}

interface AskProps {
  question: Question;
  /** Keeps its choices apart from those of other questions. */
  name: string;
  saying: Saying | undefined;
  onSay: (saying: Saying) => void;
}

function Ask({ question, name, saying, onSay }: AskProps) {
  const t = useTexts(texts);
  const text = useText();
  const hints = [question.kind === "choices" && t("several"), question.optional && t("optional")].filter(Boolean);
  const legend = `${text(question.text)}${hints.length > 0 ? ` (${hints.join(" · ")})` : ""}`;
  if (question.kind === "text") {
    return (
      <label>
        <span>{legend}</span>
        <textarea
          rows={3}
          maxLength={question.chars ?? 500}
          value={typeof saying === "string" ? saying : ""}
          onChange={(event) => onSay(event.target.value)}
        />
      </label>
    );
  }
  if (question.kind === "scale") {
    const steps = Array.from({ length: question.most ?? 5 }, (_, at) => at + 1);
    return (
      <fieldset className="choice">
        <legend>{legend}</legend>
        {steps.map((step) => (
          <label key={step}>
            <input type="radio" name={name} checked={saying === step} onChange={() => onSay(step)} />
            <span>
              {step}{" "}
              <span className="quiet small">
                {step === 1 && t("scale.low")}
                {step === steps.length && t("scale.high")}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
    );
  }
  const isSeveral = question.kind === "choices";
  return (
    <fieldset className="choice one-a-line">
      <legend>{legend}</legend>
      {(question.options ?? []).map((option) => (
        <label key={option.id}>
          <input
            type={isSeveral ? "checkbox" : "radio"}
            name={name}
            checked={isSeveral ? Array.isArray(saying) && saying.includes(option.id) : saying === option.id}
            onChange={() => onSay(isSeveral ? toggled(saying, option.id) : option.id)}
          />
          <span>{text(option.name)}</span>
        </label>
      ))}
    </fieldset>
  );
}
