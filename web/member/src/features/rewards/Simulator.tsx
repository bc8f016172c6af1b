import { useTexts } from "@jifen/look";
import { useDeferredValue, useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import "../../shared/shelf.css";
import { useShelf } from "./data.ts";
import { Item } from "./Item.tsx";
import { texts } from "./texts.ts";

const POINTS_MAX = 1_000_000_000;

/** Points in, what they would buy out. */
export function Simulator() {
  const t = useTexts(texts);
  const [typed, setTyped] = useState("1000");
  const number = /^\d{1,10}$/.test(typed.trim()) ? Number(typed) : null;
  const points = useDeferredValue(number !== null && number <= POINTS_MAX ? number : null);
  const program = useProgram();
  const { data, error, refetch } = useShelf({ points: points ?? 0, sort: "value" }, 50, points !== null);
  const items = points === null ? [] : (data?.pages.flatMap((page) => page.data) ?? []);
  return (
    <Page title={t("simulate")} back="/redeem">
      <label>
        <span>{t("try.points")}</span>
        <input
          inputMode="numeric"
          value={typed}
          maxLength={10}
          aria-invalid={points === null}
          aria-describedby={points === null ? "try-wrong" : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {points === null && (
        <p id="try-wrong" className="stop-text" role="alert">
          {t("try.wrong")}
        </p>
      )}
      <h2>{t("try.title")}</h2>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {points !== null && !data && !error && <Loading />}
      {points !== null && data && items.length === 0 && <p>{t("try.none")}</p>}
      {program.data && (
        <ul className="items">
          {items.map((item) => (
            <Item key={item.id} item={item} program={program.data} available={points ?? 0} />
          ))}
        </ul>
      )}
    </Page>
  );
}
