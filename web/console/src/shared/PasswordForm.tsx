import { Button, Form, Input, type FormInstance } from "antd";
import { useSay } from "./language.tsx";
import type { Problem } from "./problem.ts";
import { ProblemView } from "./ProblemView.tsx";

/** What the form asks for. */
export interface Passwords {
  old?: string;
  fresh: string;
}

interface Props {
  /** Whether the present password is asked for. */
  askOld: boolean;
  verb: string;
  busy: boolean;
  problem: Problem | null;
  submit: (passwords: Passwords) => void;
  form?: FormInstance<Passwords>;
}

/** A new password, twice, and the present one where it is not known. */
export function PasswordForm({ askOld, verb, busy, problem, submit, form }: Props) {
  const say = useSay();
  return (
    <Form {...(form ? { form } : {})} layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
      {askOld && (
        <Form.Item
          name="old"
          label={say("当前密码", "Present password")}
          rules={[{ required: true, message: say("请输入当前密码", "Enter the present password") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item
        name="fresh"
        label={say("新密码", "New password")}
        extra={say("至少 12 个字符，一句好记的话最合适。", "At least 12 characters; a sentence you remember is best.")}
        rules={[{ required: true, min: 12, message: say("至少 12 个字符", "At least 12 characters") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={say("再输入一次", "Once more")}
        dependencies={["fresh"]}
        rules={[
          { required: true, message: say("请再输入一次", "Enter it once more") },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || getFieldValue("fresh") === value
                ? Promise.resolve()
                : Promise.reject(new Error(say("两次输入不一致", "The two differ"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {problem && <ProblemView problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {verb}
      </Button>
    </Form>
  );
}
