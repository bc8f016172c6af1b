import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Typography } from "antd";
import { Answer } from "../../shared/Answer.tsx";
import { send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { ProblemView } from "../../shared/ProblemView.tsx";
import type { Session } from "../../shared/session.tsx";
import { useAttempt } from "./SignIn.tsx";

interface Enrolling {
  secret: string;
  uri: string;
  qr_svg: string;
}

/** Setting up the second factor: scan or type the secret, then prove it with a code. */
export function Enrollment({ done }: { done: (session: Session) => void }) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const enrolling = useQuery({
    queryKey: ["session", "enrollment"],
    queryFn: () => send<Enrolling>("POST", "/v1/sign-in/enrollment", { body: {} }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const submit = ({ code }: { code: string }) =>
    run(async () => done(await send<Session>("POST", "/v1/sign-in/second-factor", { body: { code: code.trim() } })));
  return (
    <Answer query={enrolling}>
      {({ secret, qr_svg }) => (
        <>
          <p>
            {say(
              "用手机上的验证器扫码，再输入它显示的 6 位数字。以后登录和敏感操作都会用到。",
              "Scan this with the authenticator on your phone, then enter the 6 digits it shows. Signing in and sensitive actions will ask for them.",
            )}
          </p>
          <img
            className="qr"
            alt={say("动态口令二维码", "QR code of the second factor")}
            src={`data:image/svg+xml;utf8,${encodeURIComponent(qr_svg)}`}
          />
          <p>
            {say("无法扫码时手工输入：", "Cannot scan? Type this:")}{" "}
            <Typography.Text code copyable>
              {secret}
            </Typography.Text>
          </p>
          <Form layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
            <Form.Item
              name="code"
              label={say("6 位数字", "6 digits")}
              rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: say("请输入 6 位数字", "Enter 6 digits") }]}
            >
              <Input className="code-input" inputMode="numeric" autoComplete="one-time-code" maxLength={8} />
            </Form.Item>
            {problem && <ProblemView problem={problem} />}
            <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
              {say("完成设置", "Finish")}
            </Button>
          </Form>
        </>
      )}
    </Answer>
  );
}
