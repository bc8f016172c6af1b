/** What somebody typed, as a phone number or an address of mail; nothing where it can be neither. The server judges. */
export function contactOf(typed: string): { phone: string } | { email: string } | null {
  const text = typed.trim();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { email: text };
  const digits = text.replace(/[\s()-]/g, "");
  return /^\+?\d{6,15}$/.test(digits) ? { phone: digits } : null;
}
