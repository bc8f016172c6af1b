import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { App } from "antd";
import { Link } from "react-router";
import type { Outcome } from "./http.ts";
import { useSay } from "./language.tsx";
import { asProblem } from "./problem.ts";

interface Options<V, T> {
  /** Does it. */
  act: (input: V) => Promise<Outcome<T>>;
  /** What has to be asked again afterwards. */
  stale: QueryKey[];
  /** What to say when it is done. */
  done: string;
  /** What to do when it is done. */
  then?: (value: T, input: V) => void;
  /** What to do when it is done or waits for a colleague. */
  settled?: () => void;
}

/** A change that may have to wait for a second person: says which of the two it came to, and keeps the problem. */
export function useChange<V, T>({ act, stale, done, then, settled }: Options<V, T>) {
  const client = useQueryClient();
  const { message, notification } = App.useApp();
  const say = useSay();
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: async (outcome, input) => {
      settled?.();
      await Promise.all([...stale, ["approvals"]].map((queryKey) => client.invalidateQueries({ queryKey })));
      if (outcome.done) {
        void message.success(done);
        then?.(outcome.value, input);
        return;
      }
      notification.info({
        key: outcome.approval.id,
        duration: 12,
        title: say("已提交，等待同事批准", "Waits for a colleague"),
        description: (
          <>
            {say("现在还没有任何改动。", "Nothing has changed yet.")}{" "}
            <Link to={`/approvals?open=${outcome.approval.id}`}>{say("查看申请", "See the request")}</Link>
          </>
        ),
      });
    },
  });
  return {
    run: mutation.mutate,
    busy: mutation.isPending,
    problem: mutation.error ? asProblem(mutation.error) : null,
    reset: mutation.reset,
  };
}
