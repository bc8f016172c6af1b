/** The last day on which points that lapse at an instant can be used: what lapses at midnight was good the day before. */
export function lastMoment(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}
