import { formatInstant, useSettings, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { type Version, useConfirm, useConfirmed } from "./data.ts";
import { texts } from "./texts.ts";

/** Versions that are published and not yet in force: what changes when, and the member's "I know". */
export function Coming({ versions, zone }: { versions: Version[]; zone: string }) {
  const t = useTexts(texts);
  const coming = versions.filter(({ state }) => state === "scheduled");
  const confirmed = useConfirmed(coming.length > 0);
  if (coming.length === 0) return null;
  const known = (version: number) => confirmed.data?.data.some((one) => one.version === version) ?? false;
  return (
    <section className="note">
      <h2>{t("coming.title")}</h2>
      {coming.map((version) => (
        <One key={version.version} version={version} zone={zone} confirmed={known(version.version)} />
      ))}
    </section>
  );
}

function One({ version, zone, confirmed }: { version: Version; zone: string; confirmed: boolean }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const confirm = useConfirm();
  const from = version.from ?? "";
  return (
    <div>
      <p>{t("coming.when", { n: version.version, day: formatInstant(from, lang, zone, "day") })}</p>
      <div className="actions">
        <Link href={`/rules?at=${encodeURIComponent(from)}`} className="button plain">
          {t("coming.see")}
        </Link>
        {confirmed ? (
          <p role="status">{t("coming.confirmed")}</p>
        ) : (
          <button
            type="button"
            className="button"
            disabled={confirm.isPending}
            onClick={() => confirm.mutate(version.version)}
          >
            {t("coming.confirm")}
          </button>
        )}
      </div>
      {confirm.error && <Failed error={confirm.error} />}
    </div>
  );
}
