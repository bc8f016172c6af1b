import { Form, Modal, type FormInstance } from "antd";
import type { ReactNode } from "react";
import { useSay } from "./language.tsx";
import type { Problem } from "./problem.ts";
import { ProblemView } from "./ProblemView.tsx";

interface Props<F extends object> {
  title: string;
  /** What its button says. */
  verb: string;
  form: FormInstance<F>;
  /** What the fields begin with. */
  initial?: object;
  busy: boolean;
  /** Whether there is nothing to be sent yet. */
  disabled?: boolean;
  /** What went wrong when it was sent. */
  problem: Problem | null;
  /** Something else was filled in: another request. */
  changed: () => void;
  submit: (fields: F) => void;
  close: () => void;
  children: ReactNode;
}

/** A form in a dialog, sent by the dialog's button. What went wrong stands below it, and nothing that was typed is lost. */
export function FormModal<F extends object>(props: Props<F>) {
  const say = useSay();
  const { title, verb, form, initial, busy, disabled = false, problem, changed, submit, close, children } = props;
  return (
    <Modal
      open
      title={title}
      okText={verb}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ loading: busy, disabled }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        {...(initial && { initialValues: initial })}
        onValuesChange={changed}
        onFinish={submit}
      >
        {children}
      </Form>
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
