import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { lazy, Suspense } from "react";
import { Copy } from "../../shared/Copy.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import "../../shared/play.css";
import { type Referrals, useInvitation, useReferrals } from "./data.ts";
import { EnterCode } from "./EnterCode.tsx";
import { texts } from "./texts.ts";

const Qr = lazy(() => import("../../shared/Qr.tsx").then((m) => ({ default: m.Qr })));

/** The member's code to be scanned, shared or read out; who came by it, and what that brought. */
export function Invite() {
  const t = useTexts(texts);
  const program = useProgram();
  const invitation = useInvitation();
  const friends = useReferrals();
  const failed = (invitation.data ? null : invitation.error) ?? (program.data ? null : program.error);
  if (!invitation.data || !program.data) {
    const again = () => void Promise.all([invitation.refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/tasks">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const first = friends.data?.pages[0];
  return (
    <Page title={t("title")} back="/tasks">
      <Card invitation={invitation.data} />
      {first && <Sums sums={first} program={program.data} />}
      {friends.error && <Failed error={friends.error} retry={() => void friends.refetch()} />}
      <section>
        <h2>{t("friends")}</h2>
        {first?.data.length === 0 && <p className="quiet">{t("friends.none")}</p>}
        {first && first.data.length > 0 && (
          <ul className="rows">
            {friends.data?.pages
              .flatMap(({ data }) => data)
              .map((friend, at) => (
                <Friend key={at} friend={friend} program={program.data} />
              ))}
          </ul>
        )}
        {friends.hasNextPage && (
          <button
            type="button"
            className="button plain"
            disabled={friends.isFetchingNextPage}
            onClick={() => void friends.fetchNextPage()}
          >
            {t("more")}
          </button>
        )}
      </section>
      {first && (first.referrer ? <p className="quiet">{t("by", { who: first.referrer })}</p> : <EnterCode />)}
    </Page>
  );
}

function Card({ invitation }: { invitation: NonNullable<ReturnType<typeof useInvitation>["data"]> }) {
  const t = useTexts(texts);
  const text = useText();
  const { code, path } = invitation;
  const address = new URL(path, location.origin).href;
  const words = invitation.share ? text(invitation.share) : "";
  const share = () => {
    // Who changes their mind has not failed.
    void navigator.share({ ...(words ? { text: words } : {}), url: address }).catch(() => undefined);
  };
  return (
    <section className="voucher" aria-label={t("code")}>
      <Suspense fallback={<Loading lines={4} />}>
        <Qr text={address} label={t("qr", { code })} />
      </Suspense>
      <p className="code">{code}</p>
      <p className="quiet">{t("about")}</p>
      {"share" in navigator && (
        <button type="button" className="button" onClick={share}>
          {t("share")}
        </button>
      )}
      <Copy text={code} label={t("copy")} />
      <Copy text={words ? `${words} ${address}` : address} label={t("copy.text")} />
    </section>
  );
}

function usePointsOf(program: Program): (earned: Referrals["earned"]) => string {
  const { lang } = useSettings();
  const nameOf = useNameOf();
  return (earned) =>
    earned
      .map(({ unit, points }) => `${formatPoints(points, lang)} ${nameOf(program.units, unit)}`)
      .join(lang === "zh" ? "、" : ", ");
}

function Sums({ sums, program }: { sums: Referrals; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const pointsOf = usePointsOf(program);
  return (
    <dl className="sums">
      <div>
        <dt>{t("invited")}</dt>
        <dd>{formatPoints(sums.invited, lang)}</dd>
      </div>
      <div>
        <dt>{t("completed")}</dt>
        <dd>{formatPoints(sums.completed, lang)}</dd>
      </div>
      <div>
        <dt>{t("earned")}</dt>
        <dd className="points">{pointsOf(sums.earned) || "0"}</dd>
      </div>
    </dl>
  );
}

function Friend({ friend, program }: { friend: Referrals["data"][number]; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const pointsOf = usePointsOf(program);
  const day = (at: string) => formatInstant(at, lang, program.zone, "day");
  const why = (["same-device", "same-payment", "same-person"] as const).find((one) => one === friend.refused);
  const states: Record<string, string> = {
    bound: t("state.bound", { day: day(lastMoment(friend.until)) }),
    completed: t("state.completed"),
    undone: t("state.undone"),
    refused: `${t("state.refused")}${friend.refused ? ` · ${t(`why.${why ?? "other"}`)}` : ""}`,
  };
  return (
    <li className="row">
      <span>
        {friend.friend}
        <span className="quiet small block">
          {t("joined", { day: day(friend.bound_at) })} · {states[friend.state] ?? friend.state}
        </span>
      </span>
      {friend.earned.length > 0 && <span className="points">+{pointsOf(friend.earned)}</span>}
    </li>
  );
}
