/** A sentence whose key words stand between asterisks: these are bold. */
export function Marked({ text }: { text: string }) {
  return text.split("*").map((part, at) => (at % 2 === 1 ? <strong key={at}>{part}</strong> : part));
}
