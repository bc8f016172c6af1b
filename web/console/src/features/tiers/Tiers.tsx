import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Select } from "antd";
import { Link } from "react-router";
import { Answer } from "../../shared/Answer.tsx";
import { useAddress } from "../../shared/address.ts";
import { useFormat } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import { AsOf } from "../../shared/Instant.tsx";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";
import { useSession } from "../../shared/session.tsx";
import { Tiles } from "../../shared/Tiles.tsx";

type Schemas = components["schemas"];

const DAYS = ["30", "90", "180", "365"];

/** Tiers: how many members stand where, how many rose and stayed, and what each tier gets. */
export default function Tiers() {
  const say = useSay();
  const { can } = useSession();
  const [{ days }, go] = useAddress(["days"]);
  const shown = DAYS.includes(days) ? days : "90";
  const actions = (
    <>
      <Select
        aria-label={say("时间范围", "Period")}
        value={shown}
        onChange={(value) => go({ days: value })}
        options={DAYS.map((value) => ({ value, label: say(`近 ${value} 天`, `${value} days`) }))}
        style={{ width: 130 }}
      />
      {can("members:read") && (
        <Link to="/assessments">
          <Button>{say("等级评定", "Assessments")}</Button>
        </Link>
      )}
    </>
  );
  return (
    <Page title={say("等级与权益", "Tiers and benefits")} needs="program:read" actions={actions}>
      <div className="grid">
        {can("boards:read") && <Board days={shown} />}
        <Matrix />
      </div>
    </Page>
  );
}

function Board({ days }: { days: string }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const board = useQuery({
    queryKey: ["tiers", "board", days],
    queryFn: () => get<Schemas["TierBoard"]>("/v1/boards/tiers", { query: { days } }),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
  const rate = (value?: number | null) => (value == null ? "–" : `${value}%`);
  return (
    <Answer query={board} rows={6}>
      {(data) => (
        <>
          <Tiles
            label={say("等级数据", "Figures of tiers")}
            tiles={[
              { label: say("升级率", "Upgrade rate"), value: rate(data.upgrade_rate) },
              { label: say("保级率", "Retention rate"), value: rate(data.retention_rate) },
            ]}
          />
          <Card title={say("各等级", "Each tier")}>
            <PlainTable
              caption={say("各等级", "Each tier")}
              columns={[
                { label: say("等级", "Tier") },
                { label: say("会员", "Members"), numeric: true },
                { label: say("期初", "Before"), numeric: true },
                { label: say("升级", "Rose"), numeric: true },
                { label: say("降级", "Fell"), numeric: true },
                { label: say("保级率", "Kept it"), numeric: true },
              ]}
              rows={data.tiers.map((tier) => [
                name(tier.name),
                format.number(tier.members),
                format.number(tier.before),
                format.number(tier.risen),
                format.number(tier.fallen),
                rate(tier.retention),
              ])}
            />
          </Card>
          {data.stages.length > 0 && (
            <Card title={say("生命周期", "Stages of memberships")}>
              <PlainTable
                caption={say("生命周期", "Stages of memberships")}
                columns={[{ label: say("阶段", "Stage") }, { label: say("会员", "Members"), numeric: true }]}
                rows={data.stages.map((stage) => [name(stage.name), format.number(stage.members)])}
              />
            </Card>
          )}
          <AsOf at={data.as_of} />
        </>
      )}
    </Answer>
  );
}

function Matrix() {
  const say = useSay();
  const name = useName();
  const { can } = useSession();
  const matrix = useQuery({
    queryKey: ["tiers", "benefits"],
    queryFn: () => get<Schemas["BenefitMatrix"]>("/v1/program/benefits"),
  });
  return (
    <Card
      title={say("权益矩阵", "What each tier gets")}
      extra={can("program:write") && <Link to="/program">{say("在规则草稿中修改", "Change it in a draft")}</Link>}
    >
      <Answer query={matrix} rows={8}>
        {({ tiers, rows }) => (
          <PlainTable
            caption={say("权益矩阵", "What each tier gets")}
            columns={[{ label: say("权益", "Benefit") }, ...tiers.map((tier) => ({ label: name(tier.name) }))]}
            rows={[
              [
                say("等级分", "Score"),
                ...tiers.map(({ from, keep }) =>
                  from == null
                    ? "–"
                    : keep == null
                      ? say(`${from} 起`, `from ${from}`)
                      : say(`${from} 起，保级 ${keep}`, `from ${from}, kept from ${keep}`),
                ),
              ],
              ...rows.map((row) => [
                <span key="name">{name(row.name)}</span>,
                ...row.cells.map(({ value }) => (value ? name(value) : "–")),
              ]),
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}
