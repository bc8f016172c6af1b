import { data } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queries } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { texts } from "./texts.ts";

const STARS = [1, 2, 3, 4, 5] as const;
const ABOUT = ["quality", "delivery", "service", "description", "value"] as const;

/** Asks how it was, once it was handed over, and thanks for the answer. */
export function Rating({ id }: { id: string }) {
  const t = useTexts(texts);
  const path = { params: { path: { id } } };
  const rating = useQuery({
    queryKey: ["rating", id],
    queryFn: () => data(api.GET("/v1/redemptions/{id}/rating", path)),
  });
  const [stars, setStars] = useState(0);
  const [about, setAbout] = useState<string[]>([]);
  const rate = useMutation({
    mutationFn: () => data(api.POST("/v1/redemptions/{id}/rating", { ...path, body: { stars, about } })),
    // Also where no answer came: what is shown next is what the server knows.
    onSettled: () => queries.invalidateQueries({ queryKey: ["rating", id] }),
  });
  if (!rating.data) return null;
  if (rating.data.stars != null) return <p role="status">{t("rating.thanks", { n: rating.data.stars })}</p>;
  if (!rating.data.asked) return null;
  const toggle = (word: string) =>
    setAbout(about.includes(word) ? about.filter((one) => one !== word) : [...about, word]);
  return (
    <section className="rating">
      <fieldset className="choice">
        <legend>{t("rating")}</legend>
        {STARS.map((n) => (
          <label key={n}>
            <input type="radio" name="stars" checked={stars === n} onChange={() => setStars(n)} />
            <span>{t(`rating.${n}`)}</span>
          </label>
        ))}
      </fieldset>
      {stars > 0 && (
        <>
          <div className="chips" role="group" aria-label={t("rating.about")}>
            {ABOUT.map((word) => (
              <button
                key={word}
                type="button"
                className="chip"
                aria-pressed={about.includes(word)}
                onClick={() => toggle(word)}
              >
                {t(`rating.about.${word}`)}
              </button>
            ))}
          </div>
          <button type="button" className="button" disabled={rate.isPending} onClick={() => rate.mutate()}>
            {rate.isPending ? t("busy") : t("rating.send")}
          </button>
        </>
      )}
      {rate.error && <Failed error={rate.error} />}
    </section>
  );
}
