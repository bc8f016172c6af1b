import { useTexts } from "@jifen/look";
import { useEffect, useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Channel, type Settings, useBrowser, useConsent, useMessageSettings } from "./data.ts";
import { texts } from "./texts.ts";

/** What a member agrees to, channel by channel, and whether this browser shows messages. */
export function MessageSettings() {
  const t = useTexts(texts);
  const { data, error, refetch } = useMessageSettings();
  return (
    <Page title={t("settings")} back="/inbox">
      <p className="quiet">{t("settings.about")}</p>
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />)}
      {data && <Browser settings={data} />}
      {data?.channels.map((channel) => (
        <Consent key={channel.channel} channel={channel} />
      ))}
    </Page>
  );
}

type ChannelKey = keyof typeof texts & `channel.${string}`;

function Consent({ channel }: { channel: Channel }) {
  const t = useTexts(texts);
  const consent = useConsent();
  const said = consent.isPending ? consent.variables : channel;
  return (
    <fieldset className="choice">
      <legend>{t(`channel.${channel.channel}` as ChannelKey)}</legend>
      {(["service", "marketing"] as const).map((purpose) => (
        <label key={purpose} className="switch">
          <span>{t(purpose)}</span>
          <input
            type="checkbox"
            role="switch"
            checked={said[purpose]}
            disabled={consent.isPending}
            onChange={(event) => consent.mutate({ ...channel, [purpose]: event.target.checked })}
          />
        </label>
      ))}
      {consent.error && <Failed error={consent.error} retry={() => consent.mutate(said)} />}
    </fieldset>
  );
}

/** Whether this browser can show messages at all. */
function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

function Browser({ settings }: { settings: Settings }) {
  const t = useTexts(texts);
  const browser = useBrowser(settings.push_key ?? "");
  const [on, setOn] = useState<boolean | null>(null);
  const possible = settings.push_key !== null && canPush();
  useEffect(() => {
    if (!possible) return;
    let gone = false;
    void navigator.serviceWorker.getRegistration().then(async (worker) => {
      const subscription = await worker?.pushManager.getSubscription();
      if (!gone) setOn(subscription != null);
    });
    return () => {
      gone = true;
    };
  }, [possible, settings.browsers]);
  if (!possible) return <p className="quiet small">{t("browser.impossible")}</p>;
  const denied = Notification.permission === "denied";
  return (
    <>
      <label className="switch">
        <span>
          {t("browser")}
          <span className="quiet small block">{t(denied ? "browser.denied" : "browser.about")}</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          checked={on === true}
          disabled={on === null || denied || browser.isPending}
          onChange={(event) => {
            const wanted = event.target.checked;
            browser.mutate(wanted, { onSuccess: () => setOn(wanted) });
          }}
        />
      </label>
      {browser.error && <Failed error={browser.error} retry={() => browser.mutate(on !== true)} />}
    </>
  );
}
