import type { QueryKey } from "@tanstack/react-query";
import { Alert, Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import type { Outcome } from "./http.ts";
import { useSay } from "./language.tsx";
import { ProblemView } from "./ProblemView.tsx";
import { useChange } from "./useChange.tsx";

interface Props<T> {
  open: boolean;
  close: () => void;
  title: string;
  /** What will happen, before it does. */
  about: ReactNode;
  verb: string;
  done: string;
  danger?: boolean;
  act: (reason: string) => Promise<Outcome<T>>;
  then?: (value: T) => void;
  stale: QueryKey[];
  /** More fields than the reason. */
  children?: ReactNode;
}

/** An action that names its consequence and asks for its reason. */
export function ReasonModal<T>(props: Props<T>) {
  const { open, close, title, about, verb, done, danger = false, act, then, stale, children } = props;
  const say = useSay();
  const [form] = Form.useForm<{ reason: string }>();
  const { run, busy, problem, reset } = useChange<string, T>({
    act,
    stale,
    done,
    settled: () => {
      form.resetFields();
      close();
    },
    ...(then ? { then } : {}),
  });
  return (
    <Modal
      open={open}
      title={title}
      okText={verb}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ danger, loading: busy }}
      onOk={() => form.submit()}
      onCancel={() => {
        reset();
        close();
      }}
    >
      <Alert type={danger ? "warning" : "info"} title={about} style={{ marginBottom: 12 }} />
      {children}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ reason }) => run(reason.trim())}>
        <Form.Item
          name="reason"
          label={say("原因", "Reason")}
          rules={[{ required: true, whitespace: true, message: say("请写明原因", "Please say why") }]}
        >
          <Input.TextArea rows={2} maxLength={200} autoFocus />
        </Form.Item>
      </Form>
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
