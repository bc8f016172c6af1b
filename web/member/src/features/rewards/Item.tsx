import { currencySign, formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { isKind, kinds } from "../../shared/kinds.ts";
import { trimmed } from "../../shared/money.ts";
import { Points } from "../../shared/Points.tsx";
import { type Program, useNameOf } from "../../shared/program.ts";
import type { ShelfItem } from "./data.ts";
import { Thumbnail } from "./Pictures.tsx";
import { texts } from "./texts.ts";

/** Why a reward cannot be had, in words; nothing where it can. */
export function useWhyNot(program: Program) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  return (item: ShelfItem): string | null => {
    if (item.available) return null;
    if (item.opens_at) return t("opens", { at: formatInstant(item.opens_at, lang, program.zone, "minute") });
    const key = `why.${item.why ?? "other"}`;
    return t((key in texts ? key : "why.other") as "why.other");
  };
}

/** What a point buys in a reward, as an amount of money. */
export function useBuys(program: Program) {
  const { lang } = useSettings();
  return (decimal: string) => `${currencySign(program.currency, lang)}${trimmed(decimal)}`;
}

interface ItemProps {
  item: ShelfItem;
  program: Program;
  available: number;
  /** Where a tap leads; the item's own page unless it is given. */
  onOpen?: (() => void) | undefined;
}

/** A reward on the shelf: what it is, what it costs this member, and what stands in the way. */
export function Item({ item, program, available, onOpen }: ItemProps) {
  const body = <ItemBody item={item} program={program} available={available} />;
  const dim = item.available ? "" : " dim";
  return (
    <li className={`item${dim}`}>
      {onOpen ? (
        <button type="button" className="item-link" onClick={onOpen}>
          {body}
        </button>
      ) : (
        <Link href={`/redeem/${encodeURIComponent(item.id)}`} className="item-link">
          {body}
        </Link>
      )}
    </li>
  );
}

function ItemBody({ item, program, available }: Omit<ItemProps, "onOpen">) {
  const t = useTexts(texts);
  const kind = useTexts(kinds);
  const text = useText();
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const whyNot = useWhyNot(program)(item);
  const buys = useBuys(program);
  const unit = nameOf(program.units, item.unit);
  const missing = item.affordable === false ? item.points - available : 0;
  return (
    <>
      <Thumbnail images={item.images} />
      <span className="item-name">{text(item.name)}</span>
      <span className="item-price">
        <Points n={item.points} unit={unit} />
        {item.cash.amount > 0 && ` + ${formatMoney(item.cash, lang)}`}
      </span>
      <span className="item-facts quiet small">
        {isKind(item.kind) && <span>{kind(item.kind)}</span>}
        {item.value && <span>{t("value", { money: formatMoney(item.value, lang) })}</span>}
        {item.point_buys && <span>{t("buys", { unit, money: buys(item.point_buys) })}</span>}
      </span>
      <span className="item-marks">
        {item.rank != null && <span className="mark">{t("rank", { n: item.rank })}</span>}
        {item.limited && <span className="mark">{t("limited")}</span>}
        {item.birthday_only && <span className="mark">{t("birthday.only")}</span>}
        {item.remaining != null && item.remaining > 0 && (
          <span className="mark warn">{t("remaining", { n: formatPoints(item.remaining, lang) })}</span>
        )}
        {whyNot && <span className="mark stop">{whyNot}</span>}
        {!whyNot && missing > 0 && (
          <span className="mark">{t("short", { points: `${formatPoints(missing, lang)} ${unit}` })}</span>
        )}
      </span>
    </>
  );
}
