import { Button, Form, Input } from "antd";
import { send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import { useAttempt } from "./SignIn.tsx";

interface Props {
  /** The password that was just used; asked for when it is not known. */
  old: string | null;
  done: () => Promise<void>;
}

/** Choosing a new password in place of a one-time one. */
export function NewPassword({ old, done }: Props) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const submit = (values: { old?: string; fresh: string }) =>
    run(async () => {
      await send("POST", "/v1/session/password", { body: { old: old ?? values.old ?? "", new: values.fresh } });
      await done();
    });
  return (
    <Form layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
      {old === null && (
        <Form.Item
          name="old"
          label={say("当前密码", "Present password")}
          rules={[{ required: true, message: say("请输入当前密码", "Enter the present password") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <PasswordFields />
      {problem && <ProblemView problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {say("保存并继续", "Save and go on")}
      </Button>
    </Form>
  );
}

/** A new password, twice. */
export function PasswordFields() {
  const say = useSay();
  return (
    <>
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
    </>
  );
}
