import { Card, Segmented, Tag } from "antd";
import { lazy, Suspense } from "react";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { AsOf } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import { onceIdle } from "../../shared/idle.ts";
import { Tiles, type Tile } from "../../shared/Tiles.tsx";
import { prefetchOverview, USUAL_DAYS, useOverview, type Alarm, type Overview as Board } from "./api.ts";
import { Charted } from "./Charted.tsx";

// The figures come first; what is drawn comes once they are to be seen.
const DaysChart = lazy(() => onceIdle(() => import("./DaysChart.tsx")));
const BarsChart = lazy(() => onceIdle(() => import("./BarsChart.tsx")));
const Kpis = lazy(() => onceIdle(() => import("./Kpis.tsx")));
const UnitSelect = lazy(() => onceIdle(() => import("./UnitSelect.tsx")));

export { prefetchOverview as prefetch };

/** What the program does now: counters that move by themselves, charts, what wants attention, goals. */
export default function Overview() {
  const say = useSay();
  const name = useName();
  const program = useProgramInForce();
  const [{ unit, days }, go] = useAddress(["unit", "days"]);
  const span = days || USUAL_DAYS;
  const board = useOverview(unit, span);
  const units = program.data?.units ?? [];
  return (
    <Page
      title={say("总览", "Overview")}
      needs="boards:read"
      actions={
        <>
          {units.length > 1 && (
            <Suspense fallback={null}>
              <UnitSelect units={units} unit={unit} choose={(value) => go({ unit: value })} />
            </Suspense>
          )}
          <Segmented
            aria-label={say("多少天", "How many days")}
            value={span}
            onChange={(value) => go({ days: value === USUAL_DAYS ? null : String(value) })}
            options={["7", "30", "90"].map((value) => ({ value, label: say(`${value} 天`, `${value} days`) }))}
          />
        </>
      }
    >
      <Answer query={board} rows={10}>
        {(data) => (
          <div className="grid">
            <Alarms alarms={data.alerts} />
            <Counters board={data} />
            <div className="grid halves">
              <Days board={data} />
              <Bars
                title={say("会员等级", "Members by tier")}
                rows={data.tiers.map((tier) => [name(tier.name), tier.members])}
                what={say("会员数", "Members")}
              />
              <Bars
                title={say("发放最多的规则", "Rules that gave most")}
                rows={data.rules.map((rule) => [name(rule.name) || rule.rule, rule.points])}
                what={say("积分", "Points")}
                gold
              />
              <Bars
                title={say("积分来源", "Where points come from")}
                rows={data.sources.map((source) => [name(source.name) || source.source, source.points])}
                what={say("积分", "Points")}
                gold
              />
            </div>
            <Suspense fallback={null}>
              <Kpis kpis={data.kpis} />
            </Suspense>
            <AsOf at={data.as_of} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Counters({ board }: { board: Board }) {
  const say = useSay();
  const format = useFormat();
  const { totals } = board;
  const tiles: Tile[] = [
    { label: say("已发放", "Issued"), value: format.number(totals.issued), points: true },
    { label: say("已使用", "Spent"), value: format.number(totals.spent), points: true },
    { label: say("已失效", "Lapsed"), value: format.number(totals.expired), points: true },
    {
      label: say("未使用", "Outstanding"),
      value: format.number(totals.outstanding),
      points: true,
      note:
        totals.outstanding_value &&
        say(`约值 ${format.money(totals.outstanding_value)}`, `worth ${format.money(totals.outstanding_value)}`),
    },
    { label: say("会员", "Members"), value: format.number(totals.members) },
    { label: say("活跃会员", "Active members"), value: format.number(totals.active_members) },
    { label: say("订单", "Orders"), value: format.number(totals.orders) },
  ];
  return <Tiles label={say("实时数据", "Live figures")} tiles={tiles} />;
}

/** Where something can be done about an alert, by what it is about; what only a rule book knows leads to the rules. */
function WhatToDo({ id }: { id: string }) {
  const say = useSay();
  const places: [about: RegExp, to: string, zh: string, en: string][] = [
    [/^(consumption|spend)/, "/rewards", "看看货架", "To the shelf"],
    [/^(activity|retention)/, "/members", "看看会员", "To the members"],
    [/^reconciliation/, "/audit", "看操作记录", "To the audit trail"],
    [/^/, "/program", "看看规则", "To the rules"],
  ];
  const [, to = "/", zh = "", en = ""] = places.find(([about]) => about.test(id)) ?? [];
  return (
    <>
      {" "}
      · <Link to={to}>{say(zh, en)}</Link>
    </>
  );
}

function Alarms({ alarms }: { alarms: Alarm[] }) {
  const say = useSay();
  const format = useFormat();
  const name = useName();
  if (alarms.length === 0) return null;
  const levels: Record<string, [string, string]> = {
    stop: ["red", say("须处理", "Act now")],
    warn: ["orange", say("留意", "Watch")],
    info: ["blue", say("提示", "Note")],
  };
  return (
    <Card size="small" title={say("提醒", "Alerts")}>
      <ul className="bare">
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <Tag color={levels[alarm.level]?.[0] ?? "blue"}>{levels[alarm.level]?.[1] ?? alarm.level}</Tag>
            <strong>{name(alarm.title)}</strong> {name(alarm.detail)}
            <span className="quiet"> · {say(`自 ${format.day(alarm.since)}`, `since ${format.day(alarm.since)}`)}</span>
            <WhatToDo id={alarm.id} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Days({ board }: { board: Board }) {
  const say = useSay();
  const format = useFormat();
  const quiet = board.days.every((day) => day.issued === 0 && day.spent === 0 && day.expired === 0);
  return (
    <Charted
      title={say("每日积分", "Points by day")}
      empty={quiet ? say("这段时间没有积分变动。", "No points moved in these days.") : null}
      head={[
        say("日期", "Day"),
        say("发放", "Issued"),
        say("使用", "Spent"),
        say("失效", "Lapsed"),
        say("订单", "Orders"),
        say("活跃会员", "Active"),
      ]}
      rows={board.days.map((day) => [
        format.day(day.day),
        ...[day.issued, day.spent, day.expired, day.orders, day.active_members].map(format.number),
      ])}
    >
      <Suspense fallback={<div className="chart" />}>
        <DaysChart days={board.days} />
      </Suspense>
    </Charted>
  );
}

interface BarsProps {
  title: string;
  rows: [label: string, value: number][];
  what: string;
  gold?: boolean;
}

function Bars({ title, rows, what, gold = false }: BarsProps) {
  const say = useSay();
  const format = useFormat();
  return (
    <Charted
      title={title}
      empty={rows.length === 0 ? say("还没有数据。", "Nothing yet.") : null}
      head={[title, what]}
      rows={rows.map(([label, value]) => [label, format.number(value)])}
    >
      <Suspense fallback={<div className="chart" />}>
        <BarsChart rows={rows.slice(0, 8)} gold={gold} />
      </Suspense>
    </Charted>
  );
}
