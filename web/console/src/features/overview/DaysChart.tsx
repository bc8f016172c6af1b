import { palettes, useTheme } from "@jifen/look";
import { useMemo } from "react";
import { useFormat } from "../../shared/format.ts";
import { useSay } from "../../shared/language.tsx";
import type { Day } from "./api.ts";
import { useChart } from "./chart.ts";

/** Points by day: issued, spent and lapsed, each line named at its end. */
export default function DaysChart({ days }: { days: Day[] }) {
  const say = useSay();
  const format = useFormat();
  const colors = palettes[useTheme()];
  const option = useMemo(() => {
    const series: [string, keyof Day, string, "solid" | "dashed" | "dotted"][] = [
      [say("发放", "Issued"), "issued", colors.points, "solid"],
      [say("使用", "Spent"), "spent", colors.primary, "dashed"],
      [say("失效", "Lapsed"), "expired", colors.stop, "dotted"],
    ];
    return {
      animation: false,
      grid: { left: 8, right: 64, top: 16, bottom: 8, containLabel: true },
      textStyle: { fontFamily: "inherit" },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        backgroundColor: colors.card,
        borderColor: colors.line,
        textStyle: { color: colors.ink },
        valueFormatter: (value: unknown) => format.number(Number(value)),
      },
      xAxis: {
        type: "category",
        data: days.map((day) => day.day),
        axisLabel: { color: colors.quiet, hideOverlap: true, formatter: (day: string) => ` ${day.slice(5)} ` },
        axisLine: { lineStyle: { color: colors.line } },
      },
      yAxis: {
        type: "value",
        axisLabel: { color: colors.quiet, formatter: (value: number) => format.number(value) },
        splitLine: { lineStyle: { color: colors.line } },
      },
      series: series.map(([label, field, color, type]) => ({
        name: label,
        type: "line",
        data: days.map((day) => day[field]),
        symbol: "none",
        lineStyle: { color, type, width: 2 },
        itemStyle: { color },
        endLabel: { show: true, formatter: label, color, lineHeight: 18 },
        labelLayout: { moveOverlap: "shiftY" },
      })),
    };
  }, [days, colors, format, say]);
  return <div ref={useChart(option)} className="chart" />;
}
