import type { Way } from "./data.ts";

/** Whether so many points can go a way: whole parts of it, and no more than there are. */
export function isPossible(way: Pick<Way, "points" | "most">, points: number): boolean {
  return Number.isSafeInteger(points) && points > 0 && points <= way.most && points % way.points === 0;
}

/** So many of what a way gives come of points that can go it. */
export function parts(way: Pick<Way, "points">, points: number): number {
  return Math.floor(points / way.points);
}
