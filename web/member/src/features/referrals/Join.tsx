import { useTexts } from "@jifen/look";
import { useSearchParams } from "wouter";
import { Page } from "../../shared/Page.tsx";
import { EnterCode } from "./EnterCode.tsx";
import { texts } from "./texts.ts";

/** Where a friend's link leads, once they are signed in. */
export function Join() {
  const t = useTexts(texts);
  const [search] = useSearchParams();
  const code = search.get("code")?.slice(0, 64) ?? "";
  return (
    <Page title={t("join")} back="/">
      {code === "" ? (
        <>
          <p className="state">{t("join.none")}</p>
          <EnterCode />
        </>
      ) : (
        <>
          <p className="lead">{t("join.about", { code })}</p>
          <EnterCode key={code} given={code} />
        </>
      )}
    </Page>
  );
}
