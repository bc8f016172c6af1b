import { App, Card, Descriptions, Form, Segmented } from "antd";
import { choose, useSettings, type Settings as Chosen } from "@jifen/look";
import { send } from "../../shared/http.ts";
import { Instant } from "../../shared/Instant.tsx";
import { setLanguage, useLanguage, useName, useSay, type Language } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { PasswordForm, type Passwords } from "../../shared/PasswordForm.tsx";
import { useSession } from "../../shared/session.tsx";
import { useChange } from "../../shared/useChange.tsx";

/** What is one's own: language, looks, password, and what one may do. */
export default function Settings() {
  const say = useSay();
  const name = useName();
  const { session } = useSession();
  const language = useLanguage();
  const { theme } = useSettings();
  return (
    <Page title={say("我的设置", "My settings")}>
      <div className="grid halves">
        <Card title={say("显示", "Display")}>
          <p id="setting-language">{say("语言", "Language")}</p>
          <Segmented
            aria-labelledby="setting-language"
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
          />
          <p id="setting-appearance">{say("外观", "Appearance")}</p>
          <Segmented
            aria-labelledby="setting-appearance"
            value={theme}
            onChange={(value) => choose({ theme: value as Chosen["theme"] })}
            options={[
              { value: "system", label: say("跟随系统", "As the system") },
              { value: "light", label: say("浅色", "Light") },
              { value: "dark", label: say("深色", "Dark") },
            ]}
          />
        </Card>
        <Card title={say("账户", "Account")}>
          <Descriptions
            column={1}
            size="small"
            items={[
              { key: "name", label: say("姓名", "Name"), children: session.name },
              { key: "id", label: say("登录名", "Login"), children: session.id },
              {
                key: "roles",
                label: say("角色", "Roles"),
                children: session.roles
                  .map((role) => (role.place ? `${name(role.name)} (${name(role.place.name)})` : name(role.name)))
                  .join(say("、", ", ")),
              },
              {
                key: "until",
                label: say("登录有效至", "Signed in until"),
                children: session.expires_at ? <Instant at={session.expires_at} /> : say("不限", "no limit"),
              },
            ]}
          />
        </Card>
        {session.kind === "staff" && <PasswordCard />}
      </div>
    </Page>
  );
}

function PasswordCard() {
  const say = useSay();
  const { message } = App.useApp();
  const [form] = Form.useForm<Passwords>();
  const { run, busy, problem } = useChange<Passwords, null>({
    act: async ({ old, fresh }) => {
      await send("POST", "/v1/session/password", { body: { old, new: fresh } });
      return { done: true, value: null };
    },
    stale: [],
    done: say("密码已更新", "The password is changed"),
    then: () => {
      form.resetFields();
      void message.info(say("其他设备上的登录已失效", "Other devices are signed out"));
    },
  });
  return (
    <Card title={say("密码", "Password")}>
      <PasswordForm
        form={form}
        askOld
        verb={say("更改密码", "Change the password")}
        busy={busy}
        problem={problem}
        submit={run}
      />
    </Card>
  );
}
