import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Divider, Form, Input, Typography } from "antd";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { get, keepCsrf, send } from "../../shared/http.ts";
import { setLanguage, useLanguage, useSay } from "../../shared/language.tsx";
import { asProblem, type Problem } from "../../shared/problem.ts";
import { ProblemView } from "../../shared/ProblemView.tsx";
import type { Session } from "../../shared/session.tsx";
import { Enrollment } from "./Enrollment.tsx";
import { NewPassword } from "./NewPassword.tsx";

type Options = components["schemas"]["SignInOptions"];

/** After the password: the code, or setting up where codes come from. */
type Next = components["schemas"]["SignInState"];

/** A step of signing in; the server says which comes next. */
type Step = "password" | "second_factor" | "enroll" | "new_password" | "reset";

interface Props {
  /** A session that is not good for the console yet. */
  held: Session | null;
  renew: (session: Session | null) => void;
}

/** Signing in: password, second factor (set up the first time), and a new password where one is due. */
export default function SignIn({ held, renew }: Props) {
  const say = useSay();
  const options = useQuery({ queryKey: ["session", "options"], queryFn: () => get<Options>("/v1/sign-in/options") });
  const [query] = useSearchParams();
  const [step, setStep] = useState<Step>(held?.must_change_password ? "new_password" : comingFrom(query.get("next")));
  const [password, setPassword] = useState("");

  const entered = (session: Session) => {
    keepCsrf(session.csrf ?? null);
    if (session.must_change_password) setStep("new_password");
    else renew(session);
  };
  const titles: Record<Step, string> = {
    password: say("登录管理后台", "Sign in to the console"),
    second_factor: say("输入动态口令", "Enter your code"),
    enroll: say("设置动态口令", "Set up your second factor"),
    new_password: say("设置新密码", "Choose a new password"),
    reset: say("找回密码", "Reset the password"),
  };
  return (
    <Frame title={titles[step]}>
      {step === "password" && (
        <PasswordForm
          options={options.data}
          refused={query.get("problem")}
          done={({ state }, used) => {
            setPassword(used);
            setStep(state === "enroll" ? "enroll" : "second_factor");
          }}
          forgot={() => setStep("reset")}
        />
      )}
      {step === "second_factor" && <CodeForm done={entered} back={() => setStep("password")} />}
      {step === "enroll" && <Enrollment done={entered} />}
      {step === "new_password" && (
        <NewPassword
          known={password || null}
          done={async () => {
            const session = await get<Session>("/v1/session");
            setPassword("");
            entered(session);
          }}
        />
      )}
      {step === "reset" && <ResetRequest back={() => setStep("password")} />}
    </Frame>
  );
}

/** The step for whoever comes back from the company's own sign-in. */
function comingFrom(next: string | null): Step {
  return next === "second_factor" || next === "enroll" ? next : "password";
}

/** The card that signing in happens in. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const language = useLanguage();
  return (
    <main className="sign-in">
      <Card className="sign-in-card">
        <Typography.Title level={1} style={{ fontSize: 22 }}>
          {title}
        </Typography.Title>
        {children}
        <Divider />
        <Button
          type="text"
          size="small"
          lang={language === "zh" ? "en" : "zh-CN"}
          onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
        >
          {language === "zh" ? "English" : "中文"}
        </Button>
      </Card>
    </main>
  );
}

interface PasswordProps {
  options: Options | undefined;
  /** Why the company's own sign-in did not let somebody in; a code of the server. */
  refused: string | null;
  done: (next: Next, password: string) => void;
  forgot: () => void;
}

