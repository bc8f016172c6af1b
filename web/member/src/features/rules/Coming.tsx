import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { Link } from "wouter";
import type { ComingVersion } from "../../shared/entries/data.ts";
import { Failed } from "../../shared/Failed.tsx";
import { useConfirm, useConfirmed } from "./data.ts";
import { texts } from "./texts.ts";

/** Versions that are published and not yet in force: what changes when, and the member's "I know". */
export function Coming({ coming, zone }: { coming: ComingVersion[]; zone: string }) {
  const t = useTexts(texts);
  const confirmed = useConfirmed(coming.some(({ confirmation }) => confirmation));
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

function One({ version, zone, confirmed }: { version: ComingVersion; zone: string; confirmed: boolean }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const { from, changes, confirmation } = version;
  return (
    <div>
      <p>
        <strong>{t("coming.when", { n: version.version, day: formatInstant(from, lang, zone, "minute") })}</strong>
      </p>
      <ul className="changes">
        {changes.map((change) => (
          <li key={change.zh}>{text(change)}</li>
        ))}
      </ul>
      {confirmation && <Confirm version={version.version} confirmed={confirmed} />}
      <Link href={`/rules?at=${encodeURIComponent(from)}`} className="button plain">
        {t("coming.see")}
      </Link>
    </div>
  );
}

function Confirm({ version, confirmed }: { version: number; confirmed: boolean }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  if (confirmed) return <p role="status">{t("coming.confirmed")}</p>;
  return (
    <>
      <button type="button" className="button" disabled={confirm.isPending} onClick={() => confirm.mutate(version)}>
        {t("coming.confirm")}
      </button>
      {confirm.error && <Failed error={confirm.error} />}
    </>
  );
}
