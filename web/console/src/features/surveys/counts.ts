/** The mean of the steps of a scale, weighted by how many chose each; nothing where nobody did. */
export function mean(counts: Record<string, number>): number | null {
  let [sum, all] = [0, 0];
  for (const [step, count] of Object.entries(counts)) {
    sum += Number(step) * count;
    all += count;
  }
  return all === 0 ? null : Math.round((sum * 100) / all) / 100;
}

/** A share in per cent. */
export function shareOf(count: number, all: number): number {
  return all === 0 ? 0 : Math.min(100, Math.round((count * 100) / all));
}
