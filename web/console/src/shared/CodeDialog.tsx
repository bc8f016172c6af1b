import { Input, Modal, type InputRef } from "antd";
import { useRef, useState } from "react";
import { keepCsrf, send } from "./http.ts";
import { useSay } from "./language.tsx";
import { asProblem, type Problem } from "./problem.ts";
import { ProblemView } from "./ProblemView.tsx";
import { useSession, type Session } from "./session.tsx";

/** Asks for the code of now, until it is right or the person gives up. */
export default function CodeDialog({ close }: { close: (confirmed: boolean) => void }) {
  const say = useSay();
  const { renew } = useSession();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const input = useRef<InputRef>(null);

  const submit = async () => {
    if (code.length < 6 || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const session = await send<Session>("POST", "/v1/session/confirm", { body: { code } });
      keepCsrf(session.csrf ?? null);
      renew(session);
      close(true);
    } catch (error) {
      setProblem(asProblem(error));
      setCode("");
      input.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={say("二次验证", "Confirm it is you")}
      okText={say("确认", "Confirm")}
      cancelText={say("取消", "Cancel")}
      okButtonProps={{ disabled: code.length < 6, loading: busy }}
      onOk={() => void submit()}
      onCancel={() => close(false)}
      afterOpenChange={(open) => open && input.current?.focus()}
      zIndex={2000}
      width={400}
    >
      <p>
        {say(
          "这是敏感操作，请输入验证器上的 6 位动态口令。确认后 5 分钟内不再询问。",
          "This is a sensitive action. Enter the 6-digit code of your authenticator; you will not be asked again for 5 minutes.",
        )}
      </p>
      <Input
        ref={input}
        value={code}
        onChange={(event) => setCode(event.target.value.replace(/\D/g, "").slice(0, 6))}
        onPressEnter={() => void submit()}
        inputMode="numeric"
        autoComplete="one-time-code"
        aria-label={say("动态口令", "Code")}
        className="code-input"
      />
      {problem && <ProblemView problem={problem} />}
    </Modal>
  );
}
