import { useQuery } from "@tanstack/react-query";
import type { Money } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import type { Name } from "../../shared/language.tsx";

/** What happened on one day. */
export interface Day {
  day: string;
  issued: number;
  spent: number;
  expired: number;
  orders: number;
  active_members: number;
}

/** Something that wants attention. */
export interface Alarm {
  id: string;
  level: "info" | "warn" | "stop";
  title: Name;
  detail: Name;
  since?: string | null;
}

/** An indicator with its target. */
export interface Kpi {
  id: string;
  name: Name;
  value: number;
  target: number;
  unit: "percent" | "points" | "members" | "money";
  progress: number;
  markers: { quarter: string; name: Name }[];
}

/** The first board. */
export interface Overview {
  as_of: string;
  unit: string;
  totals: {
    issued: number;
    spent: number;
    expired: number;
    outstanding: number;
    outstanding_value?: Money | null;
    members: number;
    active_members: number;
    orders: number;
  };
  days: Day[];
  tiers: { tier: string; name: Name; members: number }[];
  rules: { rule: string; name: Name; points: number }[];
  sources: { source: string; name: Name; points: number }[];
  alerts: Alarm[];
  kpis: Kpi[];
}

/** The board, asked again every few seconds while somebody looks. */
export function useOverview(unit: string, days: string) {
  return useQuery({
    queryKey: ["overview", unit, days],
    queryFn: () => get<Overview>("/v1/boards/overview", { query: { unit, days } }),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}
