import { idempotencyKey } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { useTap } from "../../shared/useTap.ts";
import { useAdd } from "./data.ts";
import { texts } from "./texts.ts";

/** Adds to what was sent, as long as it is not settled: what is there stays as it is. */
export function AddText({ ticket, most }: { ticket: string; most: number }) {
  const t = useTexts(texts);
  const [said, setSaid] = useState("");
  const [key, setKey] = useState(idempotencyKey);
  const add = useAdd(ticket, key);
  const tap = useTap({
    mutateAsync: async () => {
      if (said.trim() === "") return;
      await add.mutateAsync(said.trim());
      setSaid("");
      // The next one is another.
      setKey(idempotencyKey());
    },
  });
  return (
    <details className="more">
      <summary>{t("add")}</summary>
      <label>
        <span>{t("add.text")}</span>
        <textarea rows={3} maxLength={most} value={said} onChange={(event) => setSaid(event.target.value)} />
      </label>
      {add.error && <Failed error={add.error} />}
      <button type="button" className="button plain" disabled={said.trim() === "" || add.isPending} onClick={tap}>
        {add.isPending ? t("busy") : t("add.send")}
      </button>
      {add.data && said === "" && <p role="status">✓ {t("add.done")}</p>}
    </details>
  );
}
