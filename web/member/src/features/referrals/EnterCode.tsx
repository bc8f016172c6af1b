import { data, idempotencyKey } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, queries } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { useMe } from "../../shared/me.ts";
import { useTap } from "../../shared/useTap.ts";
import { texts } from "./texts.ts";

/** Says who brought the member, by a code that is typed or came with a link. */
export function EnterCode({ given }: { given?: string }) {
  const t = useTexts(texts);
  const { id } = useMe();
  const [code, setCode] = useState(given ?? "");
  const [key, setKey] = useState(idempotencyKey);
  const bind = useMutation({
    mutationFn: () => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/referrals", { params, body: { code: code.trim() } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["referrals"] }),
  });
  const tap = useTap(bind);
  if (bind.data) {
    return (
      <p role="status">
        {bind.data.state === "refused" ? t("enter.refused") : t("enter.done", { who: bind.data.referrer })}
      </p>
    );
  }
  const send = (event: FormEvent) => {
    event.preventDefault();
    tap();
  };
  return (
    <form className="form" onSubmit={send}>
      {given === undefined && (
        <label>
          <span>{t("enter")}</span>
          <input
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={64}
            value={code}
            onChange={(event) => {
              setCode(event.target.value);
              // Another code is another request.
              setKey(idempotencyKey());
            }}
          />
        </label>
      )}
      {bind.error && <Failed error={bind.error} />}
      <button type="submit" className="button plain" disabled={bind.isPending || code.trim() === ""}>
        {bind.isPending ? t("busy") : t("enter.send")}
      </button>
    </form>
  );
}
