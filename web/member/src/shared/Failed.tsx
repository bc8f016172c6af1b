import { ApiProblem } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useState } from "react";
import { texts } from "./texts.ts";

/** Says what happened, that nothing was lost, and what to do. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(texts);
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <section className="state" role="alert">
      <h2>{problem ? problem.details.title : t("failed.unreachable")}</h2>
      <p>{problem ? problem.message : t("failed.unreachable.safe")}</p>
      {problem && <p>{t("failed.safe")}</p>}
      {retry && (
        <button type="button" className="button" onClick={retry}>
          {t("app.retry")}
        </button>
      )}
      {problem?.request && <RequestNumber id={problem.request} />}
    </section>
  );
}

function RequestNumber({ id }: { id: string }) {
  const t = useTexts(texts);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(id).then(() => setCopied(true));
  };
  return (
    <p className="quiet small">
      {t("failed.request", { id })}{" "}
      <button type="button" className="link" onClick={copy}>
        {copied ? t("failed.copied") : t("failed.copy")}
      </button>
    </p>
  );
}
