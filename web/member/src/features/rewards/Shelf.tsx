import { currencySign, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link, useSearchParams } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { isKind, kinds } from "../../shared/kinds.ts";
import { Loading } from "../../shared/Loading.tsx";
import { trimmed } from "../../shared/money.ts";
import { Page } from "../../shared/Page.tsx";
import { type Program, firstUnit, useProgram } from "../../shared/program.ts";
import { worthOf } from "../../shared/worth.ts";
import "../../shared/shelf.css";
import { type Filter, type Shelf as Shelved, type ShelfItem, useShelf } from "./data.ts";
import { Item } from "./Item.tsx";
import { texts } from "./texts.ts";

/** The shelf: what points buy for this member, at the member's prices. */
export function Shelf() {
  const t = useTexts(texts);
  const { plain } = useSettings();
  const program = useProgram();
  const [filter, change] = useFilter();
  // One thing at a time: who chose plain mode sees what can be had, cheapest first.
  const shown: Filter = plain && !filter.zone ? { affordable: true, sort: "points" } : filter;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useShelf(shown);
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return <Page title={t("title")}>{failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}</Page>;
  }
  const items = data.pages.flatMap((page) => page.data).filter((item) => !plain || item.available);
  const first = data.pages[0];
  const available = first?.available ?? 0;
  return (
    <Page title={t("title")}>
      {first && <Yours shelf={first} program={program.data} />}
      {!plain && first && <Zones shelf={first} items={items} filter={filter} change={change} />}
      {error && <Failed error={error} retry={() => void refetch()} />}
      {items.length === 0 && (
        <p className="state">
          {t("none")} <Link href={plain ? "/guide" : "/redeem"}>{t("none.hint")}</Link>
        </p>
      )}
      <ul className="items">
        {items.map((item) => (
          <Item key={item.id} item={item} program={program.data} available={available} />
        ))}
      </ul>
      {hasNextPage && (
        <button
          type="button"
          className="button plain"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? t("loading") : t("more")}
        </button>
      )}
    </Page>
  );
}

type Change = (
  change: Partial<Record<"sort" | "zone" | "tag" | "kind" | "only" | "layer" | "theme", string | null>>,
) => void;

/** What is to be seen, as the address says it. */
function useFilter(): [Filter, Change] {
  const [search, setSearch] = useSearchParams();
  const filter: Filter = {};
  const [sort, zone, tag, kind] = [search.get("sort"), search.get("zone"), search.get("tag"), search.get("kind")];
  if (sort === "value" || sort === "points") filter.sort = sort;
  if (zone === "priority" || zone === "birthday") filter.zone = zone;
  if (search.get("only") === "affordable") filter.affordable = true;
  if (tag) filter.tag = tag;
  if (kind && isKind(kind)) filter.kind = kind;
  const [layer, theme] = [search.get("layer"), search.get("theme")];
  if (layer) filter.layer = layer;
  if (theme) filter.theme = theme;
  const change: Change = (wanted) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(wanted)) {
      if (value == null) next.delete(name);
      else next.set(name, value);
    }
    setSearch(next, { replace: true });
  };
  return [filter, change];
}

function Yours({ shelf, program }: { shelf: Shelved; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const unit = firstUnit(program);
  const name = unit ? text(unit.name) : "";
  const points = `${formatPoints(shelf.available ?? 0, lang)} ${name}`;
  const worth = shelf.point_worth;
  const money = (n: number, value: string) =>
    formatMoney({ amount: worthOf(n, value), currency: program.currency }, lang);
  return (
    <section className="yours">
      <p className="lead">
        {worth ? t("yours", { points, money: money(shelf.available ?? 0, worth) }) : t("yours.points", { points })}
      </p>
      {worth && (
        <p className="quiet small">
          {t("worth", { unit: name, money: `${currencySign(program.currency, lang)}${trimmed(worth)}` })}
        </p>
      )}
      <p className="links">
        <Link href="/redemptions">{t("mine")}</Link>
        <Link href="/redeem/simulate">{t("simulate")}</Link>
      </p>
    </section>
  );
}

interface ZonesProps {
  shelf: Shelved;
  items: ShelfItem[];
  filter: Filter;
  change: Change;
}

function Zones({ shelf, items, filter, change }: ZonesProps) {
  const t = useTexts(texts);
  const kind = useTexts(kinds);
  const text = useText();
  const here = [...new Set(items.map((item) => item.kind))].filter(isKind);
  const tags = [...new Set([...(filter.tag ? [filter.tag] : []), ...items.flatMap((item) => item.tags)])];
  const plainly = !filter.zone && !filter.affordable && !filter.tag && !filter.kind && !filter.layer && !filter.theme;
  const kindsShown = filter.kind && isKind(filter.kind) ? [filter.kind] : here.length > 1 ? here : [];
  const everything = { zone: null, only: null, tag: null, kind: null, layer: null, theme: null };
  return (
    <>
      <div className="chips" role="group" aria-label={t("zones")}>
        <Chip name={t("all")} on={plainly} onTap={() => change(everything)} />
        {shelf.priority && (
          <Chip
            name={t("priority")}
            on={filter.zone === "priority"}
            onTap={() => change({ ...everything, zone: "priority" })}
          />
        )}
        {shelf.birthday && (
          <Chip
            name={t("birthday")}
            on={filter.zone === "birthday"}
            onTap={() => change({ ...everything, zone: "birthday" })}
          />
        )}
        <Chip
          name={t("affordable")}
          on={filter.affordable === true}
          onTap={() => change({ only: filter.affordable ? null : "affordable" })}
        />
      </div>
      {filter.zone && <p className="quiet">{t(`${filter.zone}.about`)}</p>}
      {shelf.themes.length + shelf.layers.length > 0 && (
        <div className="chips" role="group" aria-label={t("layers")}>
          {shelf.themes.map(({ id, name }) => (
            <Chip
              key={`theme-${id}`}
              name={text(name)}
              on={filter.theme === id}
              onTap={() => change({ theme: filter.theme === id ? null : id })}
            />
          ))}
          {shelf.layers.map(({ id, name }) => (
            <Chip
              key={id}
              name={text(name)}
              on={filter.layer === id}
              onTap={() => change({ layer: filter.layer === id ? null : id })}
            />
          ))}
        </div>
      )}
      {tags.length + kindsShown.length > 0 && (
        <div className="chips" role="group" aria-label={t("topics")}>
          {kindsShown.map((one) => (
            <Chip
              key={one}
              name={kind(one)}
              on={filter.kind === one}
              onTap={() => change({ kind: filter.kind === one ? null : one })}
            />
          ))}
          {tags.slice(0, 20).map((tag) => (
            <Chip
              key={tag}
              name={tag}
              on={filter.tag === tag}
              onTap={() => change({ tag: filter.tag === tag ? null : tag })}
            />
          ))}
        </div>
      )}
      <label className="sorting">
        <span>{t("sort")}</span>
        <select value={filter.sort ?? ""} onChange={(event) => change({ sort: event.target.value || null })}>
          <option value="">{t("sort.default")}</option>
          <option value="value">{t("sort.value")}</option>
          <option value="points">{t("sort.points")}</option>
        </select>
      </label>
    </>
  );
}

function Chip({ name, on, onTap }: { name: string; on: boolean; onTap: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={onTap}>
      {name}
    </button>
  );
}
