import { type Settings as Chosen, choose, formatInstant, useSettings, useTexts } from "@jifen/look";
import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import { Page } from "../../shared/Page.tsx";
import { useNameOf, useProgram } from "../../shared/program.ts";
import { texts } from "./texts.ts";

/** What a member chooses on this device, who they are, and the way out. */
export function Settings() {
  const t = useTexts(texts);
  const { lang, theme, plain } = useSettings();
  const { signOut } = useMe();
  return (
    <Page title={t("title")}>
      <Profile />
      <nav aria-label={t("pages")}>
        <ul className="rows">
          {(
            [
              "tier",
              "badges",
              "boards",
              "votes",
              "invite",
              "redemptions",
              "history",
              "inbox",
              "help",
              "surveys",
            ] as const
          ).map((path) => (
            <li key={path} className="row">
              <Link href={`/${path}`}>{t(`page.${path}`)}</Link>
            </li>
          ))}
        </ul>
      </nav>
      <Choice
        title={t("lang")}
        chosen={lang}
        options={[
          ["zh", "中文"],
          ["en", "English"],
        ]}
        onChoose={(lang) => choose({ lang: lang as Chosen["lang"] })}
      />
      <Choice
        title={t("theme")}
        chosen={theme}
        options={[
          ["system", t("theme.system")],
          ["light", t("theme.light")],
          ["dark", t("theme.dark")],
        ]}
        onChoose={(theme) => choose({ theme: theme as Chosen["theme"] })}
      />
      <label className="switch">
        <span>
          {t("plain")}
          <span className="quiet small block">{t("plain.about")}</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          checked={plain}
          onChange={(event) => choose({ plain: event.target.checked })}
        />
      </label>
      <button type="button" className="button stop" onClick={() => void signOut()}>
        {t("out")}
      </button>
      <p className="quiet small">{t("out.about")}</p>
    </Page>
  );
}

function Profile() {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { id, until } = useMe();
  const nameOf = useNameOf();
  const program = useProgram().data;
  const member = useQuery({
    queryKey: ["member", id],
    queryFn: () => data(api.GET("/v1/members/{id}", { params: { path: { id } } })),
  }).data;
  return (
    <>
      <dl className="facts">
        <Fact name={t("member")} value={id} />
        {member?.name && <Fact name={t("name")} value={member.name} />}
        {member?.phone && <Fact name={t("phone")} value={member.phone} />}
        {member && program && (
          <>
            <Fact name={t("tier")} value={nameOf(program.tiers, member.tier)} />
            <Fact name={t("since")} value={formatInstant(member.joined_at, lang, program.zone, "day")} />
          </>
        )}
      </dl>
      {until && program && (
        <p className="quiet small">{t("until", { at: formatInstant(until, lang, program.zone, "minute") })}</p>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface ChoiceProps {
  title: string;
  chosen: string;
  options: [value: string, name: string][];
  onChoose: (value: string) => void;
}

function Choice({ title, chosen, options, onChoose }: ChoiceProps) {
  return (
    <fieldset className="choice">
      <legend>{title}</legend>
      {options.map(([value, name]) => (
        <label key={value}>
          <input type="radio" name={title} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
