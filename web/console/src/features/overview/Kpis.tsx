import { Card, Progress } from "antd";
import { useFormat } from "../../shared/format.ts";
import { useName, useSay } from "../../shared/language.tsx";
import { useProgramInForce } from "../../shared/program.ts";
import type { Kpi } from "./api.ts";

/** Goals, and how far they are reached. */
export default function Kpis({ kpis }: { kpis: Kpi[] }) {
  const say = useSay();
  const name = useName();
  if (kpis.length === 0) return null;
  return (
    <section aria-label={say("目标", "Goals")}>
      <h2 className="sub">{say("目标", "Goals")}</h2>
      <div className="grid tiles wide">
        {kpis.map((kpi) => (
          <Card key={kpi.id} size="small">
            <div className="kpi">
              <Progress
                type="circle"
                size={84}
                percent={Math.min(100, Math.max(0, kpi.progress))}
                aria-label={name(kpi.name)}
              />
              <div>
                <strong>{name(kpi.name)}</strong>
                <KpiFigures kpi={kpi} />
              </div>
            </div>
            {kpi.markers.length > 0 && (
              <ol className="quarters">
                {kpi.markers.map((marker) => (
                  <li key={marker.quarter}>
                    <span className="quiet">{marker.quarter}</span> {name(marker.name)}
                  </li>
                ))}
              </ol>
            )}
          </Card>
        ))}
      </div>
    </section>
  );
}

function KpiFigures({ kpi }: { kpi: Kpi }) {
  const say = useSay();
  const format = useFormat();
  const program = useProgramInForce().data;
  const write = (value: number) => {
    if (kpi.unit === "percent") return format.percent(value / 100);
    if (kpi.unit === "money") return format.money({ amount: value, currency: program?.currency ?? "CNY" });
    return format.number(value);
  };
  const value = kpi.value ?? null;
  return (
    <div>
      {value === null ? (
        <span className="quiet">{say("还没有可比的数据", "Nothing to measure by yet")}</span>
      ) : (
        <span className={kpi.unit === "points" ? "points" : ""}>{write(value)}</span>
      )}{" "}
      <span className="quiet">{say(`目标 ${write(kpi.target)}`, `goal ${write(kpi.target)}`)}</span>
    </div>
  );
}
