import type { QueryKey } from "@tanstack/react-query";
import { Button, Modal, Space } from "antd";
import { useState, type ReactNode } from "react";
import { useActionKey } from "../key.ts";
import { useSay } from "../language.tsx";
import { ProblemView } from "../ProblemView.tsx";
import { useSession } from "../session.tsx";
import { useChange } from "../useChange.tsx";

/** Something that may be decided about a plan. */
export interface Decision<V extends string> {
  verb: V;
  label: string;
  /** What the question is called; the label unless it says more. */
  title?: string;
  /** What will happen, before it does. */
  about: ReactNode;
  primary?: boolean;
  disabled?: boolean;
}

interface Props<V extends string, P> {
  /** The right that it takes. */
  needs: string;
  decisions: Decision<V>[];
  act: (verb: V, key: string) => Promise<P>;
  stale: QueryKey[];
}

/** Decides about a plan: each button says first what it will do. */
export function DecidePlan<V extends string, P>({ needs, decisions, act, stale }: Props<V, P>) {
  const say = useSay();
  const { can } = useSession();
  const [key, nextKey] = useActionKey();
  const [asked, setAsked] = useState<V | null>(null);
  const { run, busy, problem, reset } = useChange<V, P>({
    act: async (verb) => ({ done: true, value: await act(verb, key) }),
    stale,
    done: say("已记录您的决定", "Your decision is noted"),
    settled: () => {
      nextKey();
      setAsked(null);
    },
  });
  if (!can(needs) || decisions.length === 0) return null;
  const chosen = decisions.find(({ verb }) => verb === asked);
  return (
    <Space wrap>
      {decisions.map(({ verb, label, primary, disabled }) => (
        <Button
          key={verb}
          type={primary ? "primary" : "default"}
          disabled={disabled === true}
          onClick={() => setAsked(verb)}
        >
          {label}
        </Button>
      ))}
      <Modal
        open={chosen !== undefined}
        title={chosen?.title ?? chosen?.label}
        okText={chosen?.label}
        cancelText={say("取消", "Cancel")}
        confirmLoading={busy}
        onOk={() => asked && run(asked)}
        onCancel={() => {
          reset();
          setAsked(null);
        }}
      >
        {chosen?.about}
        {problem && <ProblemView problem={problem} />}
      </Modal>
    </Space>
  );
}
