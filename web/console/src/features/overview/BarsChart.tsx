import { palettes, useTheme } from "@jifen/look";
import { useMemo } from "react";
import { useFormat } from "../../shared/format.ts";
import { useChart } from "./chart.ts";

interface Props {
  rows: [label: string, value: number][];
  /** Whether the values are points. */
  gold: boolean;
}

/** Room for the names: they are cut with dots rather than at the edge. */
const LABEL_PX = 112;

/** Bars with their names and values beside them. */
export default function BarsChart({ rows, gold }: Props) {
  const format = useFormat();
  const colors = palettes[useTheme()];
  const option = useMemo(
    () => ({
      animation: false,
      grid: { left: LABEL_PX, right: 72, top: 8, bottom: 8 },
      textStyle: { fontFamily: "inherit" },
      xAxis: { type: "value", show: false },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map(([label]) => label),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: colors.ink, width: LABEL_PX - 12, overflow: "truncate" },
      },
      series: [
        {
          type: "bar",
          data: rows.map(([, value]) => value),
          barMaxWidth: 18,
          itemStyle: { color: gold ? colors.points : colors.primary, borderRadius: 3 },
          label: {
            show: true,
            position: "right",
            color: colors.ink,
            formatter: ({ value }: { value: unknown }) => format.number(Number(value)),
          },
        },
      ],
    }),
    [rows, gold, colors, format],
  );
  return <div ref={useChart(option)} className="chart" />;
}
