import { data, idempotencyKey } from "@jifen/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queries } from "../api.ts";
import { useMe } from "../me.ts";

/** Days in a row of the member, and what today and tomorrow bring. */
export function useStreaks() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["streaks", id],
    queryFn: () => data(api.GET("/v1/members/{id}/streaks", { params: { path: { id } } })),
    refetchOnWindowFocus: "always",
  });
}

/** Days in a row, as the API tells them. */
export type Streak = NonNullable<ReturnType<typeof useStreaks>["data"]>["streaks"][number];

/** What a day brings. */
export type Brings = Streak["today"];

/** Makes today count; pressed twice, it counts once. */
export function useCheckIn(streak: string) {
  const { id } = useMe();
  const [key, setKey] = useState(idempotencyKey);
  return useMutation({
    mutationFn: () => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/check-ins", { params, body: { streak } }));
    },
    // An answer is for this day alone; tomorrow is another request.
    onSuccess: () => setKey(idempotencyKey()),
    // Also where no answer came: what is shown next is what the server knows.
    onSettled: () => {
      for (const about of ["streaks", "tasks", "badges", "collections", "wallet", "entries"]) {
        void queries.invalidateQueries({ queryKey: [about] });
      }
    },
  });
}