function PasswordForm({ options, refused, done, forgot }: PasswordProps) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const submit = ({ login, password }: { login: string; password: string }) =>
    run(async () => done(await send<Next>("POST", "/v1/sign-in", { body: { login, password } }), password));
  return (
    <>
      {options?.sandbox && (
        <Alert
          type="info"
          title={say("这是沙盒", "This is a sandbox")}
          description={say(
            "演示账户与口令印在启动 jifen serve 的终端里；当前动态口令：jifen staff code 登录名。",
            "Demo accounts and passwords stand in the terminal that runs jifen serve; the code of now: jifen staff code LOGIN.",
          )}
          style={{ marginBottom: 16 }}
        />
      )}
      <Form layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
        <Form.Item
          name="login"
          label={say("登录名", "Login")}
          rules={[{ required: true, message: say("请输入登录名", "Enter your login") }]}
        >
          <Input autoComplete="username" autoFocus spellCheck={false} autoCapitalize="none" />
        </Form.Item>
        <Form.Item
          name="password"
          label={say("密码", "Password")}
          rules={[{ required: true, message: say("请输入密码", "Enter your password") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {problem && <ProblemView problem={problem} />}
        <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
          {say("登录", "Sign in")}
        </Button>
      </Form>
      {refused && (
        <Alert
          type="error"
          showIcon
          title={say("企业登录未成功", "Signing in elsewhere did not work")}
          description={whyRefused(refused, say)}
          style={{ marginTop: 12 }}
        />
      )}
      {options?.oidc && (
        <Button block href={options.oidc.url} style={{ marginTop: 12 }}>
          {say(`用 ${options.oidc.name} 登录`, `Sign in with ${options.oidc.name}`)}
        </Button>
      )}
      <Button type="link" onClick={forgot} style={{ paddingInline: 0, marginTop: 8 }}>
        {say("忘记密码", "Forgot the password?")}
      </Button>
    </>
  );
}

/** Why somebody who was at the company's own sign-in is not in, and whom to ask. */
function whyRefused(code: string, say: (zh: string, en: string) => string): string {
  switch (code) {
    case "provider-person-unknown":
      return say(
        "没有员工使用您的企业邮箱或登录名。请联系员工管理者登记。",
        "Nobody on the staff here has your address or login. Ask whoever manages staff to add you.",
      );
    case "provider-away":
      return say(
        "企业登录服务无响应。请稍后再试，或使用密码登录。",
        "It does not answer. Try again later, or use a password.",
      );
    case "account-locked":
      return say(
        "账号暂时锁定，请十五分钟后再试。",
        "The account is locked for a while. Try again in fifteen minutes.",
      );
    default:
      return say("验证未通过，请重新开始。", "What came back proves nothing. Begin again.");
  }
}

function CodeForm({ done, back }: { done: (session: Session) => void; back: () => void }) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const submit = ({ code }: { code: string }) =>
    run(async () => done(await send<Session>("POST", "/v1/sign-in/second-factor", { body: { code: code.trim() } })));
  return (
    <Form layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
      <Form.Item
        name="code"
        label={say("验证器上的 6 位数字", "The 6 digits of your authenticator")}
        rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: say("请输入 6 位数字", "Enter 6 digits") }]}
      >
        <Input className="code-input" inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={8} />
      </Form.Item>
      {problem && <ProblemView problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {say("确认", "Confirm")}
      </Button>
      <Button type="link" onClick={back} style={{ paddingInline: 0, marginTop: 8 }}>
        {say("返回", "Back")}
      </Button>
    </Form>
  );
}

function ResetRequest({ back }: { back: () => void }) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const [sent, setSent] = useState(false);
  const submit = ({ login }: { login: string }) =>
    run(async () => {
      await send("POST", "/v1/password-resets", { body: { login } });
      setSent(true);
    });
  if (sent) {
    return (
      <>
        <Alert
          type="success"
          title={say("已受理", "Accepted")}
          description={say(
            "若该登录名存在且留有邮箱，重置链接已寄出。",
            "If this login exists and has an address, a link is on its way.",
          )}
        />
        <Button type="link" onClick={back} style={{ paddingInline: 0, marginTop: 8 }}>
          {say("返回登录", "Back to sign-in")}
        </Button>
      </>
    );
  }
  return (
    <Form layout="vertical" onFinish={submit} requiredMark={false} disabled={busy}>
      <Form.Item
        name="login"
        label={say("登录名", "Login")}
        rules={[{ required: true, message: say("请输入登录名", "Enter your login") }]}
      >
        <Input autoComplete="username" autoFocus spellCheck={false} />
      </Form.Item>
      {problem && <ProblemView problem={problem} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {say("寄送重置链接", "Send a link")}
      </Button>
      <Button type="link" onClick={back} style={{ paddingInline: 0, marginTop: 8 }}>
        {say("返回", "Back")}
      </Button>
    </Form>
  );
}

/** One try at something: whether it runs, and the problem it ended in. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
