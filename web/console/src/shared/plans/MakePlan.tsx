import type { QueryKey } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useActionKey } from "../key.ts";
import { ProblemView } from "../ProblemView.tsx";
import { useSession } from "../session.tsx";
import { useChange } from "../useChange.tsx";

interface Props<P> {
  /** The right that it takes; without it there is no button. */
  needs: string;
  label: string;
  /** What to say when it is made, and when it is not. */
  done: string;
  refused: string;
  make: (key: string) => Promise<P>;
  made: (plan: P) => void;
  stale: QueryKey[];
}

/** Makes a plan: nothing happens by it before somebody looked at it. */
export function MakePlan<P>({ needs, label, done, refused, make, made, stale }: Props<P>) {
  const { can } = useSession();
  const [key, nextKey] = useActionKey();
  const { run, busy, problem, reset } = useChange<null, P>({
    act: async () => ({ done: true, value: await make(key) }),
    stale,
    done,
    settled: nextKey,
    then: made,
  });
  if (!can(needs)) return null;
  return (
    <>
      <Button type="primary" loading={busy} onClick={() => run(null)}>
        {label}
      </Button>
      {problem && (
        <Modal open title={refused} footer={null} onCancel={reset}>
          <ProblemView problem={problem} retry={() => run(null)} />
        </Modal>
      )}
    </>
  );
}
