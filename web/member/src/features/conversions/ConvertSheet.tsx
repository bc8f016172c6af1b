import { idempotencyKey } from "@jifen/api";
import { formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { type Program, useNameOf } from "../../shared/program.ts";
import { Sheet } from "../../shared/Sheet.tsx";
import { useTap } from "../../shared/useTap.ts";
import { isPossible, parts } from "./amount.ts";
import { type Way, useConvert } from "./data.ts";
import { texts } from "./texts.ts";

interface Props {
  way: Way;
  /** What the points are called. */
  unit: string;
  program: Program;
  onClose: () => void;
}

/** Asks how many points go a way, and says what comes of it before it is done. */
export function ConvertSheet({ way, unit, program, onClose }: Props) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const [typed, setTyped] = useState(String(way.most));
  const [key, setKey] = useState(idempotencyKey);
  const points = Number(typed);
  const possible = /^\d{1,12}$/.test(typed) && isPossible(way, points);
  const convert = useConvert(way.id, points, key);
  const tap = useTap({ mutateAsync: () => convert.mutateAsync().then(onClose) });
  const amount = (n: number) => `${formatPoints(n, lang)} ${unit}`;
  return (
    <Sheet title={text(way.name)} onClose={onClose}>
      <label>
        <span>{t("amount")}</span>
        <input
          inputMode="numeric"
          value={typed}
          maxLength={12}
          aria-invalid={!possible}
          aria-describedby="conversion-step"
          onChange={(event) => {
            setTyped(event.target.value);
            // Another number is another conversion.
            setKey(idempotencyKey());
          }}
        />
      </label>
      <p
        id="conversion-step"
        className={possible ? "quiet small" : "stop-text small"}
        role={possible ? undefined : "alert"}
      >
        {t("amount.step", { points: formatPoints(way.points, lang), most: amount(way.most) })}
      </p>
      {possible && <Gets way={way} points={points} unit={unit} program={program} />}
      <p className="quiet small">{t("final")}</p>
      {convert.error && <Failed error={convert.error} />}
      <button type="button" className="button" disabled={!possible || convert.isPending} onClick={tap}>
        {convert.isPending ? t("busy") : t("yes")}
      </button>
      <button type="button" className="button plain" onClick={onClose}>
        {t("not")}
      </button>
    </Sheet>
  );
}

function Gets({ way, points, unit, program }: { way: Way; points: number; unit: string; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const times = parts(way, points);
  if (way.amount) {
    const money = formatMoney({ ...way.amount, amount: way.amount.amount * times }, lang);
    return <p className="lead">{t("get.voucher", { money })}</p>;
  }
  if (way.cause) {
    const given = `${formatPoints(points, lang)} ${unit}`;
    return <p className="lead">{t("get.charity", { points: given, cause: text(way.cause) })}</p>;
  }
  const into = `${formatPoints((way.unit_points ?? 0) * times, lang)} ${nameOf(program.units, way.unit)}`;
  return <p className="lead">{t("get.unit", { into })}</p>;
}
