import { type components, data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { keep, kept } from "../../shared/kept.ts";
import { useMe } from "../../shared/me.ts";

export type Wallet = components["schemas"]["Wallet"];
export type WalletUnit = Wallet["units"][number];

/** Wallet, member and program: asked for together, kept together. */
export function useWallet() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["wallet", id],
    queryFn: async () => {
      const path = { params: { path: { id } } };
      const [wallet, member, program] = await Promise.all([
        data(api.GET("/v1/members/{id}/wallet", path)),
        data(api.GET("/v1/members/{id}", path)),
        data(api.GET("/v1/program")),
      ]);
      keep({ wallet, member, program });
      return { wallet, member, program };
    },
    // Shown at once and asked for again at once; what is kept stays when no answer comes.
    initialData: () => {
      const last = kept();
      return last?.member.id === id ? last : undefined;
    },
    initialDataUpdatedAt: 0,
    // Who comes back to the app sees the number of now, as on every other device.
    refetchOnWindowFocus: "always",
    staleTime: 10_000,
  });
}
