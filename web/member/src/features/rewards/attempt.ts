import { data } from "@jifen/api";
import { api } from "../../shared/api.ts";

/** Redemptions that are looked through for the one that an answer was lost of: it is among the newest. */
const LOOKED_AT = 20;

/**
 * The redemption that paid a quote, where there is one: what became of an attempt whose answer never came. Asking
 * changes nothing, so it may be asked as often as the network breaks.
 */
export async function paidBy(member: string, quote: string): Promise<string | null> {
  const params = { path: { id: member }, query: { limit: LOOKED_AT } };
  const page = await data(api.GET("/v1/members/{id}/redemptions", { params }));
  return page.data.find((redemption) => redemption.quote === quote)?.id ?? null;
}
