/** Characters of a part: as a file of codes, well below what the server takes at once. */
const PART_CHARS = 1_000_000;

/** A file of codes in parts that are sent one after the other, cut between lines; the heading stays with the first. */
export function parts(text: string, chars = PART_CHARS): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length;) {
    const cut = from + chars >= text.length ? text.length : text.lastIndexOf("\n", from + chars) + 1;
    // A line longer than a part is sent as it is: the server says what is wrong with it.
    const end = cut > from ? cut : text.indexOf("\n", from) + 1 || text.length;
    found.push(text.slice(from, end));
    from = end;
  }
  return found.filter((part) => part.trim() !== "");
}
