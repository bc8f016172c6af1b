import { useState } from "react";

/**
 * A key under which an action counts once. It is made when the form opens, so that a second try after a lost answer is
 * the same action.
 */
export function useActionKey(): [string, () => void] {
  const [key, setKey] = useState(() => crypto.randomUUID());
  return [key, () => setKey(crypto.randomUUID())];
}
