import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Copy } from "../../shared/Copy.tsx";
import { Download } from "../../shared/Download.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Points } from "../../shared/Points.tsx";
import { type Program, useNameOf } from "../../shared/program.ts";
import { type Conversion, downloadCertificate, useConversions } from "./data.ts";
import { texts } from "./texts.ts";

/** What points became, newest first, with the codes and certificates that came of them. */
export function Past({ program }: { program: Program }) {
  const t = useTexts(texts);
  const { data, error, refetch } = useConversions();
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  return (
    <section>
      <h2>{t("past")}</h2>
      <ul className="items">
        {data.map((conversion) => (
          <One key={conversion.id} conversion={conversion} program={program} />
        ))}
      </ul>
    </section>
  );
}

function One({ conversion, program }: { conversion: Conversion; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const { points, unit, into_points, into_unit, amount, cause, voucher, expires_at, certificate, at } = conversion;
  const became = [
    into_unit && `${formatPoints(into_points ?? 0, lang)} ${nameOf(program.units, into_unit)}`,
    cause && text(cause),
    amount && formatMoney(amount, lang),
    expires_at && t("until", { day: formatInstant(lastMoment(expires_at), lang, program.zone, "day") }),
  ].filter((part) => typeof part === "string");
  return (
    <li className="item task">
      <div className="task-head">
        <strong>{text(conversion.name)}</strong>
        <Points n={-points} sign unit={nameOf(program.units, unit)} />
      </div>
      <p className="quiet small">{[formatInstant(at, lang, program.zone, "day"), ...became].join(" · ")}</p>
      {voucher && (
        <>
          <p className="code">{voucher}</p>
          <Copy text={voucher} label={t("code.copy")} />
        </>
      )}
      {certificate && (
        <Download
          plain
          label={t("certificate")}
          busy={t("certificate.busy")}
          get={() => downloadCertificate(conversion)}
        />
      )}
    </li>
  );
}
