import { send } from "../../shared/http.ts";
import { useSay } from "../../shared/language.tsx";
import { PasswordForm, type Passwords } from "../../shared/PasswordForm.tsx";
import { useAttempt } from "./SignIn.tsx";

interface Props {
  /** The password that was just used; asked for when it is not known. */
  known: string | null;
  done: () => Promise<void>;
}

/** Choosing a new password in place of a one-time one. */
export function NewPassword({ known, done }: Props) {
  const say = useSay();
  const { busy, problem, run } = useAttempt();
  const submit = ({ old, fresh }: Passwords) =>
    run(async () => {
      await send("POST", "/v1/session/password", { body: { old: known ?? old ?? "", new: fresh } });
      await done();
    });
  return (
    <PasswordForm
      askOld={known === null}
      verb={say("保存并继续", "Save and go on")}
      busy={busy}
      problem={problem}
      submit={(passwords) => void submit(passwords)}
    />
  );
}
