/**
 * A sample with a person's words in the place of its stand-ins, `〔reason〕` or `[reason]`; one without a word stays, so
 * that one sees what is missing.
 */
export function filled(sample: string, words: Record<string, string>): string {
  return sample.replace(
    /〔([a-z_]+)〕|\[([a-z_]+)\]/g,
    (slot, zh?: string, en?: string) => words[zh ?? en ?? ""] || slot,
  );
}
