import { Alert } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { PasswordForm } from "../../shared/PasswordForm.tsx";
import { Frame, useAttempt } from "./SignIn.tsx";

/** Where the link of a reset mail leads. */
export default function ResetPassword({ token }: { token: string }) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const [done, setDone] = useState(false);
  const submit = ({ fresh }: { fresh: string }) =>
    run(async () => {
      await send("POST", `/v1/password-resets/${encodeURIComponent(token)}`, { body: { password: fresh } });
      setDone(true);
    });
  return (
    <Frame title={say("重设密码", "Reset the password")}>
      {done ? (
        <Alert
          type="success"
          title={say("密码已更新", "The password is changed")}
          description={<Link to="/">{say("去登录", "Sign in")}</Link>}
        />
      ) : (
        <PasswordForm
          askOld={false}
          verb={say("保存", "Save")}
          busy={busy}
          problem={problem}
          submit={(passwords) => void submit(passwords)}
        />
      )}
    </Frame>
  );
}
